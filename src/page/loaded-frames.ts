/**
 * Frames whose documents were loaded: each stands in its page as `srcdoc`, as in a recording, and an attribute names
 * its address. Its addresses are absolute and its targets are written out, so that it means the same there.
 */

import { load } from "cheerio";
import type { AnyNode, Document, Element } from "domhandler";
import { attribute, descendants, shadowHost, treeRoot } from "./dom.ts";
import { FRAME_ATTRIBUTE } from "./frame-address.ts";
import { parsePage, type PageDocument } from "./page-document.ts";
import { parseHtml } from "./parse-html.ts";

const ADDRESSES = "action cite data formaction href longdesc poster src".split(" ");
const WITH_TARGET = new Set(["a", "area", "form"]);

/** A document to put into a frame. */
export interface FrameContent {
  html: string;
  url: string;
  /** By its standard name. Absent: the one that it declares. */
  encoding?: string | undefined;
}

/** The frames of a page that ask for a document of their own, with its address. */
export function framesToLoad(document: PageDocument): { frame: Element; url: string }[] {
  return document.elements.flatMap((frame) => {
    const src = frame.name === "iframe" ? attribute(frame, "src") : undefined;
    if (src === undefined || attribute(frame, "srcdoc") !== undefined) return [];
    const url = isInTemplate(frame) ? null : document.resolve(src);
    return url !== null && /^https?:/u.test(url) ? [{ frame, url }] : [];
  });
}

function isInTemplate(element: Element): boolean {
  const root = treeRoot(element);
  return root.parent !== null && shadowHost(root) === null;
}

/** The page's HTML with these documents in its frames. */
export function withFrames(
  document: PageDocument,
  contents: ReadonlyMap<Element, FrameContent>,
): string {
  const copy = load(parseHtml(document.html));
  // Both trees come from the same HTML, so the places agree.
  const all = parsedElements(copy.root()[0] as unknown as Document);
  for (const [frame, content] of contents) {
    const own = all[document.indexOf(frame)];
    if (own?.name !== frame.name) continue;
    own.attribs["srcdoc"] = asContent(content);
    own.attribs[FRAME_ATTRIBUTE] = content.url;
  }
  return copy.html();
}

function parsedElements(root: AnyNode): Element[] {
  const found: Element[] = [];
  const visit = (node: AnyNode): void => {
    if (!("children" in node)) return;
    for (const child of node.children) {
      if ("attribs" in child) found.push(child);
      visit(child);
    }
  };
  visit(root);
  return found;
}

/** The page's HTML with another document in a frame, which may be inside another frame. */
export function withFrameReplaced(
  document: PageDocument,
  frame: Element,
  content: FrameContent,
): string {
  const { frames } = document;
  const writer = load("");
  const changed = new Map<Element, Record<string, string>>();
  const change = (element: Element, attributes: Record<string, string>): void => {
    changed.set(element, element.attribs);
    element.attribs = { ...element.attribs, ...attributes };
  };
  try {
    change(frame, { srcdoc: asContent(content), [FRAME_ATTRIBUTE]: content.url });
    for (let outer = frameAround(frame, frames); outer; outer = frameAround(outer, frames))
      change(outer, { srcdoc: writer.html(frames.get(outer)?.children ?? []) });
    return document.serialize();
  } finally {
    // The document is shared and must look immutable to everyone else.
    for (const [element, attributes] of changed) element.attribs = attributes;
  }
}

/** The frame that an element is in. Null for one of the page itself. */
export function frameAround(
  element: Element,
  frames: ReadonlyMap<Element, Document>,
): Element | null {
  let root = treeRoot(element);
  while (root.parent !== null) root = treeRoot(root.parent);
  for (const [frame, document] of frames) if (document === root) return frame;
  return null;
}

function asContent({ html, url, encoding }: FrameContent): string {
  const document = parsePage(html, url, encoding);
  const copy = load(parseHtml(html));
  for (const element of descendants(copy.root()[0] as unknown as Document)) {
    for (const name of ADDRESSES) {
      const address = attribute(element, name);
      if (address === undefined) continue;
      const isOwn = name.endsWith("action") && address.trim() === "";
      element.attribs[name] = isOwn ? url : (document.resolve(address) ?? address);
    }
    if (element.name === "form") {
      element.attribs["action"] ??= url;
      element.attribs["accept-charset"] ??= document.encoding;
    }
    if (WITH_TARGET.has(element.name) && document.baseTarget !== "")
      element.attribs["target"] ??= document.baseTarget;
  }
  copy("base").remove();
  return copy.html();
}
