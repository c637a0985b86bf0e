/** Puts the panel next to the window that is recorded, so that neither covers the other. */

import type { Page } from "playwright";

/** Chromium makes no window narrower. */
const PANEL_WIDTH = 500;

interface Bounds {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A screen that is too small for both keeps them as they are. */
export async function arrangeWindows(recorded: Page, panel: Page): Promise<void> {
  const [width, height] = await panel.evaluate<[number, number]>(
    "[screen.availWidth, screen.availHeight]",
  );
  if (width < 2 * PANEL_WIDTH) return;
  const left = width - PANEL_WIDTH;
  await move(recorded, { left: 0, top: 0, width: left, height });
  await move(panel, { left, top: 0, width: PANEL_WIDTH, height: Math.min(height, 800) });
}

async function move(page: Page, bounds: Bounds): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    const { windowId } = await session.send("Browser.getWindowForTarget");
    await session.send("Browser.setWindowBounds", { windowId, bounds });
  } finally {
    await session.detach();
  }
}
