/** Decides what a browser does not show, by HTML and inline styles. It does not read style sheets. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { inputType } from "./input-types.ts";
import { isOpen, type FormState } from "./form-state.ts";

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
export function isHiddenFromTree(element: Element, state: FormState): boolean {
  return hasAttribute(element, "inert") || isAriaHidden(element, state);
}

export function claimsHidden(element: Element): boolean {
  const value = attribute(element, "aria-hidden")?.toLowerCase() ?? "";
  if (value === "" || value === "false" || value === "undefined") return false;
  return element.name !== "body" && element.name !== "html";
}

/** As in Chromium: any value but `false` hides, yet never the whole page, and nothing around the focus. */
export function isAriaHidden(element: Element, { focused, revealed }: FormState): boolean {
  if (!claimsHidden(element) || revealed?.has(element) === true) return false;
  return focused === null || closest(focused, (e) => e === element) === null;
}

/** Whether `visibility` lets an element be seen: its own, or the nearest one around it. */
export function isPainted(element: Element): boolean {
  let visibility: boolean | null = null;
  closest(element, (e) => (visibility = ownVisibility(e)) !== null);
  return visibility !== false;
}

const DISPLAY = /(?:^|;)\s*display\s*:\s*([\w-]+)/iu;
const OUT_OF_LINE =
  /(?:^|;)\s*(?:float\s*:\s*(?:left|right)|position\s*:\s*(?:absolute|fixed))\b/iu;

/** Whether an element is a box of its own, by its inline style and the browser's own style sheet. */
export function isBlock(element: Element): boolean {
  const style = attribute(element, "style");
  if (style === undefined) return BLOCKS.has(element.name);
  if (OUT_OF_LINE.test(style)) return true;
  const display = DISPLAY.exec(style)?.[1]?.toLowerCase();
  return display === undefined
    ? BLOCKS.has(element.name)
    : display !== "inline" && display !== "contents";
}

/** Elements that are block-level in the browser's own style sheet. */
const BLOCKS = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure " +
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre " +
    "search section summary table tbody td tfoot th thead tr ul xmp"
  ).split(" "),
);

/** Whether a closed `<details>` hides this child: all except the summary. */
export function isFoldedAway(child: Element | null, details: Element, state: FormState): boolean {
  if (details.name !== "details" || isOpen(details, state)) return false;
  if (child === null) return true;
  const first = details.children.find((node) => isTag(node) && node.name === "summary");
  return first === undefined ? child.name !== "summary" : child !== first;
}

/** Whether a person sees the element: the element and all its ancestors are rendered and visible. */
export function isVisible(element: Element, state: FormState): boolean {
  let visibility: boolean | null = null;
  let child: Element | null = null;
  const unseen = closest(element, (e) => {
    visibility ??= ownVisibility(e);
    const folded = child !== null && isFoldedAway(child, e, state);
    child = e;
    // The template of a shadow root holds what the page shows.
    return folded || (e.name !== "template" && isNotRendered(e, state));
  });
  return unseen === null && visibility !== false;
}
