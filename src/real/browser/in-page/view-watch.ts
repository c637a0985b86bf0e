/// <reference lib="dom" />
/**
 * Tracks what a page gets only with a frame: sizes, what is in view, and the first focus. The page gets it as text.
 */

import type { AnswerWatch } from "./answer-watch.ts";
import type { TaskWatch } from "./task-watch.ts";

export interface ViewWatch {
  /** A frame is due: call it where the browser does something with the next frame. */
  expect: () => void;
  /** Waits for the frame that is due. @returns whether there was anything to wait for */
  toCome: () => Promise<boolean>;
}

/** Self-contained. */
export function createViewWatch(
  { setTimer, clearTimer, frame }: TaskWatch,
  { macrotask, watchCalls }: AnswerWatch,
): ViewWatch {
  /** Longest wait for a frame, because an invisible window has none. */
  const LONGEST_FRAME_MS = 40;

  const View = IntersectionObserver;
  /** Observers of views are the last that hear from a frame, each in the order of its creation. */
  const frameShown = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      const view = new View(() => end());
      const timer = setTimer(() => end(), LONGEST_FRAME_MS);
      const end = (): void => {
        clearTimer(timer);
        view.disconnect();
        resolve();
      };
      observeView.call(view, document.documentElement);
    });
    await macrotask();
  };

  let due: Promise<void> | null = null;
  let isAsked = false;
  const toShow = async (): Promise<void> => {
    const shown = frameShown();
    await frame();
    // What is asked from here on waits for the frame after this one.
    isAsked = false;
    await shown;
    due = isAsked ? toShow() : null;
  };
  const expect = (): void => {
    if (document.documentElement === null) return;
    isAsked = true;
    due ??= toShow();
  };
  watchCalls(ResizeObserver.prototype, "observe", expect);
  const observeView = watchCalls(View.prototype, "observe", expect);

  const toCome = async (): Promise<boolean> => {
    if (due === null) return false;
    await due;
    return true;
  };

  return { expect, toCome };
}
