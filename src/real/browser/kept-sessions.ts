/** The sessions of one environment: a browser context for each set of sites, kept from episode to episode. */

import type { Browser } from "playwright";
import { BrowserError } from "../../core/errors.ts";
import { BrowserSession } from "./browser-session.ts";
import { NOTHING_COUNTED, type RequestCounts } from "./request-log.ts";

/** The least recently used one beyond these is closed. */
const MAX_SESSIONS = 4;

export interface KeptSessionsOptions {
  /** A browser, or a function that returns a live one. */
  browser: Browser | (() => Promise<Browser>);
  reachesAnywhere: boolean;
  settleCapMs: number;
}

export class KeptSessions {
  readonly #options: KeptSessionsOptions;
  readonly #sessions = new Map<string, BrowserSession>();
  readonly #closedCounts: RequestCounts = { ...NOTHING_COUNTED };
  /** The session in use. Null before the first one, and after its end. */
  current: BrowserSession | null = null;

  constructor(options: KeptSessionsOptions) {
    this.#options = options;
  }

  /** Of all sessions, the closed ones too. */
  get counts(): Readonly<RequestCounts> {
    const sum = { ...this.#closedCounts };
    for (const { requests } of this.#sessions.values()) addCounts(sum, requests.counts);
    return sum;
  }

  /**
   * Makes the session of these sites the current one.
   *
   * @throws BrowserError if the browser crashed or was closed
   */
  async use(origins: readonly { origin: string; address?: string }[]): Promise<BrowserSession> {
    const { browser, reachesAnywhere, settleCapMs } = this.#options;
    const live = typeof browser === "function" ? await browser() : browser;
    if (!live.isConnected())
      throw new BrowserError(
        "Expected a running browser, got one that crashed or was closed. Start another one.",
      );
    const key = origins
      .map(({ origin }) => origin)
      .toSorted()
      .join(" ");
    let session = this.#sessions.get(key);
    if (session !== undefined && session.context.browser() !== live) {
      await this.dropAll();
      session = undefined;
    }
    if (session === undefined) {
      session = await BrowserSession.open(live, reachesAnywhere ? null : origins, settleCapMs);
      const [oldest] = this.#sessions.keys();
      if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) await this.#drop(oldest);
    }
    // The most recently used one is last.
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    // The page of another set of sites would keep sending requests with the old episode's token.
    if (this.current !== null && this.current !== session) await this.current.leavePages();
    this.current = session;
    return session;
  }

  async dropAll(): Promise<void> {
    for (const key of this.#sessions.keys()) await this.#drop(key);
  }

  async #drop(key: string): Promise<void> {
    const session = this.#sessions.get(key);
    if (session === undefined) return;
    this.#sessions.delete(key);
    if (this.current === session) this.current = null;
    session.requests.clear();
    addCounts(this.#closedCounts, session.requests.counts);
    // The context of a dead browser cannot be closed. It is already gone.
    await session.close().catch(() => null);
  }
}

function addCounts(sum: RequestCounts, more: RequestCounts): void {
  sum.pageRequests += more.pageRequests;
  sum.probeRequests += more.probeRequests;
  sum.unanswered += more.unanswered;
  sum.pending += more.pending;
}
