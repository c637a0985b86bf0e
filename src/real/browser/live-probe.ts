/** A read-only look at live pages after an episode, in the episode's own session, for checks that read pages. */

import { actionErrors } from "../../page/action-errors.ts";
import type { PageProbe } from "../../core/evaluator.ts";
import type { BrowserSession } from "./browser-session.ts";
import { capturePage } from "./capture-page.ts";

/** How long a site may take to start its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Its requests count as `probeRequests`, separately from the episode's. The episode's tabs stay unchanged. */
export function createLiveProbe(session: BrowserSession): PageProbe {
  return {
    async open(url) {
      if (!session.isAllowedUrl(url))
        return { page: null, reason: actionErrors.outsideOrigins(url) };
      session.requests.purpose = "probeRequests";
      const tab = await session.tabs.openApart();
      try {
        await tab.page.goto(url, { waitUntil: "commit", timeout: ANSWER_TIMEOUT_MS });
        // Data that a script fetches belongs to the page. A request that never ends does not block reading.
        await session.settle({ isOpening: false, all: [tab], active: tab });
        return { page: await capturePage(tab, session.secrets, "checks") };
      } catch (error) {
        if (!session.context.browser()?.isConnected()) throw error;
        const reason =
          error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
        return { page: null, reason };
      } finally {
        await tab.page.close().catch(() => null);
        session.requests.purpose = "pageRequests";
      }
    },
  };
}
