/** Nested no deeper than Chromium nests: its parser puts what is deeper next to its parent. */

import {
  hasChildren,
  isDocument,
  type AnyNode,
  type ChildNode,
  type Document,
  type ParentNode,
} from "domhandler";

/** Of an element, where the root element has depth 1. Blink's `kMaximumHTMLParserDOMTreeDepth` is 512. */
const DEEPEST = 513;

/** Changes the tree in place. The order of the document stays. */
export function limitDepth(root: Document): void {
  let depth = 0;
  let node: AnyNode = root;
  for (;;) {
    if (depth === DEEPEST - 1 && hasChildren(node)) flattenBelow(node);
    if (hasChildren(node) && node.firstChild !== null) {
      node = node.firstChild;
      depth++;
      continue;
    }
    while (node.next === null) {
      if (node.parent === null) return;
      node = node.parent;
      depth--;
    }
    node = node.next;
  }
}

/** Makes all that is in a node its children. */
function flattenBelow(parent: ParentNode): void {
  if (!parent.children.some((child) => hasChildren(child) && child.children.length > 0)) return;
  const flat: ChildNode[] = [];
  const open = parent.children.toReversed();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    flat.push(node);
    if (!hasChildren(node)) continue;
    // The content of a template is a tree of its own.
    const content = isDocument(node) ? node : node.children.find(isDocument);
    if (content !== undefined) {
      flattenBelow(content);
      continue;
    }
    for (const child of node.children.toReversed()) open.push(child);
    node.children = [];
  }
  for (const [i, node] of flat.entries()) {
    node.parent = parent;
    node.prev = flat[i - 1] ?? null;
    node.next = flat[i + 1] ?? null;
  }
  parent.children = flat;
}
