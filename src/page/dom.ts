/** Small helpers on parsed HTML for every file of this room. They follow shadow roots and slots. */

import { isDocument, isTag, isText, type AnyNode, type ChildNode, type Element } from "domhandler";

export function attribute(element: Element, name: string): string | undefined {
  return element.attribs[name];
}

export function hasAttribute(element: Element, name: string): boolean {
  return element.attribs[name] !== undefined;
}

/** The nearest ancestor (or the element itself) that passes, or null. Crosses shadow roots. */
export function closest(
  start: AnyNode | null,
  passes: (element: Element) => boolean,
): Element | null {
  for (let node = start; node !== null; node = node.parent) {
    if (isTag(node) && passes(node)) return node;
  }
  return null;
}

/** The nearest ancestor (or the element itself) that passes and is in the same tree, or null. */
export function closestInTree(
  start: AnyNode | null,
  passes: (element: Element) => boolean,
): Element | null {
  for (let node = start; node !== null && !isDocument(node); node = node.parent) {
    if (isTag(node) && passes(node)) return node;
  }
  return null;
}

/**
 * The root of a node's tree. The content of a `<template>` is a tree of its own: a shadow root's, or one that the page
 * does not show. Ids, forms and labels do not cross the border of a tree.
 */
export function treeRoot(node: AnyNode): AnyNode {
  let root = node;
  while (!isDocument(root) && root.parent !== null) root = root.parent;
  return root;
}

/** The document that a node is in: the page's, or that of a frame. */
export function documentOf(node: AnyNode): AnyNode {
  let root = node;
  while (root.parent !== null) root = root.parent;
  return root;
}

/** All elements of one tree below a node, without the node itself, in document order. */
export function* descendants(root: AnyNode): Generator<Element> {
  let node = "children" in root ? firstElement(root.children[0] ?? null) : null;
  while (node !== null) {
    yield node;
    let next = firstElement(node.children[0] ?? null);
    for (let at: Element = node; next === null && at !== root;) {
      next = firstElement(at.next);
      const { parent }: Element = at;
      if (next !== null || parent === null || parent === root || !isTag(parent)) break;
      at = parent;
    }
    node = next;
  }
}

/** A node or the next one after it that is an element. */
function firstElement(start: ChildNode | null): Element | null {
  for (let node = start; node !== null; node = node.next) if (isTag(node)) return node;
  return null;
}

/** All elements below a node, those in templates included, without the node itself, in document order. */
export function* allDescendants(node: AnyNode): Generator<Element> {
  if (!("children" in node)) return;
  for (const child of node.children) {
    if (isTag(child)) yield child;
    yield* allDescendants(child);
  }
}

/** The text of a node, like `textContent`. */
export function textContent(node: AnyNode): string {
  if (isText(node)) return node.data;
  if (!("children" in node)) return "";
  let text = "";
  for (const child of node.children) text += textContent(child);
  return text;
}

/** The parts of a space-separated attribute. */
export function tokens(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(/\s+/u).filter((token) => token !== "");
}

/** White space collapsed to single blanks and trimmed. */
export function collapseSpace(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}

/** Elements of HTML that may have a shadow root, besides those whose name has a dash. */
const SHADOW_HOSTS = new Set(
  "article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span".split(
    " ",
  ),
);

/** The template that is the declarative shadow root of its parent: the first one. */
function shadowTemplate(host: Element): Element | null {
  if (!SHADOW_HOSTS.has(host.name) && !host.name.includes("-")) return null;
  for (const child of host.children) {
    if (!isTag(child) || child.name !== "template") continue;
    const mode = attribute(child, "shadowrootmode")?.toLowerCase();
    if (mode === "open" || mode === "closed") return child;
  }
  return null;
}

/** The host of the shadow root that a node is in. Null outside of shadow roots. */
export function shadowHost(node: AnyNode): Element | null {
  const template = treeRoot(node).parent;
  if (template === null || !isTag(template)) return null;
  const host = template.parent;
  return host !== null && isTag(host) && shadowTemplate(host) === template ? host : null;
}

/**
 * The children that a browser lays out: a host's shadow root replaces its children, and a slot's assigned nodes
 * replace its fallback.
 */
export function flatChildren(element: Element): readonly ChildNode[] {
  const first = element.children[0];
  if (first === undefined && element.name !== "slot") return element.children;
  if (element.name === "slot") return slotted(element) ?? element.children;
  const template = hasTemplateChild(element) ? shadowTemplate(element) : null;
  return template === null
    ? element.children
    : template.children.flatMap((content) => ("children" in content ? content.children : []));
}

/** All elements that a browser lays out below another one, in the order that it shows them. */
export function* flatDescendants(element: Element): Generator<Element> {
  for (const child of flatChildren(element)) {
    if (!isTag(child)) continue;
    yield child;
    yield* flatDescendants(child);
  }
}

function hasTemplateChild(element: Element): boolean {
  return element.children.some((child) => isTag(child) && child.name === "template");
}

/** The host's children that a slot shows. Null if the slot is not in a shadow tree or has none. */
function slotted(slot: Element): ChildNode[] | null {
  const host = shadowHost(slot);
  if (host === null) return null;
  const name = attribute(slot, "name") ?? "";
  const template = shadowTemplate(host);
  const assigned = host.children.filter((child) => {
    if (isTag(child)) return child !== template && (attribute(child, "slot") ?? "") === name;
    return name === "" && isText(child);
  });
  return assigned.length > 0 ? assigned : null;
}
