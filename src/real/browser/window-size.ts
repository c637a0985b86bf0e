/** How large a window pages believe to have, and how little of it is drawn. */

import type { CDPSession } from "playwright";

/** WebArena's own window, in CSS pixels: layout, media queries, hit tests and scripts see this size. */
export const WINDOW_SIZE = { width: 1280, height: 720 };

/**
 * What Chromium really paints. Nobody looks at the pixels of a step, and painting them in software is about a fifth of
 * its cost; frames still come, so that animation callbacks, transitions and input work as in a visible window.
 */
const DRAWN_SIZE = { width: 8, height: 8 };

export async function setWindowSize(session: CDPSession): Promise<void> {
  await session.send("Emulation.setDeviceMetricsOverride", {
    ...WINDOW_SIZE,
    screenWidth: WINDOW_SIZE.width,
    screenHeight: WINDOW_SIZE.height,
    deviceScaleFactor: 1,
    mobile: false,
    dontSetVisibleSize: true,
  });
  await session.send("Emulation.setVisibleSize", DRAWN_SIZE);
}

/** Paints the whole window meanwhile: for a picture of it, and for the wheel, which works only on what is painted. */
export async function whileDrawn<T>(session: CDPSession, body: () => Promise<T>): Promise<T> {
  await session.send("Emulation.setVisibleSize", WINDOW_SIZE);
  try {
    return await body();
  } finally {
    await session.send("Emulation.setVisibleSize", DRAWN_SIZE);
  }
}
