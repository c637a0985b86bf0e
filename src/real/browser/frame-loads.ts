/**
 * Which frames of a tab load, or are about to. A load is announced first, maybe while the page before it still loads: a
 * form or a refresh starts after that.
 */

import type { CDPSession } from "playwright";
import type { ChangeSignal } from "./change-signal.ts";

/** A page that sends its reader on later than this is shown itself. */
const LONGEST_DELAY_S = 0.6;

/** A form's load starts 5–100 ms after its submit event, as measured on a busy machine. */
const LATEST_START_MS = 500;

export class FrameLoads {
  readonly #changed: ChangeSignal;
  readonly #running = new Set<string>();
  readonly #requested = new Map<string, NodeJS.Timeout>();
  readonly #scheduled = new Map<string, NodeJS.Timeout>();

  constructor(session: CDPSession, changed: ChangeSignal) {
    this.#changed = changed;
    session.on("Page.frameRequestedNavigation", ({ frameId, url, disposition }) => {
      const isOwn = disposition === "currentTab" || disposition === "download";
      if (isOwn && isWeb(url)) this.#expect(this.#requested, frameId);
    });
    session.on("Page.downloadWillBegin", ({ frameId }) => {
      this.#forgetAnnounced(frameId);
      changed.fire();
    });
    session.on("Page.frameScheduledNavigation", ({ frameId, url, delay }) => {
      if (isWeb(url) && delay < LONGEST_DELAY_S) this.#expect(this.#scheduled, frameId);
    });
    session.on("Page.frameClearedScheduledNavigation", ({ frameId }) => {
      forget(this.#scheduled, frameId);
      changed.fire();
    });
    session.on("Page.frameStartedLoading", ({ frameId }) => void this.begin(frameId));
    session.on("Page.frameStoppedLoading", ({ frameId }) => this.#end(frameId));
    session.on("Page.frameDetached", ({ frameId }) => {
      this.#forgetAnnounced(frameId);
      this.#end(frameId);
    });
  }

  get isLoading(): boolean {
    return this.#running.size + this.#requested.size + this.#scheduled.size > 0;
  }

  /** @returns what to call at the end, if the session does not report it */
  begin(frameId: string): () => void {
    this.#running.add(frameId);
    this.#forgetAnnounced(frameId);
    return () => this.#end(frameId);
  }

  clear(): void {
    this.#running.clear();
    for (const announced of [this.#requested, this.#scheduled])
      for (const frameId of announced.keys()) forget(announced, frameId);
  }

  #end(frameId: string): void {
    this.#running.delete(frameId);
    this.#changed.fire();
  }

  /** An announced load starts a moment later, or never (the page changed its mind). */
  #expect(announced: Map<string, NodeJS.Timeout>, frameId: string): void {
    forget(announced, frameId);
    const timer = setTimeout(() => {
      announced.delete(frameId);
      this.#changed.fire();
    }, LATEST_START_MS);
    announced.set(frameId, timer);
  }

  #forgetAnnounced(frameId: string): void {
    forget(this.#requested, frameId);
    forget(this.#scheduled, frameId);
  }
}

function forget(announced: Map<string, NodeJS.Timeout>, frameId: string): void {
  clearTimeout(announced.get(frameId));
  announced.delete(frameId);
}

function isWeb(url: string): boolean {
  return /^https?:/iu.test(url);
}
