/** Captures a live page as self-contained HTML. */

import type { PageSnapshot } from "../../core/site-request.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { createSecretRules, MASK } from "../../page/secrets.ts";
import { serializePage, type SerializePurpose } from "./in-page/serialize-page.ts";
import type { Tab } from "./tab.ts";

/** Sends no request. */
export async function capturePage(
  tab: Tab,
  secrets: KnownSecrets,
  purpose: SerializePurpose = "record",
): Promise<PageSnapshot> {
  const names = secrets.names;
  const html = await tab.callIsolated(serializePage, MASK, createSecretRules, names, purpose);
  return secrets.maskPage({ url: tab.url, html });
}
