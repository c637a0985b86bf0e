/** What the keyboard or a click can reach, and what keeps its role against its author's word. */

import { isTag, type Element } from "domhandler";
import { attribute, hasAttribute } from "./dom.ts";
import { inputType } from "./input-types.ts";

const FOCUSABLE_TAGS = new Set(["button", "select", "textarea", "iframe"]);

/** Whether a click focuses the element, as far as HTML shows it. Callers do not ask about disabled controls. */
export function isFocusable(element: Element): boolean {
  if (hasAttribute(element, "tabindex") || hasAttribute(element, "contenteditable")) return true;
  if (FOCUSABLE_TAGS.has(element.name)) return true;
  if (element.name === "a" || element.name === "area") return hasAttribute(element, "href");
  if (element.name === "input") return inputType(element) !== "hidden";
  return element.name === "summary" && isSummaryOfDetails(element);
}

export function isSummaryOfDetails(summary: Element): boolean {
  const parent = summary.parent;
  if (parent === null || !isTag(parent) || parent.name !== "details") return false;
  const first = parent.children.find((child) => isTag(child) && child.name === "summary");
  // Without one, a browser adds a summary of its own, which is not a child.
  return first === undefined || first === summary;
}

/** Whether an element has no role by its author's word, and nothing speaks against it. */
export function isPresentational(node: Element["parent"]): boolean {
  if (node === null || !isTag(node)) return false;
  const role = attribute(node, "role");
  return (role === "none" || role === "presentation") && !keepsRole(node);
}

/** ARIA's rule: what the keyboard reaches, or what has an attribute of every role, stays in the tree. */
export function keepsRole(element: Element): boolean {
  return (
    isFocusable(element) || Object.keys(element.attribs).some((name) => OF_EVERY_ROLE.has(name))
  );
}

const OF_EVERY_ROLE = new Set(
  (
    "aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect aria-flowto " +
    "aria-grabbed aria-keyshortcuts aria-label aria-labelledby aria-live aria-owns aria-relevant aria-roledescription"
  ).split(" "),
);
