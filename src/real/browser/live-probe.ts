/** A read-only look at live pages after an episode, in the episode's own session, for checks that read pages. */

import { actionErrors } from "../../page/action-errors.ts";
import type { LivePage, PageProbe } from "../../core/evaluator.ts";
import type { BrowserSession } from "./browser-session.ts";
import { capturePage } from "./capture-page.ts";
import type { Tab } from "./tab.ts";

/** How long a site may take to start its answer, in milliseconds. */
const ANSWER_TIMEOUT_MS = 10_000;

/** Its requests count as `probeRequests`, separately from the episode's. Other tabs stay unchanged. */
export function createLiveProbe(session: BrowserSession): Required<PageProbe> {
  const withTab = async <T>(
    url: string,
    body: (tab: Tab) => Promise<T>,
  ): Promise<{ value: T } | { reason: string }> => {
    if (!session.isAllowedUrl(url)) return { reason: actionErrors.outsideOrigins(url) };
    session.requests.purpose = "probeRequests";
    const tab = await session.tabs.openApart();
    try {
      await tab.page.goto(url, { waitUntil: "commit", timeout: ANSWER_TIMEOUT_MS });
      // Data that a script fetches belongs to the page. A request that never ends does not block reading.
      await session.settle({ isOpening: false, all: [tab], active: tab });
      return { value: await body(tab) };
    } catch (error) {
      if (!session.context.browser()?.isConnected()) throw error;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      return { reason };
    } finally {
      await tab.page.close().catch(() => null);
      session.requests.purpose = "pageRequests";
    }
  };
  const live = (tab: Tab): LivePage => ({
    url: session.secrets.maskUrl(tab.url),
    async evaluate(expression) {
      const { value, failure } = await tab.evaluateIsolated(`(() => ${expression})()`);
      if (failure !== null) return { failed: true };
      return {
        failed: false,
        value: typeof value === "string" ? session.secrets.maskField("", value) : value,
      };
    },
    source: async () => session.secrets.maskText(await tab.page.content()),
  });
  return {
    async open(url) {
      const opened = await withTab(url, (tab) => capturePage(tab, session.secrets, "checks"));
      return "value" in opened ? { page: opened.value } : { page: null, ...opened };
    },
    visit: async (url, body) =>
      url === null
        ? { value: await body(live(session.tabs.active)) }
        : await withTab(url, (tab) => body(live(tab))),
  };
}
