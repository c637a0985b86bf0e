/** Sites and browsers that open and close together. Recording, proving and comparing start with them. */

import { BrowserError } from "../../core/errors.ts";
import type { Evaluator } from "../../core/evaluator.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { SiteOrigins } from "../sites/site-origins.ts";
import { openSites, type OpenSitesOptions } from "../sites/open-sites.ts";
import type { BrowserEnv } from "./browser-env.ts";
import { openOwnBrowserEnv, type OwnBrowserEnv } from "./own-browser-env.ts";
import type { LoginScript } from "./played-login.ts";
import { picturePage } from "./picture-page.ts";

export interface OpenRealSitesOptions extends OpenSitesOptions {
  /** Number of browsers, with one environment each. */
  count: number;
  /** Path of Chromium, or a function that finds it when needed: see `findBrowser` and `ensureBrowser`. */
  executablePath: string | (() => Promise<string>);
  /** Default: the checks of the tasks. */
  evaluator?: Evaluator;
  /** Of running sites: see `OwnBrowserEnvOptions`. */
  login?: LoginScript;
}

/** An environment in each browser, and both counts of their requests. */
export interface RealSites extends AsyncDisposable {
  readonly envs: readonly BrowserEnv[];
  readonly origins: SiteOrigins;
  /** Since they opened. `pending` requests are in progress. */
  countRequests(): { sent: number; unanswered: number; pending: number };
  /** The sites' own count. Running sites do not count, so this is then the browsers' count. */
  countedBySite(): Promise<number>;
  /** A PNG of a page given as HTML. */
  picturePage(page: PageSnapshot): Promise<Buffer>;
}

/** @throws BrowserError, SiteError: everything that started before is closed again */
export async function openRealSites(options: OpenRealSitesOptions): Promise<RealSites> {
  const { count, evaluator, login } = options;
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
    const own: OwnBrowserEnv[] = [];
    for (let i = 0; i < count; i++) {
      const opened = await openOwnBrowserEnv({
        executablePath,
        origins,
        control,
        ...(evaluator && { evaluator }),
        ...(login && { login }),
      });
      closers.push(() => opened.close());
      own.push(opened);
    }
    const envs = own.map(({ env }) => env);
    const sent = (): number => envs.reduce((sum, env) => sum + countRequests(env), 0);
    return {
      envs,
      origins,
      async picturePage(page) {
        const [first] = own;
        if (first === undefined) throw new BrowserError("Expected a browser, got none open.");
        return picturePage(await first.browser(), page);
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

/** All requests of an environment so far: from episodes, and from checks of their outcomes. */
export const countRequests = ({
  counts,
}: {
  counts: Readonly<{ pageRequests: number; probeRequests: number }>;
}): number => counts.pageRequests + counts.probeRequests;
