/** Records what a hand does in a browser: the page before each action, the action, and the requests that it caused. */

import type { BrowserContext, Frame, Page } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { Transition } from "../../../core/trajectory.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { RecordingFolder } from "../../../store/recording-folder.ts";
import { BrowserSession } from "../../browser/browser-session.ts";
import { callSource } from "../../browser/in-page/in-page-source.ts";
import type { Tab } from "../../browser/tab.ts";
import type { SiteOrigin } from "../../sites/site-origins.ts";
import { deriveState } from "./derived-state.ts";
import type { Target } from "./draft.ts";
import { toTransitions } from "./draft-steps.ts";
import type { InputReport } from "./in-page/input-report.ts";
import { INPUT_KEY, installInputWatch } from "./in-page/input-watch.ts";
import { sketchElement } from "./in-page/sketch-element.ts";
import { InputMerger } from "./input-merger.ts";
import { findInState } from "./recorded-element.ts";
import { type PageState, readState } from "./page-state.ts";
import { TabHistory } from "./tab-history.ts";

export interface RecorderOptions {
  context: BrowserContext;
  /** Null: it may go anywhere. */
  origins: readonly SiteOrigin[] | null;
  secrets: SecretVault;
  /** Where steps go. Called once recording has started. */
  folder: () => RecordingFolder;
  takesScreenshots: boolean;
  /** Called before each look at the page, such as to learn its secrets. */
  beforeRead?: () => Promise<void>;
  /** A person answers dialogs and file choosers. */
  isHandled: boolean;
  /** Milliseconds by a clock that never runs backwards. */
  now: () => number;
  /** What was lost, at once, in one sentence. */
  onWarning?: (sentence: string) => void;
  /** A step was written, or taken back. */
  onStep?: () => void;
}

const BINDING = "dreamgymReport";
/** How long a closing tab may take. */
const SHOWN_MS = 150;
/** A window that opens so soon after an input is its effect. */
const SOON_MS = 2_000;
const SETTLE_CAP_MS = 3_000;
const LOOK_MS = 250;
const LONGEST_PRESS_MS = 2_000;
/** How long a site may take to start its answer. */
const ANSWER_MS = 20_000;
const CLOSED = /closed|crashed|disconnected/i;

export class Recorder {
  readonly session: BrowserSession;
  readonly #options: RecorderOptions;
  readonly #merger: InputMerger;
  readonly #startedMs: number;
  readonly #histories = new WeakMap<Page, TabHistory>();
  readonly #closing = new WeakSet<Page>();
  readonly warnings: string[] = [];
  #state: PageState | null = null;
  #rested: { target: Target; before: PageState | null } | null = null;
  /** Events of the hand and of the browser's window so far. */
  #activity = 0;
  /** Reads of the page since the last event of a hand. */
  #reads: PageState[] = [];
  #openings = 0;
  /** Steps on their way to the disk, in order. */
  #written: Promise<void> = Promise.resolve();
  #readActivity = -1;
  #lastInputMs = -Infinity;
  #isRecording = false;
  #isStopped = false;
  #wake: (() => void) | null = null;
  #isDirty = true;
  readonly #calmWaiters: (() => void)[] = [];

  private constructor(options: RecorderOptions) {
    this.#options = options;
    const { context, origins, secrets, isHandled, now } = options;
    this.#startedMs = now();
    this.session = BrowserSession.over(context, origins, SETTLE_CAP_MS, {
      audience: { isSeen: true, isHandled },
      secrets,
    });
    this.#merger = new InputMerger({
      latest: () => this.#state,
      now,
      warn: (sentence) => this.warn(sentence),
      close: (draft) => {
        const transitions = toTransitions(draft, this.#stepPort());
        this.#write(transitions, draft.before);
        const action = transitions.at(-1)?.action;
        if (action !== undefined && draft.before !== null && this.#state === draft.before)
          this.#state = deriveState(draft.before, action);
      },
    });
  }

  static async open(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    const { context } = options;
    await context.exposeBinding(BINDING, ({ page, frame }, report: InputReport) =>
      recorder.#take(page, frame, report),
    );
    const content = callSource(installInputWatch, INPUT_KEY, BINDING, sketchElement);
    await context.addInitScript({ content });
    context.on("page", (page) => void recorder.#opened(page));
    return recorder;
  }

  get state(): PageState | null {
    return this.#state;
  }

  get isPaused(): boolean {
    return !this.#isRecording;
  }

  /** @throws SiteError if a site does not answer */
  async openPages(urls: readonly string[]): Promise<void> {
    await this.session.tabs.open();
    await this.session.openStartPages(urls, ANSWER_MS);
  }

  /** Begins to record: the page that is shown is the first state. */
  async start(): Promise<void> {
    void this.#readAgainAndAgain();
    await this.calm();
    this.#isRecording = true;
  }

  /** While paused, nothing that a hand does is recorded. */
  pause(): void {
    this.#merger.flush();
    this.#isRecording = false;
  }

  resume(): void {
    this.#activity++;
    this.#isRecording = true;
    this.#touch();
  }

  /** Takes back the last step. */
  async undo(): Promise<Transition | null> {
    this.#merger.flush();
    await this.#written;
    const undone = this.#options.folder().undo();
    this.#options.onStep?.();
    return undone;
  }

  /** Ends the action in progress, and reads the last page. */
  async stop(): Promise<PageState | null> {
    this.#merger.flush();
    this.#touch();
    await this.calm().catch(() => null);
    this.#merger.flush();
    await this.#written;
    this.#isRecording = false;
    this.#isStopped = true;
    this.#touch();
    return this.#state;
  }

  /** Waits until the page has answered and was read. Text that is being typed counts as typed. */
  async calm(): Promise<void> {
    for (;;) {
      this.#endOpenDraft();
      const isRead = this.#readActivity === this.#activity && !this.#isDirty;
      const isIdle = this.#merger.draft === null && this.#openings === 0;
      if (this.#isStopped || (isRead && isIdle)) return await this.#written;
      await new Promise<void>((resolve) => {
        this.#calmWaiters.push(resolve);
        setTimeout(resolve, LOOK_MS);
      });
    }
  }

  /** Text that was typed is typed. A button that never came up, because the page removed what it hit, did. */
  #endOpenDraft(): void {
    const { draft } = this.#merger;
    if (draft?.isOpen !== true) return;
    const isKeys = draft.plan.kind === "type" || draft.plan.kind === "press";
    if (!isKeys && this.#options.now() - draft.startedMs < LONGEST_PRESS_MS) return;
    draft.isOpen = false;
    this.#touch();
  }

  /** Something that a script, an agent or a person does with the window, and that no page sees. */
  noteSwitch(index: number): void {
    const tab = this.session.tabs.all[index];
    if (tab !== undefined) this.#switch(tab);
  }

  /** Makes the recorder read the page again. */
  nudge(): void {
    this.#activity++;
    this.#touch();
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
    this.#options.onWarning?.(sentence);
  }

  #touch(): void {
    this.#isDirty = true;
    this.#wake?.();
  }

  #stepPort() {
    const { secrets, now } = this.#options;
    return {
      secrets,
      startedMs: this.#startedMs,
      now,
      warn: (sentence: string) => this.warn(sentence),
    };
  }

  /** The last of the transitions caused the requests since the step before. */
  #write(transitions: readonly Transition[], state: PageState | null): void {
    if (transitions.length === 0) return;
    const taken = this.session.requests.take();
    this.#written = this.#written.then(async () => {
      const requests = await taken.catch(() => []);
      const folder = this.#options.folder();
      for (const [index, transition] of transitions.entries())
        folder.addStep(
          index === transitions.length - 1 ? { ...transition, requests } : transition,
          state?.screenshot ?? null,
        );
      this.#options.onStep?.();
    });
    this.#written.catch((error: unknown) =>
      this.warn(`A step could not be written: ${String(error)}`),
    );
  }

  async #readAgainAndAgain(): Promise<void> {
    while (!this.#isStopped) {
      if (!this.#isDirty)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      if (this.#isStopped) return;
      this.#isDirty = false;
      try {
        await this.#read();
      } catch (error) {
        if (CLOSED.test(String(error)) && this.session.tabs.all.length === 0) return;
        this.#isDirty = true;
      }
      for (const resolve of this.#calmWaiters.splice(0)) resolve();
    }
  }

  async #read(): Promise<void> {
    const activity = this.#activity;
    await this.session.settle();
    await this.#options.beforeRead?.();
    const state = await readState(this.session, this.#options.takesScreenshots);
    if (state === null) {
      this.#isDirty = true;
      return;
    }
    const { draft } = this.#merger;
    this.#state = state;
    // The action began while the page was read: this is the page before it.
    if (activity !== this.#activity) {
      const read = draft?.target && state.pulses.get(draft.target.frame);
      const isBefore =
        read?.inputs === draft?.pulse?.inputs && read?.document === draft?.pulse?.document;
      if (draft !== null && read && isBefore) draft.before = state;
      this.#isDirty = true;
      return;
    }
    if (activity !== this.#readActivity) this.#reads = [];
    this.#reads.push(state);
    this.#readActivity = activity;
    if (draft !== null && !this.#merger.isBusy) this.#merger.flush();
  }

  #take(page: Page, frame: Frame, report: InputReport): void {
    if (report.type === "changed") return this.#touch();
    const history = this.#historyOf(page);
    if (report.type === "leaves") return history.leave(report);
    const plan = report.type === "entry" ? history.arrive(report) : null;
    if (!this.#isRecording) return this.#touch();
    if (report.type === "closing") {
      this.#closing.add(page);
      return;
    }
    const tab = this.session.tabs.all.find((one) => one.page === page);
    if (tab === undefined) return;
    if (report.type === "entry") {
      if (plan === null || tab !== this.session.tabs.active) return;
      this.#activity++;
      this.#merger.begin(plan, null);
      return this.#touch();
    }
    if (report.type === "shown") {
      // Without a person, no window comes to the front by itself.
      if (!this.#options.isHandled) return;
      // Another tab may have just closed, which shows this one.
      setTimeout(() => this.#switch(tab), SHOWN_MS);
      return;
    }
    if (report.type === "rest") {
      if (tab !== this.session.tabs.active) return;
      const before = this.#stateBeforeRest(frame, report.overs);
      this.#rested = { target: { frame, sketch: report.element }, before };
      return this.#touch();
    }
    if (tab !== this.session.tabs.active) this.#switch(tab);
    this.#activity++;
    this.#lastInputMs = this.#options.now();
    if (report.type === "down") this.#noteHover({ frame, sketch: report.element });
    this.#rested = null;
    this.#merger.take(report, frame);
    this.#touch();
  }

  /** A menu that opens under the mouse: its entry is clicked, and the page showed it only since the mouse rested. */
  #noteHover(clicked: Target): void {
    const rested = this.#rested;
    const { before = null, target } = rested ?? {};
    if (before === null || target === undefined || this.#state === null) return;
    const shown = findInState(clicked, this.#state)?.ref;
    const wasShown = findInState(clicked, before)?.ref === shown;
    if (wasShown || shown === undefined || before.tab !== this.#state.tab) return;
    const after = this.#state;
    this.#merger.begin({ kind: "hover" }, target).before = before;
    this.#merger.flush();
    this.#state = after;
  }

  /** The page before the mouse entered the element on which it rests. It may have been read since. */
  #stateBeforeRest(frame: Frame, overs: number): PageState | null {
    // The page still answers an action.
    if (this.#readActivity !== this.#activity) return null;
    return this.#reads.findLast((state) => (state.pulses.get(frame)?.overs ?? 0) <= overs) ?? null;
  }

  #switch(tab: Tab): void {
    const { tabs } = this.session;
    const index = tabs.all.indexOf(tab);
    if (index === -1 || tab === tabs.active) return;
    this.#activity++;
    if (this.#isRecording) this.#merger.begin({ kind: "switchTab", index }, null);
    tabs.noteActive(tab);
    this.#touch();
  }

  async #opened(page: Page): Promise<void> {
    this.#watchPage(page);
    if (!this.#isRecording) return;
    const { draft } = this.#merger;
    const isSoon = this.#options.now() - this.#lastInputMs < SOON_MS;
    this.#openings++;
    const opener = await page.opener().catch(() => null);
    this.#openings--;
    this.#touch();
    const isBlank = /^(?:about:blank|chrome:\/\/newtab\/?|)$/.test(page.url());
    if (opener !== null || (isSoon && draft !== null && !isBlank)) {
      draft?.effects.push({ kind: "popup", url: page.url() });
      return;
    }
    this.#activity++;
    this.#historyOf(page).startBlank();
    this.#merger.begin({ kind: "newTab" }, null);
    this.#touch();
  }

  #watchPage(page: Page): void {
    page.on("download", (download) => {
      this.#historyOf(page).stay();
      const url = this.#options.secrets.maskUrl(download.url());
      this.#merger.draft?.effects.push({
        kind: "download",
        url,
        name: download.suggestedFilename(),
      });
      if (this.#merger.draft === null && this.#isRecording)
        this.warn(`The page downloaded ${download.suggestedFilename()} by itself.`);
    });
    page.on("close", () => {
      if (!this.#isRecording || this.#closing.has(page)) return this.#touch();
      if (this.#state?.tab.page !== page)
        return this.warn("A tab behind the current one was closed. That was not recorded.");
      this.#activity++;
      this.#merger.begin({ kind: "closeTab" }, null);
      this.#touch();
    });
  }

  #historyOf(page: Page): TabHistory {
    let history = this.#histories.get(page);
    if (history === undefined) this.#histories.set(page, (history = new TabHistory()));
    return history;
  }
}

export type PageAction = Exclude<Action, { kind: "stop" }>;
