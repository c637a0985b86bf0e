/** Writes into a page's HTML what the browser showed of it. */

import { load } from "cheerio";
import type { Element } from "domhandler";
import type { PageNode } from "../core/observation.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import { alignNodes } from "./align-nodes.ts";
import { parsePage, type PageDocument } from "./page-document.ts";
import {
  BLANK,
  carrierOf,
  identityOf,
  labelOf,
  Places,
  SHOWN_ATTRIBUTE,
  statesText,
  type ShownMark,
  type ShownNode,
} from "./shown-marks.ts";

/**
 * The page with marks wherever a browser showed other nodes than its HTML gives. `parsePage` of it has the shown nodes.
 *
 * @param shown the nodes of the browser's observation of this page. None: nobody observed it
 */
export function markShown(page: PageSnapshot, shown: readonly PageNode[]): PageSnapshot {
  if (shown.length === 0) return page;
  const document = parsePage(page.html, page.url);
  if (page.html.includes(SHOWN_ATTRIBUTE)) return page;
  const marks = findMarks(document, shown);
  if (marks.size === 0) return page;
  try {
    for (const [{ attribs }, own] of marks) attribs[SHOWN_ATTRIBUTE] = JSON.stringify(own);
    return { ...page, html: withFrames(document, () => document.serialize()) };
  } finally {
    // The document is shared and must look immutable to everyone else.
    for (const { attribs } of marks.keys()) delete attribs[SHOWN_ATTRIBUTE];
  }
}

/** Runs with the documents of frames written into their frames as they are now, the inner ones first. */
function withFrames<T>({ frames }: PageDocument, body: () => T): T {
  const before = [...frames].map(([frame]) => [frame, frame.attribs["srcdoc"] ?? ""] as const);
  const writer = load("");
  try {
    for (const [frame, inner] of [...frames].reverse())
      frame.attribs["srcdoc"] = writer.html(inner.children);
    return body();
  } finally {
    for (const [{ attribs }, html] of before) attribs["srcdoc"] = html;
  }
}

type Marks = Map<Element, ShownMark[]>;

function findMarks(document: PageDocument, shown: readonly PageNode[]): Marks {
  const { nodes } = document;
  const pairs = new Map(alignNodes(nodes, shown));
  const isPaired = new Set(pairs.values());
  const texts = new Map<Element, { node: PageNode; as: ShownNode[] }[]>();
  const different = new Set<Element>();
  const places = new Places();
  nodes.forEach((node, i) => {
    const place = places.of(node);
    places.set(node, place + 1);
    const shownIn = document.elementOf(node.ref);
    if (shownIn === null) return;
    const element = carrierOf(shownIn);
    const as = shownInstead(node, place, shown, pairs.get(i), isPaired);
    if (as[0] === undefined) places.set(node, place);
    else if (as[0].shift !== undefined) places.set(node, place + as[0].shift + 1);
    if (as.length !== 1 || Object.keys(as[0] as ShownNode).length > 0) different.add(element);
    const own = texts.get(element);
    if (own === undefined) texts.set(element, [{ node, as }]);
    else own.push({ node, as });
  });
  // Of an element with marks all nodes are marked: equal texts in it are then marked in their order.
  return new Map(
    [...different].map((element) => [
      element,
      (texts.get(element) ?? []).map(({ node, as }) => markOf(node, as)),
    ]),
  );
}

function markOf(node: PageNode, as: ShownNode[]): ShownMark {
  const [first] = as;
  const isLabelled =
    as.length > 1 ||
    first?.name !== undefined ||
    first?.around !== undefined ||
    first?.role !== undefined;
  return { of: identityOf(node), ...(isLabelled && { at: labelOf(node) }), as };
}

/**
 * What is shown for a computed node: its counterpart, and the nodes after that which have no computed node.
 *
 * @param place the depth that the nodes around it give
 */
function shownInstead(
  node: PageNode,
  place: number,
  shown: readonly PageNode[],
  counterpart: number | undefined,
  isPaired: ReadonlySet<number>,
): ShownNode[] {
  const first = counterpart === undefined ? undefined : shown[counterpart];
  if (first === undefined || counterpart === undefined) return [];
  const as = [differenceTo(node, first, place)];
  for (let next = counterpart + 1; next < shown.length && !isPaired.has(next); next++)
    as.push(differenceTo(BLANK, shown[next] as PageNode, place));
  return as;
}

/** What stands before and after a name that is in a longer one, once and as words of its own. */
function aroundName(name: string, longer: string): [string, string] | null {
  const at = longer.indexOf(name);
  if (name === "" || name === longer || at === -1 || at !== longer.lastIndexOf(name)) return null;
  const [before, after] = [longer.slice(0, at), longer.slice(at + name.length)];
  const isCut =
    (LETTER_AT_END.test(before) && LETTER_AT_START.test(name)) ||
    (LETTER_AT_END.test(name) && LETTER_AT_START.test(after));
  return isCut ? null : [before, after];
}

const LETTER_AT_START = /^[\p{L}\p{N}]/u;
const LETTER_AT_END = /[\p{L}\p{N}]$/u;

function differenceTo(node: PageNode, shown: PageNode, place: number): ShownNode {
  const part: ShownNode = {};
  if (shown.role !== node.role) part.role = shown.role;
  const around = aroundName(node.name, shown.name);
  if (around !== null) part.around = around;
  else if (shown.name !== node.name) part.name = shown.name;
  if (shown.value !== node.value) part.value = shown.value ?? null;
  if (shown.url !== node.url) part.url = shown.url ?? null;
  if (statesText(shown.states) !== statesText(node.states)) {
    const { focused: _, ...states } = shown.states;
    part.states = states;
  }
  if (shown.depth !== place) part.shift = shown.depth - place;
  return part;
}
