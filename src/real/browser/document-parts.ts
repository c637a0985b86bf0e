/** The documents of a page, with what the scripts of none of them find: closed shadow roots, and what a browser shows as what. */

import type { PageNode } from "../../core/observation.ts";
import { CLICK_ATTRIBUTE } from "../../page/click-targets.ts";
import { numberMark } from "../../page/shown-marks.ts";
import type { Tab } from "./tab.ts";

/** A document and those of its frames. Nodes have the ids of the protocol, as in an observation. */
export interface DocumentPart {
  /** Null for the tab's own document. */
  frameId: string | null;
  closedRoots: string[];
  /** Elements that a recording gives attributes, name and value. */
  marked: { ref: string; attributes: [string, string][] }[];
  frames: { owner: string; document: DocumentPart }[];
}

export interface PageParts {
  main: DocumentPart;
  /** The numbers that a recording gives to elements, by the nodes asked for: each is the element or a text in it. */
  numbers: ReadonlyMap<string, number>;
  /** Whether a node is an element or text of the page, and not one that a style sheet adds. */
  has(ref: string): boolean;
}

/** The fields of the protocol's `DOM.Node` that this file reads. */
interface DomNode {
  nodeId: number;
  parentId?: number;
  backendNodeId: number;
  /** Empty for a text. */
  localName: string;
  /** Of the document that a frame's element shows. */
  frameId?: string;
  shadowRootType?: string;
  shadowRoots?: DomNode[];
  contentDocument?: DomNode;
}

/**
 * @param shown what the browser shows of the page
 * @param unknown nodes of it whose elements get numbers
 */
export async function findParts(
  { session }: Pick<Tab, "session">,
  shown: readonly PageNode[],
  unknown: readonly string[],
): Promise<PageParts> {
  // As a flat list: the protocol cannot write a tree of some hundred levels.
  const [, { nodes }] = await Promise.all([
    session.send("DOM.enable"),
    session.send("DOM.getFlattenedDocument", { depth: -1, pierce: true }),
  ]);
  // Otherwise the protocol reports every later change of the document.
  await session.send("DOM.disable");
  const byRef = new Map((nodes as DomNode[]).map((node) => [String(node.backendNodeId), node]));
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const numbers = new Map<string, number>();
  const numbered = new Map<string, number>();
  for (const ref of unknown) {
    const node = byRef.get(ref);
    const element = node?.localName === "" ? byId.get(node.parentId ?? 0) : node;
    if (element === undefined) continue;
    const own = String(element.backendNodeId);
    const number = numbered.get(own) ?? numbered.size;
    numbered.set(own, number);
    numbers.set(ref, number);
  }
  const marks = new Map<string, [string, string][]>();
  for (const { ref, role, url, states } of shown) {
    const own: [string, string][] = [];
    // An `<a>` without an address that a script listens to.
    if (role === "link" && url === undefined) own.push(["role", "link"]);
    if (states.clickable === true) own.push([CLICK_ATTRIBUTE, "shown"]);
    if (own.length > 0) marks.set(ref, own);
  }
  for (const [ref, number] of numbered)
    marks.set(ref, [...(marks.get(ref) ?? []), numberMark(number)]);
  return { main: partsOf(nodes, marks), numbers, has: (ref) => byRef.has(ref) };
}

function partsOf(
  nodes: readonly DomNode[],
  marks: ReadonlyMap<string, [string, string][]>,
): DocumentPart {
  const above = new Map<number, number>();
  const main = emptyPart(null);
  const parts = new Map<number, DocumentPart>();
  for (const { nodeId, parentId, shadowRoots = [], contentDocument, frameId } of nodes) {
    if (parentId !== undefined) above.set(nodeId, parentId);
    for (const root of shadowRoots) above.set(root.nodeId, nodeId);
    if (contentDocument !== undefined && frameId !== undefined)
      parts.set(contentDocument.nodeId, emptyPart(frameId));
  }
  const tops = new Map<number, number>();
  for (const { nodeId, backendNodeId, shadowRoots = [], contentDocument } of nodes) {
    const part = parts.get(topOf(nodeId, above, tops)) ?? main;
    const ref = String(backendNodeId);
    for (const root of shadowRoots)
      if (root.shadowRootType === "closed") part.closedRoots.push(String(root.backendNodeId));
    const attributes = marks.get(ref);
    if (attributes !== undefined) part.marked.push({ ref, attributes });
    const document = contentDocument === undefined ? undefined : parts.get(contentDocument.nodeId);
    if (document !== undefined) part.frames.push({ owner: ref, document });
  }
  return main;
}

/** A document without frames and without anything to mark. */
export function emptyPart(frameId: string | null): DocumentPart {
  return { frameId, closedRoots: [], marked: [], frames: [] };
}

/** The document that a node is in. Each node is looked up once. */
function topOf(
  node: number,
  above: ReadonlyMap<number, number>,
  tops: Map<number, number>,
): number {
  const path: number[] = [];
  let top = node;
  for (;;) {
    const known = tops.get(top);
    const next = above.get(top);
    if (known !== undefined) top = known;
    if (known !== undefined || next === undefined) break;
    path.push(top);
    top = next;
  }
  for (const passed of path) tops.set(passed, top);
  return top;
}
