/** The real world as an environment: episodes in Chromium on any site, limited to the task's own origins. */

import type { Browser, BrowserContext } from "playwright";
import type { Action } from "../../core/action.ts";
import type { Env, ResetOptions, StepResult } from "../../core/env.ts";
import { boundary, ResetNeededError, SiteError, TaskError } from "../../core/errors.ts";
import type { Evaluator } from "../../core/evaluator.ts";
import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../core/site-request.ts";
import type { Task } from "../../core/task.ts";
import { createEpisode, type Episode } from "../../evaluation/episode.ts";
import type { BrowserSession, SessionIdentity } from "./browser-session.ts";
import { capturePage } from "./capture-page.ts";
import { guarded } from "./guarded.ts";
import { KeptSessions } from "./kept-sessions.ts";
import { createLiveProbe } from "./live-probe.ts";
import type { ObservationText } from "./observe.ts";
import type { RequestCounts } from "./request-log.ts";
import { SessionActor } from "./session-actor.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { MASK } from "../../page/secrets.ts";
import { siteFailure } from "../../evaluation/site-failure.ts";
import { checkStartPages } from "../../evaluation/start-pages.ts";
import { assertStartsOnSites, sitesOfTask } from "../../evaluation/task-sites.ts";
import { ReusedSiteEpisode } from "../sites/reused-site-episode.ts";
import type { SiteControl } from "../sites/site-control.ts";
import type { SiteOrigins } from "../sites/site-origins.ts";
import type { StoredSession } from "../sites/stored-session.ts";

export interface BrowserEnvOptions {
  /** A browser, or a function that returns a live one, which the environment needs to recover from a crash. The caller
   * closes it. */
  browser: Browser | (() => Promise<Browser>);
  /** Origins of all sites that tasks name. */
  origins: SiteOrigins;
  /** Pages may also reach every other origin, as a person's browser does. Default: those of the task alone. */
  reachesAnywhere?: boolean;
  evaluator: Evaluator;
  /** Controls sites that keep a state per episode. */
  sites?: SiteControl;
  /** For sites without such control: resets them to the task's start state before the start pages load. */
  resetSite?: (task: Task) => Promise<void>;
  /** For sites without such control: puts a session's cookies into the context, or returns a session to put there. */
  logIn?: (context: BrowserContext, task: Task) => Promise<StoredSession | void>;
  /**
   * How long a page may take to settle after its last document, script or style arrived, in milliseconds. Then the
   * environment reads it as it is. A page whose load has not started gets up to 20 s.
   */
  settleCapMs?: number;
  /** A step, or the browser's part of a reset, that takes longer means a broken browser, in milliseconds. */
  deadlineMs?: number;
  /** Also writes each page as a text: WebArena's own, whose ids actions may then name. */
  observationText?: ObservationText;
  /** Called at the start of each part of a step: for the bench. */
  onPhase?: (phase: "perform" | "settle" | "observe" | "end") => void;
}

export interface BrowserEnv extends Env {
  /** Requests that the browser sent since the environment was created. */
  readonly counts: Readonly<RequestCounts>;
  /** Steps and resets whose page did not settle within the cap. */
  readonly cappedSettles: number;
  /** The current tab as PNG. */
  screenshot(): Promise<Buffer>;
}

const SETTLE_CAP_MS = 3_000;
const DEADLINE_MS = 30_000;

export function createBrowserEnv(options: BrowserEnvOptions): BrowserEnv {
  return new PlaywrightEnv(options);
}

class PlaywrightEnv implements BrowserEnv {
  readonly #options: BrowserEnvOptions;
  readonly #sessions: KeptSessions;
  #episode: Episode | null = null;
  readonly #site: ReusedSiteEpisode;
  #signal: AbortSignal | undefined;
  readonly #actor: SessionActor;
  #startRequests: readonly SiteRequest[] = [];
  #secrets: KnownSecrets | null = null;
  #isDisposed = false;

  constructor(options: BrowserEnvOptions) {
    this.#options = options;
    this.#sessions = new KeptSessions({
      browser: options.browser,
      reachesAnywhere: options.reachesAnywhere ?? false,
      settleCapMs: options.settleCapMs ?? SETTLE_CAP_MS,
    });
    this.#actor = new SessionActor({ onPhase: options.onPhase, text: options.observationText });
    this.#site = new ReusedSiteEpisode(options);
  }

  get counts(): Readonly<RequestCounts> {
    return this.#sessions.counts;
  }

  get cappedSettles(): number {
    return this.#actor.cappedSettles;
  }

  get startRequests(): readonly SiteRequest[] {
    return this.#startRequests;
  }

  async reset({ task, signal }: ResetOptions): Promise<Observation> {
    signal?.throwIfAborted();
    if (this.#isDisposed)
      throw new ResetNeededError("Expected a live environment, got a reset() after its disposal.");
    const origins = sitesOfTask(task, this.#options.origins);
    this.#episode = null;
    this.#signal = signal;
    const what = `reset for task ${task.id}`;
    const session = await this.#guard(what, async () => {
      const opened = await this.#sessions.use(origins);
      assertStartsOnSites(task, (url) => opened.isAllowedUrl(url));
      await opened.leavePages();
      opened.requests.clear();
      opened.requests.purpose = "pageRequests";
      this.#secrets = opened.secrets;
      return opened;
    });
    // A hook may take minutes to reset a user's own site.
    const deadlineMs = this.#options.sites === undefined ? null : undefined;
    await this.#guard(what, () => this.#identify(session, task), deadlineMs);
    return await this.#guard(what, async () => {
      // An error here is the site's fault rather than the browser's.
      const answerMs = (this.#options.deadlineMs ?? DEADLINE_MS) * (2 / 3);
      if (await session.openStartPages(task.startUrls, answerMs)) this.#actor.cappedSettles++;
      for (const { failedUrl, failure } of session.tabs.all)
        if (failedUrl !== null) throw siteFailure(session.secrets.maskUrl(failedUrl), failure);
      this.#startRequests = await session.requests.take();
      checkStartPages(task, this.#startRequests);
      const observation = await this.#actor.observe(session);
      this.#episode = createEpisode({
        task,
        evaluator: this.#options.evaluator,
        startRequests: this.#startRequests,
        signal,
      });
      return observation;
    });
  }

  hideSecrets<T>(stored: T): T {
    return this.#secrets?.maskDeep(stored) ?? stored;
  }

  async step(action: Action): Promise<StepResult> {
    const episode = this.#episode;
    const last = this.#actor.observation;
    const session = this.#sessions.current;
    if (episode === null || session === null || last === null) throw new ResetNeededError();
    episode.admit(action);
    const observation =
      action.kind === "stop"
        ? last
        : await this.#guard(`step ${action.kind}`, () => this.#actor.act(session, action));
    this.#options.onPhase?.("end");
    const score = async (): Promise<StepResult> =>
      await episode.finishStep(action, {
        observation,
        requests: await session.requests.take(),
        end: async () => {
          const probe = createLiveProbe(session);
          const capture = (purpose: "checks" | "markup"): Promise<PageSnapshot> =>
            this.#guard("the last page", () =>
              capturePage(session.tabs.active, session.secrets, purpose),
            );
          return {
            finalPage: await capture("checks"),
            finalMarkup: (await capture("markup")).html,
            probe: {
              open: (url) => this.#guard(`looking at ${url}`, () => probe.open(url)),
              visit: (url, body) =>
                this.#guard(`looking at ${url ?? "the last page"}`, () => probe.visit(url, body)),
            },
          };
        },
      });
    const result = await this.#guard("scoring", score, null);
    return action.kind === "type" && this.#actor.hasTypedSecret
      ? { ...result, performed: { ...action, text: MASK } }
      : result;
  }

  async snapshot(): Promise<PageSnapshot> {
    const session = this.#sessions.current;
    if (session === null) throw new ResetNeededError();
    return await this.#guard("snapshot", () => this.#actor.record(session));
  }

  async screenshot(): Promise<Buffer> {
    const session = this.#sessions.current;
    if (session === null) throw new ResetNeededError();
    return await this.#guard("screenshot", () => session.tabs.active.screenshot());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#episode = null;
    await this.#sessions.dropAll();
    await this.#site.end().catch(() => null);
  }

  async #identify(session: BrowserSession, task: Task): Promise<void> {
    const { sites, logIn } = this.#options;
    await session.identify(
      await boundary(SiteError, `start state of the sites for task ${task.id}`, () =>
        this.#startSiteEpisode(task),
      ),
    );
    const stored = sites === undefined ? await logIn?.(session.context, task) : undefined;
    if (stored) await session.give(stored);
  }

  async #startSiteEpisode(task: Task): Promise<SessionIdentity> {
    const { headers, cookies } = await this.#site.start(task);
    return {
      headers,
      cookies: cookies.flatMap(({ site, name, value }) => {
        const origin = task.sites.includes(site) ? this.#options.origins[site] : undefined;
        return origin === undefined ? [] : [{ name, value, url: origin.origin }];
      }),
    };
  }

  /** Runs a piece of browser work. If it fails, is aborted or never ends, the browser's state is discarded. */
  async #guard<T>(
    what: string,
    body: () => Promise<T>,
    deadlineMs: number | null = this.#options.deadlineMs ?? DEADLINE_MS,
  ): Promise<T> {
    try {
      return await guarded(what, { deadlineMs, signal: this.#signal }, body);
    } catch (error) {
      if (!(error instanceof TaskError)) {
        this.#episode = null;
        await this.#sessions.dropAll();
      }
      throw error;
    }
  }
}
