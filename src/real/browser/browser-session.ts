/** A browser context that serves many episodes: cleaning it costs a fraction of opening another. */

import type { Browser, BrowserContext } from "playwright";
import { siteFailure } from "../../evaluation/site-failure.ts";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { isSecretName } from "../../page/secrets.ts";
import { ChangeSignal } from "./change-signal.ts";
import { giveSession } from "./give-session.ts";
import { inTime } from "./in-time.ts";
import { RequestLog } from "./request-log.ts";
import { settle, type SettlingTabs } from "./settle.ts";
import { originAllowlist, isAllowedUrl, type SiteOrigin } from "../sites/site-origins.ts";
import { joinSessions, type StoredSession } from "../sites/stored-session.ts";
import type { Audience, Tab } from "./tab.ts";
import { Tabs } from "./tabs.ts";
import { withoutStack } from "./without-stack.ts";

export interface SessionCookie {
  name: string;
  value: string;
  /** The cookie's origin. */
  url: string;
}

/** The identity of the next episode towards its sites. */
export interface SessionIdentity {
  headers: Record<string, string>;
  cookies: readonly SessionCookie[];
}

export interface SessionOptions {
  audience?: Audience;
  /** Where the secrets of its pages are noted. */
  secrets?: KnownSecrets;
}

export class BrowserSession {
  readonly context: BrowserContext;
  /** Null: it may go anywhere. */
  readonly origins: readonly SiteOrigin[] | null;
  readonly tabs: Tabs;
  readonly requests: RequestLog;
  readonly #changed = new ChangeSignal();
  readonly #settleCapMs: number;
  #headers = "{}";

  private constructor(
    context: BrowserContext,
    origins: readonly SiteOrigin[] | null,
    settleCapMs: number,
    { audience = {}, secrets = new KnownSecrets() }: SessionOptions = {},
  ) {
    this.context = context;
    this.origins = origins;
    this.#settleCapMs = settleCapMs;
    const isAllowed = (url: string): boolean => this.isAllowedUrl(url);
    this.requests = new RequestLog(context, isAllowed, this.#changed, secrets);
    this.tabs = new Tabs(context, this.#changed, this.requests.bodies, audience);
  }

  /** A session over a context that the caller has opened, and closes. */
  static over(
    context: BrowserContext,
    origins: readonly SiteOrigin[] | null,
    settleCapMs: number,
    options: SessionOptions,
  ): BrowserSession {
    return new BrowserSession(context, origins, settleCapMs, options);
  }

  static async open(
    browser: Browser,
    origins: readonly SiteOrigin[] | null,
    settleCapMs: number,
  ): Promise<BrowserSession> {
    const context = await browser.newContext({
      // Each tab sets its own size: see window-size.ts.
      viewport: null,
      ...(origins !== null && { proxy: originAllowlist(origins) }),
      acceptDownloads: false,
      // Their requests would not belong to any page.
      serviceWorkers: "block",
      locale: "en-US",
      timezoneId: "UTC",
    });
    return new BrowserSession(context, origins, settleCapMs);
  }

  /** Requests of the running episode. */
  get secrets(): KnownSecrets {
    return this.requests.secrets;
  }

  isAllowedUrl(url: string): boolean {
    return this.origins === null ? /^https?:/i.test(url) : isAllowedUrl(url, this.origins);
  }

  /** Waits until the current page and those of other tabs are quiet. @returns whether the cap ended the wait */
  async settle(tabs: SettlingTabs = this.tabs): Promise<boolean> {
    return await settle({
      tabs,
      requests: this.requests,
      changed: this.#changed,
      capMs: this.#settleCapMs,
    });
  }

  /**
   * Removes everything of the last episode except one blank tab. It leaves the pages first. Requests from their scripts
   * then meet the old state of the site, and data that they still store is cleared with the rest.
   */
  async leavePages(): Promise<void> {
    const [first, ...others] = this.tabs.all;
    for (const tab of others) await this.tabs.close(tab);
    if (first === undefined) await this.tabs.open();
    else await this.#clearTab(first);
    const { session } = this.tabs.active;
    await Promise.all([
      session.send("Page.navigate", { url: "about:blank" }),
      // The next page would lie under the pointer of the last episode.
      session.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...OUTSIDE }),
    ]);
    await this.settle();
    await Promise.all([
      this.#clearStorage(),
      withoutStack(() => this.context.clearCookies()),
      // Pages can read the history's length.
      session.send("Page.resetNavigationHistory"),
    ]);
    this.tabs.dialogs.take();
    this.tabs.dialogs.answerNext(null);
  }

  async identify({ headers, cookies }: SessionIdentity): Promise<void> {
    await Promise.all([this.#setCookies(cookies), this.#setHeaders(headers)]);
    const stored = (this.origins ?? []).flatMap(({ session }) => session ?? []);
    if (stored.length > 0) await this.give(joinSessions(stored));
  }

  /** What it holds is secret from now on. */
  async give(session: StoredSession): Promise<void> {
    for (const { value } of session.cookies) this.secrets.addValue(value);
    for (const { name, value } of session.origins.flatMap(({ localStorage }) => localStorage))
      if (isSecretName(name)) this.secrets.addValue(value);
    await withoutStack(() => giveSession(this.context, session));
  }

  /**
   * Loads the start pages, one tab each, and makes the first tab current.
   *
   * @param answerMs how long a site may take to start its answer
   * @returns whether the cap ended the wait for one of the pages
   * @throws SiteError if a site does not answer
   */
  async openStartPages(urls: readonly string[], answerMs: number): Promise<boolean> {
    let isCapped = false;
    for (const [index, url] of urls.entries()) {
      const tab = index === 0 ? this.tabs.active : await this.tabs.open();
      await this.tabs.activate(tab);
      const hasAnswered = tab.navigate(url).then(() => true);
      if (!(await inTime(hasAnswered, answerMs, false)))
        throw siteFailure(this.secrets.maskUrl(url), "ETIMEDOUT");
      isCapped = (await this.settle()) || isCapped;
      await tab.session.send("Page.resetNavigationHistory");
    }
    const [first] = this.tabs.all;
    if (first !== undefined) await this.tabs.activate(first);
    return isCapped;
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** A tab's session storage can only be emptied from inside the origin. */
  async #clearTab(tab: Tab): Promise<void> {
    await tab.session
      .send("Runtime.evaluate", { expression: "window.name = ''; sessionStorage.clear();" })
      .catch(() => null);
    if (tab.visitedOrigins.size > 1) {
      // The session storage of other origins is out of reach. A new tab has none.
      await this.tabs.open();
      await this.tabs.close(tab);
    } else tab.visitedOrigins.clear();
  }

  async #setCookies(cookies: readonly SessionCookie[]): Promise<void> {
    if (cookies.length > 0) await withoutStack(() => this.context.addCookies([...cookies]));
  }

  async #setHeaders(headers: Record<string, string>): Promise<void> {
    const wanted = JSON.stringify(headers);
    if (wanted === this.#headers) return;
    await withoutStack(() => this.context.setExtraHTTPHeaders(headers));
    this.#headers = wanted;
  }

  /**
   * Clears the storage of all allowed origins (except cookies), no matter which tab or frame showed them. Also clears
   * the HTTP cache, because the next episode's site has another state, even if headers say that an answer is fresh.
   * It clears the cache only if it holds such answers: without a cache, an episode takes a fifth longer.
   */
  async #clearStorage(): Promise<void> {
    const { session } = this.tabs.active;
    await Promise.all([
      this.requests.takeKeptAnswers() ? session.send("Network.clearBrowserCache") : null,
      ...(this.origins ?? []).map(({ origin }) =>
        session.send("Storage.clearDataForOrigin", {
          origin: new URL(origin).origin,
          storageTypes: STORAGE_TYPES,
        }),
      ),
    ]);
  }
}

/** A place where no page is. */
const OUTSIDE = { x: -1, y: -1 };

const STORAGE_TYPES = "local_storage,indexeddb,cache_storage,file_systems,websql";
