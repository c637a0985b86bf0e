/** Captures a live page as self-contained HTML. */

import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { MODAL_ATTRIBUTE, UNCHOSEN_ATTRIBUTE } from "../../page/form-state.ts";
import { FRAME_ATTRIBUTE } from "../../page/frame-address.ts";
import { ENCODING_ATTRIBUTE } from "../../page/page-encoding.ts";
import { FORM_ATTRIBUTE, NESTED_ATTRIBUTE } from "../../page/parse-html.ts";
import { markShown, type MarkedPage } from "../../page/mark-shown.ts";
import { createSecretRules, MASK } from "../../page/secrets.ts";
import { type DocumentPart, emptyPart, findParts, type PageParts } from "./document-parts.ts";
import { inTime } from "./in-time.ts";
import { createElementReaders } from "./in-page/element-readers.ts";
import type { FrameDocument, SerializePurpose } from "./in-page/serialize-options.ts";
import { serializePage } from "./in-page/serialize-page.ts";
import { LONGEST_FRAME_MS } from "./observe.ts";
import { isGone, type Tab } from "./tab.ts";

/** The page as a script of it reads it. Sends no request. */
export async function capturePage(
  tab: Tab,
  secrets: KnownSecrets,
  purpose: Exclude<SerializePurpose, "record">,
): Promise<PageSnapshot> {
  const { html } = await captureDocument(tab, secrets, purpose, emptyPart(null));
  return secrets.maskPage({ url: tab.url, html });
}

/** The page as a browser shows it, with all frames and shadow trees. Sends no request. */
export async function recordPage(
  tab: Tab,
  secrets: KnownSecrets,
  seen: Observation | null,
): Promise<PageSnapshot> {
  const shown = seen?.url === secrets.maskUrl(tab.url) ? seen : null;
  const capture = async (unknown: readonly string[]): Promise<[FrameDocument, PageParts]> => {
    const parts = await findParts(tab, shown?.nodes ?? [], unknown);
    return [await captureDocument(tab, secrets, "record", parts.main), parts];
  };
  const record = async (unknown: readonly string[]): Promise<[MarkedPage, PageParts]> => {
    // The page may replace its document meanwhile.
    const [{ html }, parts] = await capture(unknown).catch((error: unknown) => {
      if (isGone(error)) return capture(unknown);
      throw error;
    });
    const page = secrets.maskPage({ url: tab.url, html });
    // What the capture found in fields may be a text of the page as well.
    const nodes = shown === null ? [] : secrets.maskObservation(shown).nodes;
    return [markShown(page, nodes, parts.numbers), parts];
  };
  const [first, parts] = await record([]);
  const unknown = first.unknown.filter((ref) => parts.has(ref));
  return unknown.length === 0 ? first.page : (await record(unknown))[0].page;
}

/** A frame may go away meanwhile. While it waits for its first document, the protocol then never answers. */
async function ofFrame(document: Promise<FrameDocument>): Promise<FrameDocument> {
  const nothing = { html: "", url: "" };
  const orNothing = document.catch((error: unknown) => {
    if (isGone(error)) return nothing;
    throw error;
  });
  return await inTime(orNothing, LONGEST_FRAME_MS, nothing);
}

async function captureDocument(
  tab: Tab,
  secrets: KnownSecrets,
  purpose: SerializePurpose,
  { frameId, closedRoots, marked, frames }: DocumentPart,
): Promise<FrameDocument> {
  const inner: FrameDocument[] = [];
  for (const { document } of frames)
    inner.push(await ofFrame(captureDocument(tab, secrets, purpose, document)));
  const nodes = [
    ...frames.map(({ owner }) => owner),
    ...closedRoots,
    ...marked.map(({ ref }) => ref),
  ];
  const options = {
    purpose,
    mask: MASK,
    secretNames: secrets.names,
    frames: inner,
    marks: marked.map(({ attributes }) => attributes),
    formAttribute: FORM_ATTRIBUTE,
    nestedAttribute: NESTED_ATTRIBUTE,
    unchosenAttribute: UNCHOSEN_ATTRIBUTE,
    modalAttribute: MODAL_ATTRIBUTE,
    frameAttribute: FRAME_ATTRIBUTE,
    encodingAttribute: ENCODING_ATTRIBUTE,
  };
  const { html, url, secretValues } = await tab.callWithNodes(
    { frameId, nodes },
    serializePage,
    createElementReaders,
    createSecretRules,
    options,
  );
  for (const value of secretValues) secrets.addValue(value);
  return { html, url };
}
