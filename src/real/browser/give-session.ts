/** Gives a stored session to a browser context. */

import type { BrowserContext } from "playwright";
import type { StoredSession } from "../sites/stored-session.ts";

/** @param context without cookies and storage of its own */
export async function giveSession(context: BrowserContext, session: StoredSession): Promise<void> {
  // Playwright opens a page of each origin for this, so it is only for sessions that need it.
  if (session.origins.length > 0) await context.setStorageState(session);
  else if (session.cookies.length > 0) await context.addCookies(session.cookies);
}
