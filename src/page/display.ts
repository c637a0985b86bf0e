/** How an element is laid out, by its inline style and the browser's own style sheet. */

import { isTag, isText, type Element } from "domhandler";
import { attribute } from "./dom.ts";

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

/** Elements that are block-level in the browser's own style sheet, and slots: they stand apart in names. */
const BLOCKS = new Set(
  (
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure " +
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p plaintext pre " +
    "search section slot summary table tbody td tfoot th thead tr ul xmp"
  ).split(" "),
);

/** Whether an element lays out lines of text rather than boxes. */
export function holdsLines(element: Element, isRendered: (child: Element) => boolean): boolean {
  let hasLine = false;
  for (const child of element.children) {
    if (isText(child)) hasLine ||= child.data.trim() !== "";
    if (!isTag(child) || !isRendered(child)) continue;
    if (OUT_OF_LINE.test(attribute(child, "style") ?? "")) continue;
    if (isBlock(child)) return false;
    hasLine = true;
  }
  return hasLine;
}
