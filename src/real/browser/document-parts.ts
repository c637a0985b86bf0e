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
  frames: { owner: string; document: DocumentPart }[];
}

/** The fields of the protocol's `DOM.Node` that this file reads. */
interface DomNode {
  backendNodeId: number;
  localName: string;
  /** Of the document that a frame's element shows. */
  frameId?: string;
  shadowRootType?: string;
  children?: DomNode[];
  shadowRoots?: DomNode[];
  contentDocument?: DomNode;
}

/** @param shown what the browser shows of the page */
export async function findParts(
  { session }: Pick<Tab, "session">,
  shown: readonly PageNode[],
): Promise<DocumentPart> {
  const { root } = await session.send("DOM.getDocument", { depth: -1, pierce: true });
  // Otherwise the protocol reports every later change of the document.
  await session.send("DOM.disable");
  const links = shown.filter(({ role, url }) => role === "link" && url === undefined);
  return partOf(null, root, new Set(links.map(({ ref }) => ref)));
}

function partOf(
  frameId: string | null,
  document: DomNode,
  linkRefs: ReadonlySet<string>,
): DocumentPart {
  const part: DocumentPart = { frameId, closedRoots: [], scriptLinks: [], frames: [] };
  const visit = (node: DomNode): void => {
    const ref = String(node.backendNodeId);
    if (node.shadowRootType === "closed") part.closedRoots.push(ref);
    if (node.localName === "a" && linkRefs.has(ref)) part.scriptLinks.push(ref);
    if (node.contentDocument !== undefined && node.frameId !== undefined) {
      const inner = partOf(node.frameId, node.contentDocument, linkRefs);
      part.frames.push({ owner: ref, document: inner });
    }
    for (const child of node.shadowRoots ?? []) visit(child);
    for (const child of node.children ?? []) visit(child);
  };
  visit(document);
  return part;
}
