/** Sites and browsers on them, opened and closed together: what recording, proving and comparing start with. */

import { BrowserError } from "../../core/errors.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { SiteControl } from "../sites/site-control.ts";
import type { SiteOrigins } from "../sites/site-origins.ts";
import { type SiteProvider, startSites } from "../sites/site-provider.ts";
import { type BrowserEnv, createBrowserEnv } from "./browser-env.ts";
import { launchBrowser } from "./launch-browser.ts";
import { picturePage } from "./picture-page.ts";

export interface OpenRealSitesOptions {
  /** Starts, resets and counts them; or, for sites that run already and that nobody can reset, their URLs by name. */
  provider: SiteProvider | Readonly<Record<string, string>>;
  /** Seed by label. Sites that run already have none. */
  worlds: Readonly<Record<string, number>>;
  /** How many browsers, one environment in each. */
  count: number;
  /** Of Chromium, or what finds it once it is needed: see `findBrowser` and `ensureBrowser`. */
  executablePath: string | (() => Promise<string>);
}

/** An environment in each browser, and both counts of what they sent. */
export interface RealSites extends AsyncDisposable {
  readonly envs: readonly BrowserEnv[];
  readonly origins: SiteOrigins;
  /** Since they were opened; `pending` requests are still under way. */
  countRequests(): { sent: number; unanswered: number; pending: number };
  /** As the sites counted them. Sites that run already do not count: then it is what the browsers sent. */
  countedBySite(): Promise<number>;
  /** A PNG of a page that is only HTML. */
  picturePage(page: PageSnapshot): Promise<Buffer>;
}

/** @throws BrowserError, SiteError: what was started until then is closed again */
export async function openRealSites(options: OpenRealSitesOptions): Promise<RealSites> {
  const { count } = options;
  const executablePath =
    typeof options.executablePath === "string"
      ? options.executablePath
      : await options.executablePath();
  const closers: (() => PromiseLike<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of closers.splice(0).toReversed()) await closeOne();
  };
  try {
    const { origins, control } = await openSites(options, closers);
    const envs: BrowserEnv[] = [];
    const browsers: (() => Promise<Browser>)[] = [];
    for (let i = 0; i < count; i++) {
      const live = reviving(() =>
        launchBrowser({ executablePath, origins: Object.values(origins) }),
      );
      closers.push(live.close);
      await live.get();
      browsers.push(live.get);
      const env = createBrowserEnv({
        browser: live.get,
        origins,
        evaluator: createEvaluator(),
        ...(control && { sites: control }),
      });
      closers.push(() => env[Symbol.asyncDispose]());
      envs.push(env);
    }
    const sent = (): number => envs.reduce((sum, env) => sum + countRequests(env), 0);
    return {
      envs,
      origins,
      async picturePage(page) {
        const [browser] = browsers;
        if (browser === undefined) throw new BrowserError("Expected a browser, got none open.");
        return picturePage(await browser(), page);
      },
      countRequests: () => ({
        sent: sent(),
        unanswered: envs.reduce((sum, { counts }) => sum + counts.unanswered, 0),
        pending: envs.reduce((sum, { counts }) => sum + counts.pending, 0),
      }),
      countedBySite: async () => (control === null ? sent() : (await control.counts()).total.pages),
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

/** Whether it is a provider, and not a record of URLs: one has a function of that name, the other at most a text. */
const isProvider = (provider: OpenRealSitesOptions["provider"]): provider is SiteProvider =>
  typeof provider["start"] === "function";

async function openSites(
  { provider, worlds }: OpenRealSitesOptions,
  closers: (() => PromiseLike<void>)[],
): Promise<{ origins: SiteOrigins; control: SiteControl | null }> {
  if (isProvider(provider)) {
    const sites = await startSites(provider, { worlds });
    closers.push(() => sites[Symbol.asyncDispose]());
    return sites;
  }
  const origins = Object.entries(provider).map(([name, url]) => [
    name,
    { origin: new URL(url).origin },
  ]);
  return { origins: Object.fromEntries(origins) as SiteOrigins, control: null };
}

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
