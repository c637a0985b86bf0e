/** Recorded pages as DOM snapshots of Playwright's traces: nested lists instead of HTML. */

import { type ChildNode, type Document, type Element, isDocument, isTag, isText } from "domhandler";
import type { PageNode } from "../../../core/observation.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";
import { alignNodes } from "../../../page/align-nodes.ts";
import { parsePage } from "../../../page/page-document.ts";
import { SHOWN_ATTRIBUTE } from "../../../page/shown-marks.ts";

/** A text, or an element with its attributes and children. */
type SnapshotNode = string | [name: string, attributes: Record<string, string>, ...SnapshotNode[]];

/** The size of the window in which a page is recorded, unless a person changed it. */
export const VIEWPORT = { width: 1280, height: 720 };

interface FrameSnapshot {
  frameId: string;
  isMainFrame: boolean;
  html: SnapshotNode;
}

/**
 * The page and its frames.
 *
 * @param target the ref of the acted-on element in the observed nodes. Null: none
 * @param callId marks that element
 */
export function toFrameSnapshots(
  { html, url }: PageSnapshot,
  { nodes, target, callId }: { nodes: readonly PageNode[]; target: string | null; callId: string },
): FrameSnapshot[] {
  const document = parsePage(html, url);
  const wanted = nodes.findIndex(({ ref }) => ref === target);
  const pair = alignNodes(document.nodes, nodes).find(([, shown]) => shown === wanted);
  const node = document.nodes[pair?.[0] ?? -1];
  const marked = node === undefined ? null : document.elementOf(node.ref);
  const frameIds = new Map(
    [...document.frames.keys()].map((frame, i) => [frame, `frame@${i + 2}`]),
  );
  const write = (node: ChildNode): SnapshotNode[] => {
    if (isText(node)) return [node.data];
    if (isDocument(node)) return node.children.flatMap(write);
    if (!isTag(node)) return [];
    const attributes = attributesOf(node, frameIds.get(node));
    if (node === marked) attributes["__playwright_target__"] = callId;
    // The viewer shows the page at another address.
    const base: SnapshotNode[] = node.name === "head" ? [["BASE", { href: document.baseUrl }]] : [];
    return [[node.name.toUpperCase(), attributes, ...base, ...node.children.flatMap(write)]];
  };
  const snapshot = (root: Document, frameId: string, isMainFrame: boolean): FrameSnapshot[] => {
    const top = root.children.find((child) => isTag(child));
    const [written] = top === undefined ? [] : write(top);
    return written === undefined ? [] : [{ frameId, isMainFrame, html: written }];
  };
  return [
    ...snapshot(document.root, MAIN_FRAME, true),
    ...[...document.frames].flatMap(([frame, inner]) =>
      snapshot(inner, frameIds.get(frame) as string, false),
    ),
  ];
}

const MAIN_FRAME = "frame@1";

/** What the viewer reads of a node: values as they are, frames by their id, shadow trees by a mark. */
function attributesOf(
  { name, attribs }: Element,
  frameId: string | undefined,
): Record<string, string> {
  const { [SHOWN_ATTRIBUTE]: _shown, srcdoc: _srcdoc, ...attributes } = attribs;
  if (frameId !== undefined) attributes["src"] = `/snapshot/${frameId}`;
  if (name === "template" && attributes["shadowrootmode"] !== undefined)
    return { __playwright_shadow_root_: "open" };
  if (name === "input" && attributes["value"] !== undefined)
    attributes["__playwright_value_"] = attributes["value"];
  return attributes;
}
