/** Sites and browsers on them, opened and closed together: what commands that act for real start with. */

import { WORLD_SEEDS } from "../../fixtures/index.ts";
import { BrowserError } from "../core/errors.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { type BrowserEnv, createBrowserEnv } from "../real/browser/browser-env.ts";
import { ensureBrowser } from "../real/browser/install/install-browser.ts";
import { launchBrowser } from "../real/browser/launch-browser.ts";
import { picturePage } from "../real/browser/picture-page.ts";
import { type ProvidedSites, startSites } from "../real/sites/site-provider.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import type { CliContext } from "./context.ts";
import { createProvider } from "./site-providers.ts";

export interface OpenRealSitesOptions {
  /** Their names in tasks; one provider serves them all: see `groupByProvider`. */
  sites: readonly string[];
  /** `--browser` */
  browser?: string | undefined;
  /** How many browsers, one environment in each. */
  count: number;
  /** Seed by label; by default those of the committed tasks. */
  worlds?: Readonly<Record<string, number>>;
}

export interface RealSites extends MeteredEnvPool {
  readonly envs: readonly BrowserEnv[];
  readonly sites: ProvidedSites;
  /** A PNG of a page that is only HTML. */
  picturePage(page: PageSnapshot): Promise<Buffer>;
}

/** Browser to use: the flag, else `DREAMGYM_BROWSER`, else one that is found or can be had. */
export async function browserFor(
  context: CliContext,
  flag: string | undefined,
): ReturnType<typeof ensureBrowser> {
  return ensureBrowser({
    configuredPath: flag ?? context.environment.browser,
    searchPath: context.environment.path,
    log: (line) => context.progress.note(line),
    signal: context.signal,
  });
}

/** @throws BrowserError, SiteError: what was started until then is closed again */
export async function openRealSites(
  context: CliContext,
  { sites: names, browser, count, worlds = WORLD_SEEDS }: OpenRealSitesOptions,
): Promise<RealSites> {
  const { path } = await browserFor(context, browser);
  const closers: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    const sites = await startSites(createProvider(names, context), { worlds });
    closers.push(() => sites[Symbol.asyncDispose]());
    const { origins, control } = sites;
    const envs: BrowserEnv[] = [];
    const browsers: (() => Promise<Browser>)[] = [];
    for (let i = 0; i < count; i++) {
      const live = reviving(() =>
        launchBrowser({ executablePath: path, origins: Object.values(origins) }),
      );
      closers.push(live.close);
      await live.get();
      browsers.push(live.get);
      const env = createBrowserEnv({
        browser: live.get,
        origins,
        evaluator: createEvaluator(),
        sites: control,
      });
      closers.push(() => env[Symbol.asyncDispose]());
      envs.push(env);
    }
    return {
      envs,
      sites,
      async picturePage(page) {
        const [browser] = browsers;
        if (browser === undefined) throw new BrowserError("Expected a browser, got none open.");
        return picturePage(await browser(), page);
      },
      countRequests: () => ({
        sent: envs.reduce((sum, env) => sum + countRequests(env), 0),
        unanswered: envs.reduce((sum, { counts }) => sum + counts.unanswered, 0),
        pending: envs.reduce((sum, { counts }) => sum + counts.pending, 0),
      }),
      countedBySite: async () => (await control.counts()).total.pages,
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** All that an environment has sent so far: of episodes, and of looking at their outcomes. */
export const countRequests = ({ counts }: BrowserEnv): number =>
  counts.pageRequests + counts.probeRequests;

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

/** A browser that is started again when it has died. */
function reviving(launch: () => Promise<Browser>): {
  get: () => Promise<Browser>;
  close: () => Promise<void>;
} {
  let browser: Browser | null = null;
  return {
    async get() {
      if (browser?.isConnected() !== true) browser = await launch();
      return browser;
    },
    async close() {
      await browser?.close().catch(() => null); // a dead one is closed already
    },
  };
}
