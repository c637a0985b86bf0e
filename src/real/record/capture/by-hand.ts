/** Waits while a person acts in the window, and takes what they do in the panel. */

import type { Browser } from "playwright";
import { arrangeWindows } from "./arrange-windows.ts";
import { openPanel } from "./panel.ts";
import type { Recording, RecordingEnding } from "./recording.ts";

export interface ByHandOptions {
  browser: Browser;
  recording: Recording;
  goal: string;
  signal: AbortSignal;
}

export async function recordByHand({
  browser,
  recording,
  goal,
  signal,
}: ByHandOptions): Promise<RecordingEnding> {
  const panel = await openPanel(browser, recording, goal, true);
  const recorded = recording.recorder.session.tabs.active.page;
  // They work as well where they stand.
  await arrangeWindows(recorded, panel.page).catch(() => null);
  const aborted = new Promise<RecordingEnding>((resolve) => {
    signal.addEventListener("abort", () => resolve({ answer: null }), { once: true });
  });
  const windowClosed = new Promise<RecordingEnding>((resolve) => {
    recording.recorder.session.context.on("close", () => resolve({ answer: null }));
    browser.on("disconnected", () => resolve({ answer: null }));
  });
  try {
    return await Promise.race([panel.ended, aborted, windowClosed]);
  } finally {
    await panel.close();
  }
}
