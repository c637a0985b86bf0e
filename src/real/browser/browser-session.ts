/** A browser context that is used for many episodes: cleaning it costs a fraction of opening another. */

import type { Browser, BrowserContext } from "playwright";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { ChangeSignal } from "./change-signal.ts";
import { RequestLog } from "./request-log.ts";
import { settle, type SettlingTabs } from "./settle.ts";
import { fenceProxy, isAllowedUrl, type SiteOrigin } from "../sites/site-origins.ts";
import type { Tab } from "./tab.ts";
import { Tabs } from "./tabs.ts";
import { withoutStack } from "./without-stack.ts";

export interface SessionCookie {
  name: string;
  value: string;
  /** Origin it belongs to. */
  url: string;
}

/** Who the next episode is, towards its sites. */
export interface SessionIdentity {
  headers: Record<string, string>;
  cookies: readonly SessionCookie[];
}

export class BrowserSession {
  readonly context: BrowserContext;
  readonly origins: readonly SiteOrigin[];
  readonly tabs: Tabs;
  readonly requests: RequestLog;
  readonly #changed = new ChangeSignal();
  readonly #settleCapMs: number;
  #headers = "{}";

  private constructor(
    context: BrowserContext,
    origins: readonly SiteOrigin[],
    settleCapMs: number,
  ) {
    this.context = context;
    this.origins = origins;
    this.#settleCapMs = settleCapMs;
    this.requests = new RequestLog(context, (url) => this.isAllowedUrl(url), this.#changed);
    this.tabs = new Tabs(context, this.#changed);
  }

  static async open(
    browser: Browser,
    origins: readonly SiteOrigin[],
    settleCapMs: number,
  ): Promise<BrowserSession> {
    const context = await browser.newContext({
      // Each tab sets its own size: see window-size.ts.
      viewport: null,
      proxy: fenceProxy(origins),
      acceptDownloads: false,
      // Their requests would be on no page's account.
      serviceWorkers: "block",
      locale: "en-US",
      timezoneId: "UTC",
    });
    return new BrowserSession(context, origins, settleCapMs);
  }

  /** Of the running episode. */
  get secrets(): KnownSecrets {
    return this.requests.secrets;
  }

  isAllowedUrl(url: string): boolean {
    return isAllowedUrl(url, this.origins);
  }

  /** Waits until the current page, or that of other tabs, is quiet. @returns whether the cap ended it */
  async settle(tabs: SettlingTabs = this.tabs): Promise<boolean> {
    return await settle({
      tabs,
      requests: this.requests,
      changed: this.#changed,
      capMs: this.#settleCapMs,
    });
  }

  /**
   * Leaves nothing of the last episode but one blank tab: pages are left first, so that what their scripts still send
   * meets the old state of the site, and what they still store is cleared with the rest.
   */
  async leavePages(): Promise<void> {
    const [first, ...others] = this.tabs.all;
    for (const tab of others) await this.tabs.close(tab);
    if (first === undefined) await this.tabs.open();
    else await this.#clearTab(first);
    const { session } = this.tabs.active;
    await session.send("Page.navigate", { url: "about:blank" });
    await this.settle();
    await Promise.all([
      this.#clearStorage(),
      // Pages can read how long it is.
      session.send("Page.resetNavigationHistory"),
    ]);
    this.tabs.takeDialogs();
  }

  async identify({ headers, cookies }: SessionIdentity): Promise<void> {
    await Promise.all([this.#setCookies(cookies), this.#setHeaders(headers)]);
  }

  /** Loads the start pages, one tab each, and makes the first current. @returns whether all settled in time */
  async openStartPages(urls: readonly string[]): Promise<boolean> {
    let isCapped = false;
    for (const [index, url] of urls.entries()) {
      const tab = index === 0 ? this.tabs.active : await this.tabs.open();
      await this.tabs.activate(tab);
      await tab.session.send("Page.navigate", { url });
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

  /** What a tab keeps for its session can only be emptied from inside the origin. */
  async #clearTab(tab: Tab): Promise<void> {
    await tab.session
      .send("Runtime.evaluate", { expression: "window.name = ''; sessionStorage.clear();" })
      .catch(() => null);
    if (tab.visitedOrigins.size > 1) {
      // Another origin's session storage is out of reach: a new tab has none.
      await this.tabs.open();
      await this.tabs.close(tab);
    } else tab.visitedOrigins.clear();
  }

  async #setCookies(cookies: readonly SessionCookie[]): Promise<void> {
    await withoutStack(() => this.context.clearCookies());
    if (cookies.length > 0) await withoutStack(() => this.context.addCookies([...cookies]));
  }

  async #setHeaders(headers: Record<string, string>): Promise<void> {
    const wanted = JSON.stringify(headers);
    if (wanted === this.#headers) return;
    await withoutStack(() => this.context.setExtraHTTPHeaders(headers));
    this.#headers = wanted;
  }

  /**
   * Cookies aside. All that the fence lets in, whichever tab or frame showed it; and the answers that the browser kept:
   * the next episode's site is in another state, whatever its headers say of how long an answer holds. Only where there
   * are such: without what it keeps the browser takes a fifth longer for an episode.
   */
  async #clearStorage(): Promise<void> {
    const { session } = this.tabs.active;
    await Promise.all([
      this.requests.takeKeptAnswers() ? session.send("Network.clearBrowserCache") : null,
      ...this.origins.map(({ origin }) =>
        session.send("Storage.clearDataForOrigin", {
          origin: new URL(origin).origin,
          storageTypes: STORAGE_TYPES,
        }),
      ),
    ]);
  }
}

const STORAGE_TYPES = "local_storage,indexeddb,cache_storage,file_systems,websql";
