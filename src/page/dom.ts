/** Small helpers on parsed HTML for every file of this room. They follow shadow roots and slots. */

import { isTag, isText, type AnyNode, type ChildNode, type Element } from "domhandler";

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

/** All elements below a node, without the node itself, in document order. Includes template contents. */
export function* descendants(node: AnyNode): Generator<Element> {
  if (!("children" in node)) return;
  for (const child of node.children) {
    if (isTag(child)) yield child;
    yield* descendants(child);
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

/** The declarative shadow root of a host. Null for an element without one. */
function shadowRoot(host: Element): readonly ChildNode[] | null {
  for (const child of host.children) {
    if (isTag(child) && child.name === "template" && hasAttribute(child, "shadowrootmode"))
      return child.children.flatMap((content) => ("children" in content ? content.children : []));
  }
  return null;
}

/**
 * The children that a browser lays out: a host's shadow root replaces its children, and a slot's assigned nodes
 * replace its fallback.
 */
export function flatChildren(element: Element): readonly ChildNode[] {
  const first = element.children[0];
  if (first === undefined && element.name !== "slot") return element.children;
  if (element.name === "slot") return slotted(element) ?? element.children;
  return hasTemplateChild(element) ? (shadowRoot(element) ?? element.children) : element.children;
}

function hasTemplateChild(element: Element): boolean {
  return element.children.some((child) => isTag(child) && child.name === "template");
}

/** The host's children that a slot shows. Null if the slot is not in a shadow tree or has none. */
function slotted(slot: Element): ChildNode[] | null {
  const template = closest(slot, (e) => e.name === "template" && hasAttribute(e, "shadowrootmode"));
  const host = template?.parent;
  if (!host || !isTag(host)) return null;
  const name = attribute(slot, "name") ?? "";
  const assigned = host.children.filter((child) => {
    if (isTag(child)) return child !== template && (attribute(child, "slot") ?? "") === name;
    return name === "" && isText(child);
  });
  return assigned.some((child) => isTag(child) || (isText(child) && child.data.trim() !== ""))
    ? assigned
    : null;
}
