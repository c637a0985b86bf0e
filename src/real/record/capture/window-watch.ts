/** Watches the browser's window: what a hand does with tabs, history and the address bar, and what pages open and load. */

import type { BrowserContext, Page } from "playwright";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { Tab } from "../../browser/tab.ts";
import type { Tabs } from "../../browser/tabs.ts";
import type { InputReport } from "./in-page/input-report.ts";
import type { InputMerger } from "./input-merger.ts";
import type { PageReader } from "./page-reader.ts";
import { TabHistory } from "./tab-history.ts";

export interface WindowWatchOptions {
  context: BrowserContext;
  tabs: Tabs;
  secrets: SecretVault;
  merger: InputMerger;
  reader: PageReader;
  /** A person answers dialogs, and brings tabs to the front. */
  isHandled: boolean;
  isRecording: () => boolean;
  now: () => number;
  warn: (sentence: string) => void;
}

export type WindowReport = Extract<InputReport, { type: "leaves" | "entry" | "closing" | "shown" }>;

/** How long a closing tab may take. */
const SHOWN_MS = 150;
/** A window that opens so soon after an input is its effect. */
const SOON_MS = 2_000;
const BLANK = /^(?:about:blank|chrome:\/\/newtab\/?|)$/;

export class WindowWatch {
  readonly #options: WindowWatchOptions;
  readonly #histories = new WeakMap<Page, TabHistory>();
  readonly #closing = new WeakSet<Page>();
  #openings = 0;
  #lastInputMs = -Infinity;

  constructor(options: WindowWatchOptions) {
    this.#options = options;
    options.context.on("page", (page) => void this.#opened(page));
  }

  /** Whether a window is opening, of which nobody knows yet who opened it. */
  get isOpening(): boolean {
    return this.#openings > 0;
  }

  /** A hand did something in a page. */
  noteInput(): void {
    this.#lastInputMs = this.#options.now();
  }

  take(page: Page, report: WindowReport): void {
    const { tabs, reader, merger, isHandled, isRecording } = this.#options;
    const history = this.#historyOf(page);
    if (report.type === "leaves") return history.leave(report);
    const plan = report.type === "entry" ? history.arrive(report) : null;
    if (!isRecording()) return reader.touch();
    const tab = tabs.all.find((one) => one.page === page);
    if (report.type === "closing") this.#closing.add(page);
    else if (report.type === "shown") {
      // Without a person, no window comes to the front by itself. Another tab may have just closed, which shows this one.
      if (tab !== undefined && isHandled) setTimeout(() => this.switchTo(tab), SHOWN_MS);
    } else if (plan !== null && tab !== undefined && tab === tabs.active) {
      reader.noteActivity();
      merger.begin(plan, null);
      reader.touch();
    }
  }

  switchTo(tab: Tab): void {
    const { tabs, reader, merger, isRecording } = this.#options;
    const index = tabs.all.indexOf(tab);
    if (index === -1 || tab === tabs.active) return;
    reader.noteActivity();
    if (isRecording()) merger.begin({ kind: "switchTab", index }, null);
    tabs.noteActive(tab);
    reader.touch();
  }

  async #opened(page: Page): Promise<void> {
    const { reader, merger, isRecording, now } = this.#options;
    this.#watchPage(page);
    if (!isRecording()) return;
    const { draft } = merger;
    const isSoon = now() - this.#lastInputMs < SOON_MS;
    this.#openings++;
    const opener = await page.opener().catch(() => null);
    this.#openings--;
    reader.touch();
    if (opener !== null || (isSoon && draft !== null && !BLANK.test(page.url()))) {
      draft?.effects.push({ kind: "popup", url: page.url() });
      return;
    }
    reader.noteActivity();
    this.#historyOf(page).startBlank();
    merger.begin({ kind: "newTab" }, null);
    reader.touch();
  }

  #watchPage(page: Page): void {
    const { reader, merger, secrets, isRecording, warn } = this.#options;
    page.on("download", (download) => {
      this.#historyOf(page).stay();
      const url = secrets.maskUrl(download.url());
      const name = download.suggestedFilename();
      merger.draft?.effects.push({ kind: "download", url, name });
      if (merger.draft === null && isRecording()) warn(`The page downloaded ${name} by itself.`);
    });
    page.on("close", () => {
      if (!isRecording() || this.#closing.has(page)) return reader.touch();
      if (reader.state?.tab.page !== page)
        return warn("A tab behind the current one was closed. That was not recorded.");
      reader.noteActivity();
      merger.begin({ kind: "closeTab" }, null);
      reader.touch();
    });
  }

  #historyOf(page: Page): TabHistory {
    let history = this.#histories.get(page);
    if (history === undefined) this.#histories.set(page, (history = new TabHistory()));
    return history;
  }
}
