/** Takes a live page as HTML that stands for itself. */

import type { PageSnapshot } from "../../core/site-request.ts";
import { serializePage, type SerializePurpose } from "./in-page/serialize-page.ts";
import { MASK, maskUrl, SECRET_NAME_SOURCE } from "../../page/secrets.ts";
import type { Tab } from "./tab.ts";

/** Sends no request. */
export async function capturePage(
  tab: Tab,
  purpose: SerializePurpose = "record",
): Promise<PageSnapshot> {
  return {
    url: maskUrl(tab.url),
    html: await tab.callIsolated(serializePage, MASK, SECRET_NAME_SOURCE, purpose),
  };
}
