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
  writeMarks,
  type ShownMark,
  type ShownNode,
} from "./shown-marks.ts";

export interface MarkedPage {
  page: PageSnapshot;
  /** Refs of shown nodes that nothing in the page computes, and that have no number. */
  unknown: string[];
}

/**
 * The page with marks wherever a browser showed other nodes than its HTML gives. `parsePage` of it has the shown nodes.
 *
 * @param shown the nodes of the browser's observation of this page. None: nobody observed it
 * @param numbers of elements that have one in the HTML, by the refs of nodes that are these elements, or texts in them
 */
export function markShown(
  page: PageSnapshot,
  shown: readonly PageNode[],
  numbers: ReadonlyMap<string, number> = new Map(),
): MarkedPage {
  const isMarked = numbers.size === 0 && page.html.includes(SHOWN_ATTRIBUTE);
  if (shown.length === 0 || isMarked) return { page, unknown: [] };
  const document = parsePage(page.html, page.url);
  const { marks, unknown } = findMarks(document, shown, numbers);
  if (marks.size === 0) return { page, unknown };
  const before = [...marks.keys()].map(
    ({ attribs }) => [attribs, attribs[SHOWN_ATTRIBUTE]] as const,
  );
  try {
    for (const [{ attribs }, own] of marks)
      attribs[SHOWN_ATTRIBUTE] = writeMarks(own, attribs[SHOWN_ATTRIBUTE]);
    return { page: { ...page, html: withFrames(document, () => document.serialize()) }, unknown };
  } finally {
    // The document is shared and must look immutable to everyone else.
    for (const [attribs, mark] of before)
      if (mark === undefined) delete attribs[SHOWN_ATTRIBUTE];
      else attribs[SHOWN_ATTRIBUTE] = mark;
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

function findMarks(
  document: PageDocument,
  shown: readonly PageNode[],
  numbers: ReadonlyMap<string, number>,
): { marks: Marks; unknown: string[] } {
  const { nodes } = document;
  const pairs = new Map(alignNodes(nodes, shown));
  const isPaired = new Set(pairs.values());
  const unknown = shown.flatMap(({ ref }, i) => (isPaired.has(i) || numbers.has(ref) ? [] : [ref]));
  const partOf = (i: number, place: number): ShownNode => {
    const node = shown[i] as PageNode;
    const element = numbers.get(node.ref);
    return { ...differenceTo(BLANK, node, place), ...(element !== undefined && { element }) };
  };
  const texts = new Map<Element, { node: PageNode; as: ShownNode[] }[]>();
  const different = new Set<Element>();
  const places = new Places();
  // For a computed node, its counterpart is shown, and what is after that and has no computed node.
  nodes.forEach((node, i) => {
    const place = places.of(node);
    places.set(node, place + 1);
    const shownIn = document.elementOf(node.ref);
    if (shownIn === null) return;
    const element = carrierOf(shownIn);
    const at = pairs.get(i);
    const as = at === undefined ? [] : [differenceTo(node, shown[at] as PageNode, place)];
    if (at !== undefined)
      for (let next = at + 1; next < shown.length && !isPaired.has(next); next++)
        as.push(partOf(next, place));
    if (as[0] === undefined) places.set(node, place);
    else if (as[0].shift !== undefined) places.set(node, place + as[0].shift + 1);
    if (as.length !== 1 || Object.keys(as[0] as ShownNode).length > 0) different.add(element);
    const own = texts.get(element);
    if (own === undefined) texts.set(element, [{ node, as }]);
    else own.push({ node, as });
  });
  // Of an element with marks all nodes are marked: equal texts in it are then marked in their order.
  const marks = [...different].map(
    (element) =>
      [element, (texts.get(element) ?? []).map(({ node, as }) => markOf(node, as))] as const,
  );
  return { marks: new Map(marks), unknown };
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
