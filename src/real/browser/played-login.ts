/**
 * A login that is played before an episode where the session has ended: in a context next to the agent's, so no
 * recording, no history and no count of requests sees it. Its session and its passwords stay in memory.
 */

import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright";
import { PolicyError, SiteError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import { siteFailure } from "../../evaluation/site-failure.ts";
import { createScriptPolicy, findAlike, type ScriptStep } from "../../page/script-policy.ts";
import type { SiteOrigin } from "../sites/site-origins.ts";
import { sessionOf, type StoredSession } from "../sites/stored-session.ts";
import { BrowserSession } from "./browser-session.ts";
import { SessionActor } from "./session-actor.ts";

const SETTLE_CAP_MS = 3_000;
const ANSWER_MS = 20_000;
/** Sites that count logins refuse some for a while. So a login that worked before is tried again after these waits. */
const WAITS_MS = [20_000, 60_000];

export interface LoginScript {
  /** The page that the login begins at. */
  url: string;
  steps: readonly ScriptStep[];
}

export class PlayedLogin {
  readonly #script: LoginScript;
  readonly #origins: readonly SiteOrigin[];
  #window: BrowserSession | null = null;
  /** The last one that held. Null: that of the origins, if any. */
  #state: StoredSession | null = null;
  readonly #waitsMs: readonly number[];
  /** Whether no wait helped the last time. Then nobody waits again until a login works. */
  #isRefused = false;

  constructor(
    script: LoginScript,
    origins: readonly SiteOrigin[],
    waitsMs: readonly number[] = WAITS_MS,
  ) {
    this.#script = script;
    this.#origins = origins;
    this.#waitsMs = waitsMs;
  }

  /**
   * @returns a session that holds
   * @throws SiteError when the page does not load or the login fails
   */
  async renew(browser: Browser): Promise<StoredSession> {
    const hasWorked = this.#state !== null;
    const waits = hasWorked && !this.#isRefused ? [...this.#waitsMs] : [];
    for (;;) {
      try {
        this.#state = await this.#open(browser);
        this.#isRefused = false;
        return this.#state;
      } catch (error) {
        const wait = waits.shift();
        if (!(error instanceof SiteError) || !hasWorked) throw error;
        if (wait === undefined) {
          this.#isRefused = true;
          throw new SiteError(
            `${error.message} The same login worked before: the account may have been changed or locked since.`,
            { cause: error },
          );
        }
        await delay(wait, undefined, { ref: false });
      }
    }
  }

  /**
   * Opens the login's page. The session has ended where the page shows the first element that the script acts on.
   * Without a session nothing can hold, so a page without that element is a fault of the script.
   */
  async #open(browser: Browser): Promise<StoredSession> {
    const window = await this.#openWindow(browser);
    await window.leavePages();
    await window.identify({ headers: {}, cookies: [] });
    if (this.#state !== null) await window.give(this.#state);
    await window.openStartPages([this.#script.url], ANSWER_MS);
    const { failedUrl, failure } = window.tabs.active;
    if (failedUrl !== null) throw siteFailure(failedUrl, failure);
    const actor = new SessionActor();
    const shown = await actor.observe(window);
    const first = this.#script.steps.find(({ line }) => line.on !== undefined);
    const mayHold = this.#state !== null || this.#origins.some(({ session }) => session);
    if (!mayHold || first === undefined || shows(shown, first))
      await this.#play(window, actor, shown);
    const state = await window.context.storageState();
    await window.leavePages();
    return state;
  }

  async close(): Promise<void> {
    await this.#window?.close().catch(() => null); // its browser may have ended
    this.#window = null;
  }

  async #play(window: BrowserSession, actor: SessionActor, shown: Observation): Promise<void> {
    const { steps, url } = this.#script;
    const policy = createScriptPolicy(steps);
    let observation = shown;
    try {
      for (;;) {
        const { action } = await policy.act({ goal: "", history: [], observation });
        if (action.kind === "stop") break;
        observation = await actor.act(window, action);
      }
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      throw new SiteError(`The login at ${url} failed: ${error.message}`, { cause: error });
    }
    const typed = steps.findLast(({ line }) => line.kind === "type");
    if (typed !== undefined && shows(observation, typed))
      throw new SiteError(
        `The login at ${url} failed: ${observation.url} still asks for ${typed.line.on?.role} "${typed.line.on?.name}" after its last step. Check the account, or the script. The page says: ${wordsOf(observation)}`,
      );
  }

  async #openWindow(browser: Browser): Promise<BrowserSession> {
    if (this.#window?.context.browser() === browser) return this.#window;
    this.#window = await BrowserSession.open(browser, this.#origins, SETTLE_CAP_MS);
    return this.#window;
  }
}

/** @returns the origins with the session of the login, if there is one */
export async function logInOnce(
  browser: Browser,
  { origins, login }: { origins: readonly SiteOrigin[] | null; login?: LoginScript },
): Promise<readonly SiteOrigin[] | null> {
  if (origins === null || login === undefined) return origins;
  const played = new PlayedLogin(login, origins);
  try {
    const session = await played.renew(browser);
    return origins.map((site) => ({ ...site, session: sessionOf(session, site.origin) }));
  } finally {
    await played.close();
  }
}

const shows = (observation: Observation, { line: { on } }: ScriptStep): boolean =>
  on !== undefined && findAlike(observation, on).length > on.number;

const MOST_WORDS = 300;

function wordsOf({ nodes }: Observation): string {
  const texts = nodes.flatMap(({ role, name }) => (role === "StaticText" ? name : []));
  return texts.join(" ").slice(0, MOST_WORDS);
}
