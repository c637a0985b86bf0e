/** The tasks of a site module as a benchmark: the bundled sites, a user's own, or sites that run already. */

import type { Evaluator } from "../core/evaluator.ts";
import type { Task } from "../core/task.ts";
import { wrapEnv } from "../core/wrap-env.ts";
import { openOwnBrowserEnv, type OwnBrowserEnv } from "../real/browser/own-browser-env.ts";
import { WINDOW_SIZE } from "../real/browser/window-size.ts";
import type { Benchmark } from "../real/harness/benchmark.ts";
import { openSites } from "../real/sites/open-sites.ts";
import { type CheckedSiteModule, originsOf, servedBy, worldsOf } from "./site-module.ts";

export interface SiteBenchmarkOptions {
  site: CheckedSiteModule;
  tasks: readonly Task[];
  executablePath: string;
  /** Default: without a judge. */
  evaluator?: Evaluator;
  /** Names the evaluator's judge in the results' facts. */
  judgeName?: string;
}

/** Starts the sites. Browsers start with their environments. @throws SiteError */
export async function openSiteBenchmark({
  site,
  tasks,
  executablePath,
  evaluator,
  judgeName = "none",
}: SiteBenchmarkOptions): Promise<Benchmark> {
  const closers: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  const worlds = worldsOf(site, tasks);
  const { login, ...served } = servedBy(site);
  const { origins, control } = await openSites({ ...served, worlds }, closers);
  const opened = new Set<OwnBrowserEnv>();
  closers.push(async () => {
    await Promise.all([...opened].map((own) => own.close()));
  });
  let browserVersion = "not started";
  return {
    name: "sites",
    tasks,
    isolated: site.provider !== undefined,
    ...(site.createDemonstrator && { createDemonstrator: site.createDemonstrator }),
    async openEnv() {
      const own = await openOwnBrowserEnv({
        executablePath,
        origins,
        control,
        ...(evaluator && { evaluator }),
        ...(login && { login }),
      });
      opened.add(own);
      browserVersion = (await own.browser()).version();
      return wrapEnv(own.env, {
        async [Symbol.asyncDispose]() {
          opened.delete(own);
          await own.close();
        },
      });
    },
    get facts() {
      return {
        sites: Object.keys(originsOf(site)).join(","),
        addresses: JSON.stringify(originsOf(site)),
        worlds: JSON.stringify(worlds),
        judge: judgeName,
        chromium: browserVersion,
        viewport: `${WINDOW_SIZE.width}x${WINDOW_SIZE.height}`,
        deviceScaleFactor: "1",
      };
    },
    [Symbol.asyncDispose]: close,
  };
}
