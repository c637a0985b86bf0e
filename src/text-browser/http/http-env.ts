/** Live sites through the text browser: a third environment without Chromium and scripts. It tests the mechanics. */

import { actionErrors } from "../../page/action-errors.ts";
import type { Action } from "../../core/action.ts";
import type { Env, ResetOptions, StepResult } from "../../core/env.ts";
import { boundary, ResetNeededError, SiteError } from "../../core/errors.ts";
import type { Evaluator, PageProbe } from "../../core/evaluator.ts";
import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../core/site-request.ts";
import type { Task } from "../../core/task.ts";
import { createEpisode, type Episode } from "../../evaluation/episode.ts";
import { TextBrowser } from "../text-browser.ts";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { describeField, maskPage, noteSecrets } from "../../page/mask-page.ts";
import { MASK } from "../../page/secrets.ts";
import { checkStartPages } from "../../evaluation/start-pages.ts";
import { assertStartsOnSites, sitesOfTask } from "../../evaluation/task-sites.ts";
import { createHttpTransport, type HttpTransport } from "./http-transport.ts";
import { ReusedSiteEpisode } from "../../real/sites/reused-site-episode.ts";
import type { SiteControl } from "../../real/sites/site-control.ts";
import { isAllowedUrl, type SiteOrigin, type SiteOrigins } from "../../real/sites/site-origins.ts";

export interface HttpEnvOptions {
  /** Origins of all sites that tasks name. */
  origins: SiteOrigins;
  evaluator: Evaluator;
  /** Controls sites that keep a state per episode. */
  sites?: SiteControl;
  /** For sites without such control: resets them to the task's start state. */
  resetSite?: (task: Task) => Promise<void>;
  timeoutMs?: number;
}

export interface HttpEnv extends Env {
  /** Requests sent since the environment was created, counted as in `BrowserEnv`. */
  readonly counts: Readonly<{ pageRequests: number; probeRequests: number }>;
}

export function createHttpEnv(options: HttpEnvOptions): HttpEnv {
  return new TextBrowserEnv(options);
}

interface Session {
  browser: TextBrowser;
  transport: HttpTransport;
  origins: readonly SiteOrigin[];
  secrets: KnownSecrets;
}

class TextBrowserEnv implements HttpEnv {
  readonly #options: HttpEnvOptions;
  #session: Session | null = null;
  #episode: Episode | null = null;
  readonly #site: ReusedSiteEpisode;
  #startRequests: readonly SiteRequest[] = [];
  #endedRequests = 0;
  #probeRequests = 0;
  #isDisposed = false;

  constructor(options: HttpEnvOptions) {
    this.#options = options;
    this.#site = new ReusedSiteEpisode(options);
  }

  get counts(): { pageRequests: number; probeRequests: number } {
    const sent = this.#endedRequests + (this.#session?.transport.sent ?? 0);
    return { pageRequests: sent - this.#probeRequests, probeRequests: this.#probeRequests };
  }

  get startRequests(): readonly SiteRequest[] {
    return this.#startRequests;
  }

  async reset({ task, signal }: ResetOptions): Promise<Observation> {
    signal?.throwIfAborted();
    if (this.#isDisposed)
      throw new ResetNeededError("Expected a live environment, got a reset() after its disposal.");
    const origins = sitesOfTask(task, this.#options.origins);
    assertStartsOnSites(task, (url) => isAllowedUrl(url, origins));
    this.#episode = null;
    this.#endSession();
    return await boundary(SiteError, `reset for task ${task.id}`, async () => {
      const { headers, cookies } = await this.#site.start(task);
      const secrets = new KnownSecrets();
      const stored = origins.flatMap(({ origin, session }) =>
        (session?.cookies ?? []).map(({ name, value }) => ({ origin, name, value })),
      );
      for (const { value } of stored) secrets.addValue(value);
      const transport = createHttpTransport({
        origins,
        secrets,
        headers,
        cookies: [
          ...stored,
          ...cookies.flatMap(({ site, name, value }) => {
            const origin = task.sites.includes(site) ? this.#options.origins[site] : undefined;
            return origin === undefined ? [] : [{ origin: origin.origin, name, value }];
          }),
        ],
        signal,
        ...(this.#options.timeoutMs !== undefined && { timeoutMs: this.#options.timeoutMs }),
      });
      const browser = new TextBrowser({
        transport,
        origins: origins.map(({ origin }) => origin),
      });
      this.#session = { browser, transport, origins, secrets };
      this.#startRequests = await browser.open(task.startUrls);
      checkStartPages(task, this.#startRequests);
      this.#episode = createEpisode({
        task,
        evaluator: this.#options.evaluator,
        startRequests: this.#startRequests,
        signal,
      });
      return observe(this.#session);
    });
  }

  hideSecrets<T>(stored: T): T {
    return this.#session?.secrets.maskDeep(stored) ?? stored;
  }

  async step(action: Action): Promise<StepResult> {
    const episode = this.#episode;
    const session = this.#session;
    if (episode === null || session === null) throw new ResetNeededError();
    episode.admit(action);
    const { browser } = session;
    return await boundary(SiteError, `step ${action.kind}`, async () => {
      const performed = noteTyped(session, action);
      const requests = action.kind === "stop" ? [] : await browser.perform(action);
      const result = await episode.finishStep(action, {
        observation: observe(session),
        requests,
        end: () =>
          Promise.resolve({
            finalPage: maskPage(browser.snapshot(), session.secrets),
            finalMarkup: maskPage({ url: browser.url, html: browser.markup }, session.secrets).html,
            probe: this.#createProbe(session),
          }),
      });
      return { ...result, ...(performed && { performed }) };
    });
  }

  snapshot(): Promise<PageSnapshot> {
    if (this.#session === null) return Promise.reject(new ResetNeededError());
    const { browser, secrets } = this.#session;
    return Promise.resolve(maskPage(browser.snapshot(), secrets));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#episode = null;
    this.#endSession();
    await this.#site.end().catch(() => null);
  }

  /** Opens pages in the episode's own session. Their requests are counted separately. */
  #createProbe({ transport, origins, secrets }: Session): PageProbe {
    return {
      open: async (url) => {
        if (!isAllowedUrl(url, origins))
          return { page: null, reason: actionErrors.outsideOrigins(url) };
        const before = transport.sent;
        const browser = new TextBrowser({ transport, origins: origins.map((o) => o.origin) });
        await browser.open([url]);
        this.#probeRequests += transport.sent - before;
        const { lastActionError } = browser.observe();
        return lastActionError === null
          ? { page: maskPage(browser.snapshot(), secrets) }
          : { page: null, reason: lastActionError };
      },
    };
  }

  #endSession(): void {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    this.#endedRequests += session.transport.sent;
    session.transport[Symbol.dispose]();
  }
}

/** What the agent sees, with masked secrets. */
function observe({ browser, secrets }: Session): Observation {
  noteSecrets(browser.document, browser.state, secrets);
  return secrets.maskObservation(browser.observe());
}

/** Notes text that is about to be typed into a secret field. @returns the stored form of that action, or null */
function noteTyped({ browser, secrets }: Session, action: Action): Action | null {
  const field = action.kind === "type" ? browser.document.elementOf(action.ref) : null;
  if (action.kind !== "type" || field === null) return null;
  if (!secrets.addField(describeField(field), "")) return null;
  secrets.addTyped(action.text);
  return { ...action, text: MASK };
}
