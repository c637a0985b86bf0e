/** The real side of a check: live sites, in Chromium or in the text browser, with their own count of requests. */

import type { Env } from "../../core/env.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import {
  countRequests,
  openRealSites,
  type OpenRealSitesOptions,
} from "../../real/browser/open-real-sites.ts";
import type { MeteredEnvPool } from "../../real/harness/metered-env-pool.ts";
import { assertNoLogin, openSites } from "../../real/sites/open-sites.ts";
import { createHttpEnv } from "../../text-browser/http/http-env.ts";

/** The evaluator is that of the checks, unless one is given. */
export interface OpenLiveWorldOptions extends OpenRealSitesOptions {
  /** `text` needs no Chromium and runs no scripts. */
  browser: "chromium" | "text";
}

export interface LiveWorld extends MeteredEnvPool {
  /** Each counts its own requests. */
  readonly envs: readonly (Env & Parameters<typeof countRequests>[0])[];
}

export async function openLiveWorld(options: OpenLiveWorldOptions): Promise<LiveWorld> {
  return options.browser === "chromium" ? openRealSites(options) : openTextSites(options);
}

async function openTextSites(options: OpenRealSitesOptions): Promise<LiveWorld> {
  assertNoLogin(options);
  const closers: (() => PromiseLike<void>)[] = [];
  const { origins, control } = await openSites(options, closers);
  const envs = Array.from({ length: options.count }, () =>
    createHttpEnv({
      origins,
      evaluator: options.evaluator ?? createEvaluator(),
      ...(control !== null && { sites: control }),
    }),
  );
  const sent = (): number => envs.reduce((sum, env) => sum + countRequests(env), 0);
  return {
    envs,
    countRequests: () => ({ sent: sent(), unanswered: 0, pending: 0 }),
    countedBySite: async () => (control === null ? sent() : (await control.counts()).total.pages),
    async [Symbol.asyncDispose]() {
      for (const env of envs) await env[Symbol.asyncDispose]();
      for (const close of closers) await close();
    },
  };
}
