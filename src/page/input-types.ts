/** The types of `<input>`, and what kind of control each is. */

import type { Element } from "domhandler";
import { attribute, closest, hasAttribute } from "./dom.ts";

/** An input's `type` as a browser reads it. `text` for unknown types. */
export function inputType(input: Element): string {
  const type = attribute(input, "type")?.toLowerCase() ?? "text";
  return KNOWN_TYPES.has(type) ? type : "text";
}

const KNOWN_TYPES = new Set(
  (
    "hidden text search tel url email password date month week time datetime-local number range color " +
    "checkbox radio file submit image reset button"
  ).split(" "),
);

/** Types whose value is free text. */
const TEXT_TYPES = new Set(["text", "search", "tel", "url", "email", "password", "number"]);
/** Types whose value comes from a picker. Typing (or a fill) takes the value in the type's own form. */
const PICKER_TYPES = new Set(["date", "month", "week", "time", "datetime-local", "color", "range"]);

export function isTextField(element: Element): boolean {
  return (
    element.name === "textarea" || (element.name === "input" && TEXT_TYPES.has(inputType(element)))
  );
}

export function isFillable(element: Element): boolean {
  return isTextField(element) || (element.name === "input" && PICKER_TYPES.has(inputType(element)));
}

/** Inputs whose click opens a pop-up of the browser, or whose value cannot be typed. */
export function isPicker(element: Element): boolean {
  return isFillable(element) && !isTextField(element);
}

/** `readonly` has no effect on sliders and colours. */
export function isReadOnly(field: Element): boolean {
  const isFixed = field.name === "input" && ["range", "color"].includes(inputType(field));
  return hasAttribute(field, "readonly") && isFillable(field) && !isFixed;
}

export function isEditable(element: Element): boolean {
  const host = closest(element, (e) => hasAttribute(e, "contenteditable"));
  return host !== null && attribute(host, "contenteditable") !== "false";
}

export function isCheckable(element: Element): boolean {
  if (element.name !== "input") return false;
  const type = inputType(element);
  return type === "checkbox" || type === "radio";
}
