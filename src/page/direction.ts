/** The writing direction of an element, after HTML's `dir` attribute. */

import type { Element } from "domhandler";
import { attribute, closest, textContent } from "./dom.ts";

/** @param value what a field holds: `dir=auto` goes by it */
export function directionOf(field: Element, value: string): "ltr" | "rtl" {
  const around = closest(field, (e) => isDirection(attribute(e, "dir")));
  if (around === null) return "ltr";
  const direction = attribute(around, "dir")?.toLowerCase();
  if (direction !== "auto") return direction === "rtl" ? "rtl" : "ltr";
  return directionOfText(around === field ? value : textContent(around));
}

function isDirection(text: string | undefined): boolean {
  return text !== undefined && /^(?:ltr|rtl|auto)$/iu.test(text);
}

/** Letters of the scripts that are written from right to left: Hebrew, Arabic and their neighbours. */
const FIRST_STRONG =
  /[\u0591-\u08FF\uFB1D-\uFDFD\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]|\p{L}/u;
const RIGHT_TO_LEFT =
  /[\u0591-\u08FF\uFB1D-\uFDFD\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/** The direction of the first letter. */
function directionOfText(text: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.test(FIRST_STRONG.exec(text)?.[0] ?? "") ? "rtl" : "ltr";
}
