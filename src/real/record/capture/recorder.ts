/** Records what a hand does in a browser: the page before each action, the action, and the requests that it caused. */

import type { BrowserContext, Frame, Page } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { DecisionNotes } from "../../../core/policy.ts";
import type { Transition } from "../../../core/trajectory.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { RecordingFolder } from "../../../store/recording-folder.ts";
import { BrowserSession } from "../../browser/browser-session.ts";
import { createElementReaders } from "../../browser/in-page/element-readers.ts";
import { callSource } from "../../browser/in-page/in-page-source.ts";
import type { SiteOrigin } from "../../sites/site-origins.ts";
import type { Draft, Target } from "./draft.ts";
import { toTransitions } from "./draft-steps.ts";
import type { InputReport } from "./in-page/input-report.ts";
import { INPUT_KEY, installInputWatch } from "./in-page/input-watch.ts";
import { watchScrolling } from "./in-page/watch-scrolling.ts";
import { sketchElement } from "./in-page/sketch-element.ts";
import { watchWindow } from "./in-page/watch-window.ts";
import { InputMerger } from "./input-merger.ts";
import { PageReader } from "./page-reader.ts";
import type { PageState } from "./page-state.ts";
import { findInState } from "./recorded-element.ts";
import { type WindowReport, WindowWatch } from "./window-watch.ts";

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
  /** The page was read again, with this picture of it. */
  onPicture?: (picture: Buffer) => void;
}

const BINDING = "dreamgymReport";
const SETTLE_CAP_MS = 3_000;
const LOOK_MS = 250;
const LONGEST_PRESS_MS = 2_000;
/** How long a site may take to start its answer. */
const ANSWER_MS = 20_000;

export class Recorder {
  readonly session: BrowserSession;
  readonly #options: RecorderOptions;
  readonly #merger: InputMerger;
  readonly #reader: PageReader;
  readonly #windows: WindowWatch;
  readonly #startedMs: number;
  readonly warnings: string[] = [];
  #rested: { target: Target; before: PageState | null } | null = null;
  /** Steps on their way to the disk, in order. */
  #written: Promise<void> = Promise.resolve();
  #isRecording = false;
  #decision: DecisionNotes = {};

  private constructor(options: RecorderOptions) {
    this.#options = options;
    const { context, origins, secrets, isHandled, now } = options;
    const warn = (sentence: string): void => this.warn(sentence);
    this.#startedMs = now();
    const session = BrowserSession.over(context, origins, SETTLE_CAP_MS, {
      audience: { isSeen: true, isHandled },
      secrets,
    });
    const merger = new InputMerger({
      latest: () => this.#reader.state,
      now,
      warn,
      close: (draft) => this.#writeDraft(draft),
    });
    this.session = session;
    this.#merger = merger;
    this.#reader = new PageReader({
      ...options,
      session,
      warn,
      draft: () => merger.draft,
      onAnswered: () => merger.flush(),
    });
    this.#windows = new WindowWatch({
      ...options,
      tabs: session.tabs,
      merger,
      reader: this.#reader,
      isRecording: () => this.#isRecording,
      warn,
    });
  }

  static async open(options: RecorderOptions): Promise<Recorder> {
    const recorder = new Recorder(options);
    const { context } = options;
    await context.exposeBinding(BINDING, ({ page, frame }, report: InputReport) =>
      recorder.#take(page, frame, report),
    );
    const parts = [createElementReaders, sketchElement, watchScrolling, watchWindow] as const;
    const content = callSource(installInputWatch, INPUT_KEY, BINDING, ...parts);
    await context.addInitScript({ content });
    return recorder;
  }

  get state(): PageState | null {
    return this.#reader.state;
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
    void this.#reader.readAgainAndAgain();
    await this.calm();
    this.#isRecording = true;
  }

  /** While paused, nothing that a hand does is recorded. */
  pause(): void {
    this.#merger.flush();
    this.#isRecording = false;
  }

  resume(): void {
    this.#isRecording = true;
    this.nudge();
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
    this.#reader.touch();
    await this.calm().catch(() => null);
    this.#merger.flush();
    await this.#written;
    this.#isRecording = false;
    this.#reader.stop();
    return this.#reader.state;
  }

  /** Waits until the page has answered and was read. Text that is being typed counts as typed. */
  async calm(): Promise<void> {
    for (;;) {
      this.#endOpenDraft();
      const isIdle = this.#merger.draft === null && !this.#windows.isOpening;
      if (this.#reader.isStopped || (this.#reader.isCurrent && isIdle)) return await this.#written;
      await this.#reader.nextRead(LOOK_MS);
    }
  }

  /** Text that was typed is typed. A button that never came up, because the page removed what it hit, did. */
  #endOpenDraft(): void {
    const { draft } = this.#merger;
    if (draft?.isOpen !== true) return;
    const isKeys = draft.plan.kind === "type" || draft.plan.kind === "press";
    if (!isKeys && this.#options.now() - draft.startedMs < LONGEST_PRESS_MS) return;
    draft.isOpen = false;
    this.#reader.touch();
  }

  /** Something that a script, an agent or a person does with the window, and that no page sees. */
  noteSwitch(index: number): void {
    const tab = this.session.tabs.all[index];
    if (tab !== undefined) this.#windows.switchTo(tab);
  }

  /** What the next step keeps of the decision that leads to it. */
  noteDecision(notes: DecisionNotes): void {
    this.#decision = notes;
  }

  /** Makes the recorder read the page again. */
  nudge(): void {
    this.#reader.noteActivity();
    this.#reader.touch();
  }

  warn(sentence: string): void {
    this.warnings.push(sentence);
    this.#options.onWarning?.(sentence);
  }

  #writeDraft(draft: Draft): void {
    const { secrets, now } = this.#options;
    const transitions = toTransitions(draft, {
      secrets,
      startedMs: this.#startedMs,
      now,
      warn: (sentence) => this.warn(sentence),
    });
    this.#write(transitions, draft.before);
    const action = transitions.at(-1)?.action;
    if (action !== undefined) this.#reader.derive(draft, action);
  }

  /** The last of the transitions caused the requests since the step before. */
  #write(transitions: readonly Transition[], state: PageState | null): void {
    if (transitions.length === 0) return;
    const taken = this.session.requests.take();
    const decision = this.#decision;
    this.#decision = {};
    this.#written = this.#written.then(async () => {
      const requests = await taken.catch(() => []);
      const folder = this.#options.folder();
      for (const [index, transition] of transitions.entries())
        folder.addStep(
          index === transitions.length - 1 ? { ...transition, ...decision, requests } : transition,
          state?.screenshot ?? null,
        );
      this.#options.onStep?.();
    });
    this.#written.catch((error: unknown) =>
      this.warn(`A step could not be written: ${String(error)}`),
    );
  }

  #take(page: Page, frame: Frame, report: InputReport): void {
    if (report.type === "changed") return this.#reader.touch();
    if (isOfWindow(report)) return this.#windows.take(page, report);
    if (!this.#isRecording) return this.#reader.touch();
    const { tabs } = this.session;
    const tab = tabs.all.find((one) => one.page === page);
    if (tab === undefined) return;
    if (report.type === "rest") {
      if (tab !== tabs.active) return;
      const before = this.#reader.stateBeforeRest(frame, report.overs);
      this.#rested = { target: { frame, sketch: report.element }, before };
      return this.#reader.touch();
    }
    if (tab !== tabs.active) this.#windows.switchTo(tab);
    this.#reader.noteActivity();
    this.#windows.noteInput();
    if (report.type === "down") this.#noteHover({ frame, sketch: report.element });
    this.#rested = null;
    this.#merger.take(report, frame);
    this.#reader.touch();
  }

  /** A menu that opens under the mouse: its entry is clicked, and the page showed it only since the mouse rested. */
  #noteHover(clicked: Target): void {
    const { state } = this.#reader;
    const { before = null, target } = this.#rested ?? {};
    if (before === null || target === undefined || state === null) return;
    const shown = findInState(clicked, state)?.ref;
    const wasShown = findInState(clicked, before)?.ref === shown;
    if (wasShown || shown === undefined || before.tab !== state.tab) return;
    this.#reader.keepState(() => {
      this.#merger.begin({ kind: "hover" }, target).before = before;
      this.#merger.flush();
    });
  }
}

const OF_WINDOW = new Set<string>(["leaves", "entry", "closing", "shown"]);

function isOfWindow(report: InputReport): report is InputReport & WindowReport {
  return OF_WINDOW.has(report.type);
}

export type PageAction = Exclude<Action, { kind: "stop" }>;
