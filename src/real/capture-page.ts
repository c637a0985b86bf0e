/** Takes a live page as HTML that stands for itself. */

import type { PageSnapshot } from "../core/site-request.ts";
import { serializePage } from "./in-page/serialize-page.ts";
import { MASK, maskUrl, SECRET_NAME_SOURCE } from "./secrets.ts";
import type { Tab } from "./tab.ts";

export interface CaptureOptions {
  /** What is left out leaves an empty tag behind, so that a selector that counts children meets the same ones. */
  forChecks?: boolean;
}

/** Sends no request. */
export async function capturePage(
  tab: Tab,
  { forChecks = false }: CaptureOptions = {},
): Promise<PageSnapshot> {
  return {
    url: maskUrl(tab.url),
    html: await tab.callIsolated(serializePage, MASK, SECRET_NAME_SOURCE, forChecks),
  };
}
