/** The tasks of a site module in the text browser: live sites without Chromium and without scripts. */

import type { Evaluator } from "../core/evaluator.ts";
import type { Task } from "../core/task.ts";
import type { Benchmark } from "../real/harness/benchmark.ts";
import { assertNoLogin, openSites } from "../real/sites/open-sites.ts";
import { createHttpEnv } from "../text-browser/http/http-env.ts";
import { type CheckedSiteModule, originsOf, servedBy, worldsOf } from "./site-module.ts";

export interface TextBenchmarkOptions {
  site: CheckedSiteModule;
  tasks: readonly Task[];
  evaluator: Evaluator;
  /** Names the evaluator's judge in the results' facts. */
  judgeName: string;
}

/** Starts the sites. @throws SiteError */
export async function openTextBenchmark(options: TextBenchmarkOptions): Promise<Benchmark> {
  const { site, tasks, evaluator, judgeName } = options;
  const closers: (() => PromiseLike<void>)[] = [];
  assertNoLogin(site);
  const worlds = worldsOf(site, tasks);
  const { origins, control } = await openSites({ ...servedBy(site), worlds }, closers);
  return {
    name: "sites-text",
    tasks,
    isolated: site.provider !== undefined,
    ...(site.createDemonstrator && { createDemonstrator: site.createDemonstrator }),
    openEnv: async () =>
      createHttpEnv({ origins, evaluator, ...(control !== null && { sites: control }) }),
    facts: {
      world: "text browser",
      sites: Object.keys(origins).join(","),
      addresses: JSON.stringify(originsOf(site)),
      worlds: JSON.stringify(worlds),
      judge: judgeName,
    },
    async [Symbol.asyncDispose]() {
      for (const close of closers.splice(0).toReversed()) await close();
    },
  };
}
