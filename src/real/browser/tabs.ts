/** The tabs of a browser context, the current tab, and the windows that pages open. */

import type { BrowserContext, Page } from "playwright";
import type { BlobBodies } from "./blob-bodies.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { Dialogs } from "./dialogs.ts";
import { type Audience, Tab } from "./tab.ts";

export class Tabs {
  readonly dialogs = new Dialogs();
  readonly #context: BrowserContext;
  readonly #changed: ChangeSignal;
  readonly #bodies: BlobBodies;
  readonly #audience: Audience;
  #tabs: Tab[] = [];
  #active: Tab | null = null;
  #opening = 0;
  /** `open` returns the pages that we open ourselves. They do not come through the context's event. */
  #isOwn = false;
  /** Whether the next window stays behind the current one. */
  opensBehind = false;

  constructor(
    context: BrowserContext,
    changed: ChangeSignal,
    bodies: BlobBodies,
    audience: Audience = {},
  ) {
    this.#context = context;
    this.#changed = changed;
    this.#bodies = bodies;
    this.#audience = audience;
    context.on("page", (page) => {
      if (!this.#isOwn) void this.#adopt(page);
    });
    context.on("dialog", (dialog) => {
      // Without a listener, Playwright would dismiss it before the person sees it.
      if (audience.isHandled === true) return;
      const tab = this.#tabs.find(({ page }) => page === dialog.page());
      void this.dialogs.answer(dialog, tab?.session ?? null);
    });
  }

  get all(): readonly Tab[] {
    return this.#tabs;
  }

  /** @throws Error if there is none, before the first `open` */
  get active(): Tab {
    if (this.#active === null) throw new Error("Expected an open tab, got none.");
    return this.#active;
  }

  /** Requested windows that are not tabs yet. */
  get isOpening(): boolean {
    return this.#opening > 0 || this.#tabs.some((tab) => tab.awaitsWindow);
  }

  /** Opens a blank tab at the end. It does not become current. */
  async open(): Promise<Tab> {
    const tab = await this.openApart();
    this.#add(tab);
    return tab;
  }

  /** Opens a blank page that is not a tab: for a look at a page after the episode. */
  async openApart(): Promise<Tab> {
    this.#isOwn = true;
    try {
      return await this.#openTab(await this.#context.newPage());
    } finally {
      this.#isOwn = false;
    }
  }

  /** Makes a tab current. */
  async activate(tab: Tab): Promise<void> {
    if (this.#active === tab) return;
    this.#active = tab;
    await tab.page.bringToFront();
  }

  /** Notes that a person made a tab current. */
  noteActive(tab: Tab): void {
    this.#active = tab;
  }

  /** Closes a tab. If it was current, its left neighbour becomes current. Closing the last opens a blank one. */
  async close(tab: Tab): Promise<void> {
    if (this.#tabs.length === 1) await this.open();
    await tab.page.close();
    this.#remove(tab);
  }

  /**
   * Call it before an action. The returned function gives a window, opened earlier by the current page, that has since
   * navigated by its name, so that a browser would show it.
   */
  watchReuse(): () => Tab | null {
    const acting = this.#active;
    const before = new Map(this.#tabs.map((tab) => [tab, tab.pages]));
    return () => {
      const isReused = (tab: Tab): boolean =>
        tab !== acting && tab.opener === acting && tab.pages > (before.get(tab) ?? Infinity);
      return this.#active === acting ? (this.#tabs.find(isReused) ?? null) : null;
    };
  }

  #openTab(page: Page): Promise<Tab> {
    return Tab.open(page, this.#changed, this.#bodies, this.#audience);
  }

  async #adopt(page: Page): Promise<void> {
    this.#opening++;
    try {
      const opener = await page.opener();
      const from =
        this.#tabs.find((tab) => tab.page === opener) ?? this.#tabs.find((tab) => tab.awaitsWindow);
      from?.takeWindow();
      // The window was opened for a download. A browser then shows no window.
      if (page.url() === "") return await page.close();
      const tab = await this.#openTab(page);
      tab.opener = from ?? null;
      // A click that opens a window should show it.
      this.#add(tab);
      if (this.opensBehind) tab.isUnread = true;
      else this.#active = tab;
      tab.awaitLoad(page.url() === "about:blank" ? "domcontentloaded" : "load");
    } catch {
      // It closed itself before it was ready.
    } finally {
      this.#opening--;
      this.#changed.fire();
    }
  }

  #add(tab: Tab): void {
    this.#tabs.push(tab);
    this.#active ??= tab;
    tab.page.on("close", () => this.#remove(tab));
  }

  #remove(tab: Tab): void {
    const at = this.#tabs.indexOf(tab);
    if (at === -1) return;
    this.#tabs = this.#tabs.filter((other) => other !== tab);
    if (this.#active === tab) this.#active = this.#tabs[Math.max(0, at - 1)] ?? null;
    if (this.#tabs.length === 0) void this.#replaceLast();
    this.#changed.fire();
  }

  /** If a page closes the only tab, a blank one replaces it, as in `close`. */
  async #replaceLast(): Promise<void> {
    this.#opening++;
    try {
      await this.open();
    } catch {
      // The whole context is closing.
    } finally {
      this.#opening--;
      this.#changed.fire();
    }
  }
}
