/**
 * MiniWoB++ as an environment. A page plays many episodes in one document: it makes a problem, ends the episode, and
 * pays a reward. So reset and score are the page's, and everything between them is a browser's as on any site.
 */

import type { Browser } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { Env, ResetOptions, StepResult } from "../../../core/env.ts";
import { BrowserError, ResetNeededError, SiteError, TaskError } from "../../../core/errors.ts";
import type { Evaluator } from "../../../core/evaluator.ts";
import type { Observation } from "../../../core/observation.ts";
import type { Score } from "../../../core/score.ts";
import type { PageSnapshot, SiteRequest } from "../../../core/site-request.ts";
import { createEpisode, type Episode } from "../../../evaluation/episode.ts";
import { siteFailure } from "../../../evaluation/site-failure.ts";
import { checkStartPages } from "../../../evaluation/start-pages.ts";
import { MASK } from "../../../page/secrets.ts";
import { BrowserSession } from "../../browser/browser-session.ts";
import { guarded } from "../../browser/guarded.ts";
import { SessionActor } from "../../browser/session-actor.ts";
import type { Tab } from "../../browser/tab.ts";
import type { SiteOrigin } from "../../sites/site-origins.ts";
import type { MiniwobTask } from "./miniwob-tasks.ts";
import { KEEPS_STATE } from "./page-needs.ts";
import { type EpisodeState, hasCore, readEpisode, startEpisode } from "./page-core.ts";

export interface MiniwobEnvOptions {
  /** A live browser. The caller closes it. */
  browser: () => Promise<Browser>;
  /** Where the pages are served. */
  origin: SiteOrigin;
  /** The tasks that it can play, by id. */
  tasks: ReadonlyMap<string, MiniwobTask>;
  /** The raw reward above 0 that counts as success: `positive` is any, as in BrowserGym; `full` is 1. */
  success: "positive" | "full";
  /** Time for one episode on the page's clock, in milliseconds. Null: the page's own limit. */
  limitMs: number | null;
  /** Whether every episode loads its page. Otherwise pages that clear their own state start the next one at once. */
  reload: boolean;
  /** A step or a reset that takes longer means a broken browser, in milliseconds. */
  deadlineMs?: number;
}

const SETTLE_CAP_MS = 3_000;
const DEADLINE_MS = 30_000;

export function createMiniwobEnv(options: MiniwobEnvOptions): Env {
  return new MiniwobEnv(options);
}

/** A page whose document can start another episode. */
interface OpenPage {
  name: string;
  tab: Tab;
  /** `tab.pages` at that time: another number means another document. */
  document: number;
}

class MiniwobEnv implements Env {
  readonly #options: MiniwobEnvOptions;
  readonly #actor = new SessionActor();
  #session: BrowserSession | null = null;
  #open: OpenPage | null = null;
  #episode: Episode | null = null;
  #signal: AbortSignal | undefined;
  #state: EpisodeState | null = null;
  #isDisposed = false;
  goal = "";
  startRequests: readonly SiteRequest[] = [];

  constructor(options: MiniwobEnvOptions) {
    this.#options = options;
  }

  async reset({ task, signal }: ResetOptions): Promise<Observation> {
    signal?.throwIfAborted();
    if (this.#isDisposed)
      throw new ResetNeededError("Expected a live environment, got a reset() after its disposal.");
    const known = this.#options.tasks.get(task.id);
    if (known === undefined)
      throw new TaskError(
        `Expected a task of this benchmark, got ${task.id}. Take tasks from the benchmark's list.`,
      );
    this.#episode = null;
    this.#signal = signal;
    return await this.#guard(`reset for task ${task.id}`, async () => {
      const session = await this.#openSession();
      const tab = await this.#openPage(session, known);
      const goal = await tab.callPage(startEpisode, known.seed, this.#options.limitMs);
      if (goal === null)
        throw new SiteError(`Expected the page ${known.page} to get ready, got no sign of it.`);
      await this.#actor.settle(session);
      this.goal = goal;
      this.startRequests = await session.requests.take();
      checkStartPages(task, this.startRequests);
      const observation = await this.#actor.observe(session);
      this.#episode = createEpisode({
        task,
        evaluator: this.#createEvaluator(),
        startRequests: this.startRequests,
        signal,
      });
      return observation;
    });
  }

  async step(action: Action): Promise<StepResult> {
    const [episode, session, last] = [this.#episode, this.#session, this.#actor.observation];
    if (episode === null || session === null || last === null) throw new ResetNeededError();
    episode.admit(action);
    const result = await this.#guard(`step ${action.kind}`, async () => {
      const observation = action.kind === "stop" ? last : await this.#actor.act(session, action);
      this.#state = await this.#readState(session);
      return await episode.finishStep(action, {
        observation,
        requests: await session.requests.take(),
        isOver: this.#state === null || this.#state.isDone,
        // The page has scored the episode, so no check reads it.
        end: () =>
          Promise.resolve({
            finalPage: { url: observation.url, html: "" },
            finalMarkup: "",
            probe: { open: () => Promise.resolve({ page: null, reason: "it is not needed" }) },
          }),
      });
    });
    return action.kind === "type" && this.#actor.hasTypedSecret
      ? { ...result, performed: { ...action, text: MASK } }
      : result;
  }

  hideSecrets<T>(stored: T): T {
    return this.#session?.secrets.maskDeep(stored) ?? stored;
  }

  async snapshot(): Promise<PageSnapshot> {
    const session = this.#session;
    if (session === null) throw new ResetNeededError();
    return await this.#guard("snapshot", () => this.#actor.record(session));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#episode = null;
    await this.#dropSession();
  }

  async #openSession(): Promise<BrowserSession> {
    const browser = await this.#options.browser();
    if (!browser.isConnected())
      throw new BrowserError(
        "Expected a running browser, got one that crashed or was closed. Start another one.",
      );
    if (this.#session !== null && this.#session.context.browser() !== browser)
      await this.#dropSession();
    this.#session ??= await BrowserSession.open(browser, [this.#options.origin], SETTLE_CAP_MS);
    return this.#session;
  }

  /** Loads the task's page, unless its document is still open. */
  async #openPage(session: BrowserSession, { task, page }: MiniwobTask): Promise<Tab> {
    session.requests.clear();
    session.tabs.takeDialogs();
    const isReused = !this.#options.reload && !KEEPS_STATE.has(page);
    if (isReused && this.#open?.name === page && this.#isStillOpen(session)) {
      await restMouse(this.#open.tab);
      return this.#open.tab;
    }
    this.#open = null;
    await session.leavePages();
    const answerMs = (this.#options.deadlineMs ?? DEADLINE_MS) * (2 / 3);
    await session.openStartPages(task.startUrls, answerMs);
    const tab = session.tabs.active;
    if (tab.failedUrl !== null) throw siteFailure(tab.failedUrl, tab.failure);
    if (!(await tab.callPage(hasCore)))
      throw new SiteError(
        `Expected a MiniWoB++ page at ${task.startUrls[0]}, got one without the core script. Is the folder complete?`,
      );
    await restMouse(tab);
    this.#open = { name: page, tab, document: tab.pages };
    return tab;
  }

  /** Whether the agent is still on the document of the episode. */
  #isStillOpen({ tabs }: BrowserSession): boolean {
    const open = this.#open;
    return open !== null && tabs.active === open.tab && open.tab.pages === open.document;
  }

  /** Null once the agent has left the page: its reward is then out of reach. */
  async #readState(session: BrowserSession): Promise<EpisodeState | null> {
    return this.#isStillOpen(session) ? await session.tabs.active.callPage(readEpisode) : null;
  }

  #createEvaluator(): Evaluator {
    return {
      evaluate: () => Promise.resolve(scoreEpisode(this.#state, this.#options.success)),
    };
  }

  /** Runs a piece of browser work. If it fails, is aborted or never ends, the browser's state is discarded. */
  async #guard<T>(what: string, body: () => Promise<T>): Promise<T> {
    const deadlineMs = this.#options.deadlineMs ?? DEADLINE_MS;
    try {
      return await guarded(what, { deadlineMs, signal: this.#signal }, body);
    } catch (error) {
      this.#episode = null;
      await this.#dropSession();
      throw error;
    }
  }

  async #dropSession(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#open = null;
    // The context of a dead browser cannot be closed. It is already gone.
    await session?.close().catch(() => null);
  }
}

/** Moves the mouse to where it hits no part of a problem, so that none starts under it. */
async function restMouse({ session }: Tab): Promise<void> {
  await session.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 1_279, y: 719 });
}

/** @param state null if the agent left the page */
function scoreEpisode(state: EpisodeState | null, success: MiniwobEnvOptions["success"]): Score {
  const isFull = success === "full";
  const expected = isFull ? "a raw reward of 1" : "a raw reward above 0";
  const passed = state !== null && (isFull ? state.rawReward >= 1 : state.rawReward > 0);
  const got =
    state === null
      ? "the agent on another page"
      : !state.isDone
        ? "an episode that the page did not end"
        : `${state.rawReward}${state.reason === "" ? "" : ` (${state.reason})`}`;
  return {
    status: "scored",
    value: passed ? 1 : 0,
    checks: [{ kind: "raw_reward", passed, detail: `Expected ${expected}, got ${got}.` }],
  };
}
