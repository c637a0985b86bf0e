/** The tabs of a browser context, the current tab, and the windows and dialogs that pages open. */

import type { BrowserContext, Dialog, Page } from "playwright";
import { actionErrors } from "../../page/action-errors.ts";
import type { BlobBodies } from "./blob-bodies.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { type Audience, Tab } from "./tab.ts";

interface DialogAnswer {
  accept: boolean;
  /** For a prompt. Absent: the page's own proposal. */
  text?: string;
}

export class Tabs {
  readonly #context: BrowserContext;
  readonly #changed: ChangeSignal;
  readonly #bodies: BlobBodies;
  readonly #audience: Audience;
  #tabs: Tab[] = [];
  #active: Tab | null = null;
  #opening = 0;
  /** `open` returns the pages that we open ourselves. They do not come through the context's event. */
  #isOwn = false;
  #dialogs: string[] = [];
  #nextAnswer: DialogAnswer | null = null;
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
      if (audience.isHandled !== true) void this.#answer(dialog);
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

  /** Until it has served, this answer replaces the usual one. */
  answerNextDialog(answer: DialogAnswer | null): void {
    this.#nextAnswer = answer;
  }

  /** The messages of dialogs since the last call, one sentence each. */
  takeDialogs(): string[] {
    const dialogs = this.#dialogs;
    this.#dialogs = [];
    return dialogs;
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

  /**
   * Answers every dialog at once, because a page stops while one is open: as `answerNextDialog` said, or by accepting
   * it. The dialog's message is not on the page, so the agent gets it through `lastActionError`.
   */
  async #answer(dialog: Dialog): Promise<void> {
    const kind = dialog.type();
    const { accept, text } = this.#nextAnswer ?? { accept: true };
    this.#nextAnswer = null;
    if (kind !== "beforeunload")
      this.#dialogs.push(actionErrors.dialog(kind, dialog.message(), accept));
    try {
      if (!accept) return await dialog.dismiss();
      await dialog.accept(kind === "prompt" ? (text ?? dialog.defaultValue()) : undefined);
    } catch {
      // Its page closed at the same time.
    }
  }
}
