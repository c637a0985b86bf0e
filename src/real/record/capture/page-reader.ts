/** Reads the page again whenever it changed, so that the state before the next action is known when the action comes. */

import type { Frame } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { SecretVault } from "../../../page/secret-vault.ts";
import type { BrowserSession } from "../../browser/browser-session.ts";
import { deriveState } from "./derived-state.ts";
import type { Draft } from "./draft.ts";
import { type PageState, readState } from "./page-state.ts";

export interface PageReaderOptions {
  session: BrowserSession;
  secrets: SecretVault;
  takesScreenshots: boolean;
  /** Called before each look at the page, such as to learn its secrets. */
  beforeRead?: () => Promise<void>;
  onPicture?: (picture: Buffer) => void;
  warn: (sentence: string) => void;
  /** The action in progress. */
  draft: () => Draft | null;
  /** The page has answered the action in progress. */
  onAnswered: () => void;
}

const CLOSED = /closed|crashed|disconnected/i;

export class PageReader {
  readonly #options: PageReaderOptions;
  #state: PageState | null = null;
  /** Reads of the page since the last event of a hand. */
  #reads: PageState[] = [];
  /** Events of the hand and of the browser's window so far. */
  #activity = 0;
  #readActivity = -1;
  #isDirty = true;
  #isStopped = false;
  #hasWarned = false;
  readonly #silentFrames = new Set<string>();
  #wake: (() => void) | null = null;
  readonly #waiters: (() => void)[] = [];

  constructor(options: PageReaderOptions) {
    this.#options = options;
  }

  /** The page as it was read last. Null: not yet. */
  get state(): PageState | null {
    return this.#state;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether the page was read since the last event, and has not changed since. */
  get isCurrent(): boolean {
    return this.#hasAnswered && !this.#isDirty;
  }

  get #hasAnswered(): boolean {
    return this.#readActivity === this.#activity;
  }

  /** A hand or the browser's window did something. */
  noteActivity(): void {
    this.#activity++;
  }

  /** The page may have changed. */
  touch(): void {
    this.#isDirty = true;
    this.#wake?.();
  }

  stop(): void {
    this.#isStopped = true;
    this.touch();
  }

  /** Waits for the end of a read, but not longer than the limit. */
  async nextRead(limitMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#waiters.push(resolve);
      setTimeout(resolve, limitMs);
    });
  }

  /** The action is known to be done: the next one may come before the next read. */
  derive({ before }: Pick<Draft, "before">, action: Action): void {
    if (before !== null && this.#state === before) this.#state = deriveState(before, action);
  }

  /** Runs the body while this is the state. */
  keepState(body: () => void): void {
    const state = this.#state;
    body();
    this.#state = state;
  }

  /** The page before the mouse entered the element on which it rests. It may have been read since. */
  stateBeforeRest(frame: Frame, overs: number): PageState | null {
    // The page still answers an action.
    if (!this.#hasAnswered) return null;
    return this.#reads.findLast((state) => (state.pulses.get(frame)?.overs ?? 0) <= overs) ?? null;
  }

  async readAgainAndAgain(): Promise<void> {
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
        const hasTabs = this.#options.session.tabs.all.length > 0;
        if (CLOSED.test(String(error)) && !hasTabs) return;
        this.#isDirty = true;
      }
      for (const resolve of this.#waiters.splice(0)) resolve();
    }
  }

  async #read(): Promise<void> {
    const { session, secrets, takesScreenshots, beforeRead } = this.#options;
    const activity = this.#activity;
    await session.settle();
    await beforeRead?.();
    const state = await readState(session, secrets, takesScreenshots);
    if (state === null) {
      this.#isDirty = true;
      return;
    }
    this.#state = state;
    this.#notePicture(state);
    this.#noteSilentFrames(state);
    if (activity !== this.#activity) return this.#noteLateRead(state);
    if (activity !== this.#readActivity) this.#reads = [];
    this.#reads.push(state);
    this.#readActivity = activity;
    const draft = this.#options.draft();
    if (draft !== null && !draft.isOpen) this.#options.onAnswered();
  }

  #notePicture({ screenshot }: PageState): void {
    if (screenshot !== null) this.#options.onPicture?.(screenshot);
    else if (this.#options.takesScreenshots && !this.#hasWarned) {
      this.#hasWarned = true;
      this.#options.warn(
        "A page shows a secret that moves, or whose place is not known. Such pages get no picture.",
      );
    }
  }

  #noteSilentFrames({ silentFrames }: PageState): void {
    const { secrets, warn } = this.#options;
    for (const url of silentFrames) {
      if (this.#silentFrames.has(url)) continue;
      this.#silentFrames.add(url);
      warn(
        `A frame runs no scripts (${secrets.maskUrl(url)}). What a hand does in it is not recorded.`,
      );
    }
  }

  /** The action began while the page was read: this is the page before it. */
  #noteLateRead(state: PageState): void {
    const draft = this.#options.draft();
    const read = draft?.target && state.pulses.get(draft.target.frame);
    const isBefore =
      read?.inputs === draft?.pulse?.inputs && read?.document === draft?.pulse?.document;
    if (draft !== null && read && isBefore) draft.before = state;
    this.#isDirty = true;
  }
}
