/** An environment with a browser of its own. The browser restarts after a crash, and is killed if it does not close. */

import type { Browser } from "playwright";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { SiteControl } from "../sites/site-control.ts";
import type { SiteOrigins } from "../sites/site-origins.ts";
import { type BrowserEnv, type BrowserEnvOptions, createBrowserEnv } from "./browser-env.ts";
import { launchBrowser } from "./launch-browser.ts";
import { type LoginScript, PlayedLogin } from "./played-login.ts";

export interface OwnBrowserEnvOptions extends Partial<
  Pick<
    BrowserEnvOptions,
    "evaluator" | "resetSite" | "logIn" | "observationText" | "reachesAnywhere"
  >
> {
  executablePath: string;
  origins: SiteOrigins;
  /** Null for sites that run already. */
  control: SiteControl | null;
  /** Played before an episode where the session of the origins has ended. */
  login?: LoginScript;
}

export interface OwnBrowserEnv {
  readonly env: BrowserEnv;
  /** The running browser, started again if it crashed. */
  browser(): Promise<Browser>;
  /** Closes both. Takes a few seconds at most: a browser that hangs is killed. */
  close(): Promise<void>;
}

/** @throws BrowserError if the browser does not start */
export async function openOwnBrowserEnv({
  executablePath,
  origins,
  control,
  login,
  ...more
}: OwnBrowserEnvOptions): Promise<OwnBrowserEnv> {
  const own = await openOwnBrowser(executablePath, more.reachesAnywhere ? null : origins);
  const played = login && new PlayedLogin(login, Object.values(origins));
  const env = createBrowserEnv({
    browser: own.browser,
    origins,
    evaluator: createEvaluator(),
    ...more,
    ...(control && { sites: control }),
    ...(played && { logIn: async () => played.renew(await own.browser()) }),
  });
  return { env, browser: own.browser, close: () => own.close(env) };
}

export interface OwnBrowser {
  /** The running browser, started again if it crashed. */
  browser: () => Promise<Browser>;
  /** Disposes of the environment, then closes the browser. Takes a few seconds at most. */
  close(env: AsyncDisposable): Promise<void>;
}

/** @param origins null: any. @throws BrowserError if the browser does not start */
export async function openOwnBrowser(
  executablePath: string,
  origins: SiteOrigins | null,
): Promise<OwnBrowser> {
  const reached = origins && Object.values(origins);
  const live = reviving(() => launchBrowser({ executablePath, origins: reached }));
  await live.get();
  return {
    browser: live.get,
    async close(env) {
      // Killing the browser also ends what still waits for it.
      const timer = setTimeout(live.kill, CLOSE_LIMIT_MS);
      try {
        await env[Symbol.asyncDispose]();
        await live.close();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** A browser that works closes in a fraction of this time, also on a busy machine. */
const CLOSE_LIMIT_MS = 5_000;

/** A browser that restarts after a crash. */
function reviving(launch: () => Promise<Browser>): {
  get: () => Promise<Browser>;
  close: () => Promise<void>;
  kill: () => void;
} {
  let browser: Browser | null = null;
  let processId: number | null = null;
  return {
    async get() {
      if (browser?.isConnected() === true) return browser;
      browser = await launch();
      processId = await processIdOf(browser);
      return browser;
    },
    async close() {
      await browser?.close().catch(() => null); // a dead one is already closed
    },
    kill() {
      if (processId !== null) killTree(processId);
    },
  };
}

async function processIdOf(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.find(({ type }) => type === "browser")?.id ?? null;
}

/** Playwright starts a browser as the leader of a process group, except on Windows. */
function killTree(processId: number): void {
  for (const target of [-processId, processId]) {
    try {
      process.kill(target, "SIGKILL");
      return;
    } catch {
      // No such group, or it has ended.
    }
  }
}
