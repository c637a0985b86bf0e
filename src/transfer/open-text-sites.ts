/** Live sites under text browsers: much faster than Chromium, without scripts. Each step and request counts the same. */

import { createEvaluator } from "../evaluation/evaluator.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import type { OpenRealSitesOptions } from "../real/browser/open-real-sites.ts";
import { openSites } from "../real/sites/open-sites.ts";
import { createHttpEnv } from "../text-browser/http/http-env.ts";

export interface OpenTextSitesOptions extends Pick<OpenRealSitesOptions, "provider" | "worlds"> {
  /** Number of text browsers. They share one thread and wait for the sites at the same time. */
  count: number;
}

/** @throws SiteError: everything that started before is closed again */
export async function openTextSites(options: OpenTextSitesOptions): Promise<MeteredEnvPool> {
  const closers: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    const { origins, control } = await openSites(options, closers);
    const envs = Array.from({ length: options.count }, () =>
      createHttpEnv({ origins, evaluator: createEvaluator(), ...(control && { sites: control }) }),
    );
    closers.push(...envs.map((env) => () => env[Symbol.asyncDispose]()));
    const sent = (): number =>
      envs.reduce((sum, { counts }) => sum + counts.pageRequests + counts.probeRequests, 0);
    return {
      envs,
      countRequests: () => ({ sent: sent(), unanswered: 0, pending: 0 }),
      countedBySite: async () => (control === null ? sent() : (await control.counts()).total.pages),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
