/** Decides what a browser does not show, by HTML and inline styles. It does not read style sheets. */

import { isTag, type Element } from "domhandler";
import { isBlock } from "./display.ts";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { inputType } from "./input-types.ts";
import { isModal, isOpen, type FormState } from "./form-state.ts";

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
  if (attribs["hidden"] !== undefined && !isUntilFound(element)) return true;
  if (name === "input" && inputType(element) === "hidden") return true;
  if (name === "dialog" && !isOpen(element, state)) return true;
  if (attribs["popover"] !== undefined && !isOpen(element, state)) return true;
  return attribs["style"] !== undefined && DISPLAY_NONE.test(attribs["style"]);
}

/** `hidden=until-found` hides the content of an element until a search or a link leads there. */
export function isUntilFound({ attribs }: Element): boolean {
  return attribs["hidden"]?.toLowerCase() === "until-found";
}

/** Whether the content of an element that is shown itself is left out (`content-visibility`). */
export function skipsContent(element: Element, state: FormState): boolean {
  const { hidden, style } = element.attribs;
  const isSkipping =
    (hidden !== undefined && isUntilFound(element) && state.open.get(element) !== true) ||
    (style !== undefined && CONTENT_HIDDEN.test(style));
  // It does nothing to lines of text and to tables.
  return isSkipping && element.name !== "table" && (isBlock(element) || element.name === "button");
}

const CONTENT_HIDDEN = /(?:^|;)\s*content-visibility\s*:\s*hidden\b/iu;
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
export function isHiddenFromTree(element: Element, state: FormState): boolean {
  return hasAttribute(element, "inert") || isAriaHidden(element, state);
}

/** Whether neither hand nor key reaches the element: it, or something around it below a dialog that covers the page, is inert. */
export function isInert(element: Element, state: FormState): boolean {
  const nearest = closest(element, (e) => hasAttribute(e, "inert") || isModal(e, state));
  return nearest !== null && hasAttribute(nearest, "inert");
}

export function claimsHidden(element: Element): boolean {
  const value = attribute(element, "aria-hidden")?.toLowerCase() ?? "";
  if (value === "" || value === "false" || value === "undefined") return false;
  return element.name !== "body" && element.name !== "html";
}

/**
 * As in Chromium: any value but `false` hides, yet never the whole page, and nothing around the focus. What is around a
 * frame stays hidden.
 */
export function isAriaHidden(element: Element, { focused, revealed }: FormState): boolean {
  if (!claimsHidden(element) || revealed?.has(element) === true) return false;
  if (focused === null || focused.name === "iframe") return true;
  return closest(focused, (e) => e === element) === null;
}

/** Whether `visibility` lets an element be seen: its own, or the nearest one around it. */
export function isPainted(element: Element): boolean {
  let visibility: boolean | null = null;
  closest(element, (e) => (visibility = ownVisibility(e)) !== null);
  return visibility !== false;
}

/** Whether a closed `<details>` hides this child: all except the summary. */
export function isFoldedAway(child: Element | null, details: Element, state: FormState): boolean {
  if (details.name !== "details" || isOpen(details, state)) return false;
  if (child === null) return true;
  const first = details.children.find((node) => isTag(node) && node.name === "summary");
  return first === undefined ? child.name !== "summary" : child !== first;
}

/** Whether something around an element keeps it from being rendered. */
export function isOutOfSight(element: Element, state: FormState): boolean {
  let child = element;
  const around = closest(element.parent, (e) => {
    const isFolded = isFoldedAway(child, e, state) || skipsContent(e, state);
    child = e;
    // The template of a shadow root holds what the page shows.
    return isFolded || (e.name !== "template" && isNotRendered(e, state));
  });
  return around !== null;
}

/** Whether a person sees the element: the element and all its ancestors are rendered and visible. */
export function isVisible(element: Element, state: FormState): boolean {
  return !isNotRendered(element, state) && !isOutOfSight(element, state) && isPainted(element);
}
