/**
 * The dialogs of a context's pages. Each is answered at once, because a page stops while one is open. A page that keeps
 * asking is refused first, as a person would do, and then its script is ended.
 */

import type { CDPSession, Dialog } from "playwright";
import { actionErrors } from "../../page/action-errors.ts";

interface DialogAnswer {
  accept: boolean;
  /** For a prompt. Absent: the page's own proposal. */
  text?: string;
}

/** Since the last look: so many dialogs get the usual answer, and as many more are dismissed. */
const MOST_ANSWERED = 10;
const MOST_DISMISSED = 10;

export class Dialogs {
  /** How often each sentence was to be said, in their order. */
  #said = new Map<string, number>();
  #count = 0;
  #nextAnswer: DialogAnswer | null = null;

  /** Until it has served, this answer replaces the usual one. */
  answerNext(answer: DialogAnswer | null): void {
    this.#nextAnswer = answer;
  }

  /** The messages since the last call, one sentence each. They are not on the page, so the agent gets them here. */
  take(): string[] {
    const said = [...this.#said].map(([sentence, times]) =>
      times === 1 ? sentence : actionErrors.repeated(sentence, times),
    );
    this.#said = new Map();
    this.#count = 0;
    return said;
  }

  /** @param session of its page. Null: its script cannot be ended */
  async answer(dialog: Dialog, session: CDPSession | null): Promise<void> {
    const kind = dialog.type();
    const isLeaving = kind === "beforeunload";
    if (!isLeaving) this.#count++;
    const isTooMany = this.#count > MOST_ANSWERED;
    const { accept, text } = this.#nextAnswer ?? { accept: isLeaving || !isTooMany };
    this.#nextAnswer = null;
    const isEndless = this.#count > MOST_ANSWERED + MOST_DISMISSED;
    if (isEndless && !isLeaving) this.#say(actionErrors.endlessDialogs());
    else if (!isLeaving) this.#say(actionErrors.dialog(kind, dialog.message(), accept));
    // It takes effect once the dialog is gone.
    if (isEndless) session?.send("Runtime.terminateExecution").catch(() => null);
    try {
      if (!accept) return await dialog.dismiss();
      await dialog.accept(kind === "prompt" ? (text ?? dialog.defaultValue()) : undefined);
    } catch {
      // Its page closed at the same time.
    }
  }

  #say(sentence: string): void {
    this.#said.set(sentence, (this.#said.get(sentence) ?? 0) + 1);
  }
}
