/** The window size that pages see, and the small part of it that Chromium draws. */

import type { CDPSession } from "playwright";

/** WebArena's own window, in CSS pixels. Layout, media queries, hit tests and scripts see this size. */
export const WINDOW_SIZE = { width: 1280, height: 720 };

/**
 * The size that Chromium paints. Nobody looks at the pixels of a step, and painting them in software costs about a
 * fifth of it. Frames still come, so animation callbacks, transitions and input work as in a visible window.
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

/** Paints the whole window during the call: for a picture, and for the wheel, which works only on painted parts. */
export async function whileDrawn<T>(session: CDPSession, body: () => Promise<T>): Promise<T> {
  await session.send("Emulation.setVisibleSize", WINDOW_SIZE);
  try {
    return await body();
  } finally {
    await session.send("Emulation.setVisibleSize", DRAWN_SIZE);
  }
}
