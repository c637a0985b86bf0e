/** Decides what a browser does not show, by HTML and inline styles. It does not read style sheets. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { inputType, isOpen, type FormState } from "./form-state.ts";

/** Elements with `display: none` in the browser's own style sheet. */
const NEVER_SHOWN = new Set(
  (
    "area base basefont datalist desc head link meta noembed noframes noscript param rp script source style template " +
    "title track"
  ).split(" "),
);

/** Whether an element and its content take no space on the page. */
export function isNotRendered(element: Element, state: FormState): boolean {
  const { name, attribs } = element;
  if (NEVER_SHOWN.has(name)) return true;
  if (attribs["hidden"] !== undefined) return true;
  if (name === "input" && inputType(element) === "hidden") return true;
  if (name === "dialog" && !isOpen(element, state)) return true;
  if (attribs["popover"] !== undefined && !isOpen(element, state)) return true;
  return attribs["style"] !== undefined && DISPLAY_NONE.test(attribs["style"]);
}

const DISPLAY_NONE = /(?:^|;)\s*display\s*:\s*none\b/iu;
const VISIBILITY = /(?:^|;)\s*visibility\s*:\s*(visible|hidden|collapse)\b/iu;

/** The visibility in an inline style. Null if there is none, so the parent's visibility applies. */
export function ownVisibility(element: Element): boolean | null {
  const style = attribute(element, "style");
  if (style === undefined) return null;
  const match = VISIBILITY.exec(style);
  return match === null ? null : match[1]?.toLowerCase() === "visible";
}

/** Hidden from assistive technology, though a person may see it. */
export function isHiddenFromTree(element: Element): boolean {
  return attribute(element, "aria-hidden") === "true" || hasAttribute(element, "inert");
}

/** Whether a closed `<details>` hides this child: all except the summary. */
export function isFoldedAway(child: Element | null, details: Element, state: FormState): boolean {
  if (details.name !== "details" || isOpen(details, state)) return false;
  const summary = details.children.find((node) => isTag(node) && node.name === "summary");
  return child === null || child !== summary;
}

/** Whether a person sees the element: the element and all its ancestors are rendered and visible. */
export function isVisible(element: Element, state: FormState): boolean {
  let visibility: boolean | null = null;
  let child: Element | null = null;
  const unseen = closest(element, (e) => {
    visibility ??= ownVisibility(e);
    const folded = child !== null && isFoldedAway(child, e, state);
    child = e;
    return isNotRendered(e, state) || folded;
  });
  return unseen === null && visibility !== false;
}
