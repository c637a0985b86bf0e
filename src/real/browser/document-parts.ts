/** The documents of a page, with what the scripts of none of them find: closed shadow roots, and links by script. */

import type { PageNode } from "../../core/observation.ts";
import type { Tab } from "./tab.ts";

/** A document and those of its frames. Nodes have the ids of the protocol, as in an observation. */
export interface DocumentPart {
  /** Null for the tab's own document. */
  frameId: string | null;
  closedRoots: string[];
  /** `<a>` elements without an address that Chromium shows as links, because a script listens to them. */
  scriptLinks: string[];
  /** Other elements that scripts made clickable. */
  clickTargets: string[];
  frames: { owner: string; document: DocumentPart }[];
}

/** The fields of the protocol's `DOM.Node` that this file reads. */
interface DomNode {
  nodeId: number;
  parentId?: number;
  backendNodeId: number;
  localName: string;
  /** Of the document that a frame's element shows. */
  frameId?: string;
  shadowRootType?: string;
  shadowRoots?: DomNode[];
  contentDocument?: DomNode;
}

/** @param shown what the browser shows of the page */
export async function findParts(
  { session }: Pick<Tab, "session">,
  shown: readonly PageNode[],
): Promise<DocumentPart> {
  // As a flat list: the protocol cannot write a tree of some hundred levels.
  const [, { nodes }] = await Promise.all([
    session.send("DOM.enable"),
    session.send("DOM.getFlattenedDocument", { depth: -1, pierce: true }),
  ]);
  // Otherwise the protocol reports every later change of the document.
  await session.send("DOM.disable");
  const links = shown.filter(({ role, url }) => role === "link" && url === undefined);
  const targets = shown.filter(({ states }) => states.clickable === true);
  return partsOf(nodes, {
    links: new Set(links.map(({ ref }) => ref)),
    targets: new Set(targets.map(({ ref }) => ref)),
  });
}

function partsOf(
  nodes: readonly DomNode[],
  shown: { links: ReadonlySet<string>; targets: ReadonlySet<string> },
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
  for (const { nodeId, backendNodeId, localName, shadowRoots = [], contentDocument } of nodes) {
    const part = parts.get(topOf(nodeId, above, tops)) ?? main;
    const ref = String(backendNodeId);
    for (const root of shadowRoots)
      if (root.shadowRootType === "closed") part.closedRoots.push(String(root.backendNodeId));
    if (localName === "a" && shown.links.has(ref)) part.scriptLinks.push(ref);
    if (shown.targets.has(ref)) part.clickTargets.push(ref);
    const document = contentDocument === undefined ? undefined : parts.get(contentDocument.nodeId);
    if (document !== undefined) part.frames.push({ owner: ref, document });
  }
  return main;
}

/** A document without frames and without anything to mark. */
export function emptyPart(frameId: string | null): DocumentPart {
  return { frameId, closedRoots: [], scriptLinks: [], clickTargets: [], frames: [] };
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
