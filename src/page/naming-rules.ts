/** Which sources name an element: its content, its title, or attributes of its own. */

import { isTag, type Element } from "domhandler";
import { attribute, hasAttribute, textContent } from "./dom.ts";
import { isFocusable } from "./focusable.ts";
import { inputType } from "./input-types.ts";
import { NAMED_BY_CONTENT } from "./named-by-content.ts";

const LABELABLE = new Set(["button", "input", "meter", "output", "progress", "select", "textarea"]);

export function isLabelable(element: Element): boolean {
  return (
    LABELABLE.has(element.name) && !(element.name === "input" && inputType(element) === "hidden")
  );
}

export function isNamedByContent(element: Element, role: string): boolean {
  return NAMED_BY_CONTENT.has(role) && (role !== "row" || isInGrid(element));
}

function isInGrid(element: Element): boolean {
  for (let node = element.parent; node !== null; node = node.parent)
    if (isTag(node) && ["grid", "treegrid"].includes(attribute(node, "role") ?? "")) return true;
  return false;
}

/** Roles that ARIA forbids to name, as far as HTML gives them. */
const NAMELESS = new Set(
  "code definition deletion emphasis generic insertion mark paragraph strong subscript superscript time".split(
    " ",
  ),
);

/** Where a name is forbidden, a title is only a description, unless the keyboard can reach the element. */
export function takesTitle(element: Element, role: string): boolean {
  if (element.name === "input" && inputType(element) === "button")
    return !hasAttribute(element, "value");
  return !NAMELESS.has(role) || isFocusable(element);
}

/** Roles without a name from content. An empty native name is final. */
export function isAlwaysNative(element: Element): boolean {
  return element.name === "option" || (element.name === "input" && isButtonInput(element));
}

function isButtonInput(input: Element): boolean {
  const type = inputType(input);
  return (
    attribute(input, "value") !== undefined &&
    (type === "submit" || type === "reset" || type === "button")
  );
}

export function inputName(input: Element): string | null {
  const type = inputType(input);
  switch (type) {
    case "submit":
      return attribute(input, "value") ?? "Submit";
    case "reset":
      return attribute(input, "value") ?? "Reset";
    case "button":
      return attribute(input, "value") ?? null;
    case "image":
      return firstFilled(input, "alt", "value", "title") ?? "Submit";
    case "file":
      return firstFilled(input, "title") ?? "Choose File";
    default:
      return firstFilled(input, "title", "placeholder", "aria-placeholder");
  }
}

export function firstFilled(element: Element, ...names: string[]): string | null {
  for (const name of names) {
    const text = attribute(element, name);
    if (text !== undefined && text.trim() !== "") return text;
  }
  return null;
}

/** Whether a browser added the summary. */
export function isImplied(summary: Element): boolean {
  return summary.parent !== null && !summary.parent.children.includes(summary);
}

export function svgTitle(svg: Element): string | null {
  const title = svg.children.find((node): node is Element => isTag(node) && node.name === "title");
  return title === undefined ? null : textContent(title);
}

/** Controls stand apart from the text around them in a name. */
export function isControl(element: Element): boolean {
  return (
    ["button", "input", "select", "textarea"].includes(element.name) ||
    (hasAttribute(element, "role") &&
      ["button", "checkbox", "radio", "switch", "textbox", "combobox"].includes(
        attribute(element, "role") ?? "",
      ))
  );
}
