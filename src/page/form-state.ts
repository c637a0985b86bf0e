/**
 * What a person or script changed in a page's controls since the page loaded. An overlay over the immutable document.
 * This file also reads a control's current state through it.
 */

import { isTag, type Element } from "domhandler";
import {
  attribute,
  closest,
  collapseSpace,
  descendants,
  hasAttribute,
  textContent,
} from "./dom.ts";
import { isSecretField } from "./secrets.ts";

export interface FormState {
  /** Text of edited fields. */
  readonly values: ReadonlyMap<Element, string>;
  /** Boxes and radio buttons that were set. */
  readonly checked: ReadonlyMap<Element, boolean>;
  /** Chosen options of selects that were set. */
  readonly selected: ReadonlyMap<Element, ReadonlySet<Element>>;
  /** `<details>` and `<dialog>` that were opened or closed. */
  readonly open: ReadonlyMap<Element, boolean>;
  readonly focused: Element | null;
}

export const UNTOUCHED: FormState = {
  values: new Map(),
  checked: new Map(),
  selected: new Map(),
  open: new Map(),
  focused: null,
};

/** Whether a snapshot of the page differs from its HTML. Focus is not part of the HTML. */
export function isTouched(state: FormState): boolean {
  return (
    state.values.size > 0 ||
    state.checked.size > 0 ||
    state.selected.size > 0 ||
    state.open.size > 0
  );
}

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

/** Whether the element holds a secret. */
export function isSecretElement(element: Element): boolean {
  return isSecretField(element.name, (name) => attribute(element, name));
}

/** Current value of an input, textarea or select, as the form would send it. */
export function valueOf(control: Element, state: FormState): string {
  const typed = state.values.get(control);
  if (typed !== undefined) return typed;
  if (control.name === "textarea") return textContent(control).replace(/\r\n?/gu, "\n");
  if (control.name === "select") {
    const [first] = selectedOptions(control, state);
    return first === undefined ? "" : optionValue(first);
  }
  return sanitizeValue(control, attribute(control, "value") ?? "");
}

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/u;
const DATE_LIKE: Record<string, RegExp> = {
  date: /^\d{4,}-\d\d-\d\d$/u,
  month: /^\d{4,}-\d\d$/u,
  week: /^\d{4,}-W\d\d$/u,
  time: /^\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/u,
  "datetime-local": /^\d{4,}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/u,
};

/** HTML's value sanitisation: turns a text into a value that this type of field accepts. */
export function sanitizeValue(input: Element, value: string): string {
  const type = input.name === "input" ? inputType(input) : "";
  if (type === "number") return NUMBER.test(value) ? value : "";
  if (type === "range") return clampRange(input, value);
  if (type === "color") return /^#[0-9a-f]{6}$/iu.test(value) ? value.toLowerCase() : "#000000";
  const pattern = DATE_LIKE[type];
  if (pattern !== undefined) return pattern.test(value) ? value : "";
  if (type === "email" || type === "url") return value.replace(/[\r\n]/gu, "").trim();
  return TEXT_TYPES.has(type) ? value.replace(/[\r\n]/gu, "") : value;
}

function clampRange(input: Element, value: string): string {
  const min = Number(attribute(input, "min") ?? 0) || 0;
  const given = Number(attribute(input, "max") ?? 100);
  const max = Math.max(min, Number.isNaN(given) ? 100 : given);
  if (!NUMBER.test(value)) return String(min + (max - min) / 2);
  const step = Number(attribute(input, "step") ?? 1) || 1;
  const clamped = Math.min(max, Math.max(min, Number(value)));
  return String(Math.min(max, min + Math.round((clamped - min) / step) * step));
}

export function isChecked(box: Element, state: FormState): boolean {
  const set = state.checked.get(box);
  if (set !== undefined) return set;
  if (!hasAttribute(box, "checked")) return false;
  if (inputType(box) !== "radio") return true;
  const group = radioGroup(box);
  if (group.some((other) => other !== box && state.checked.get(other) === true)) return false;
  return group.findLast((other) => hasAttribute(other, "checked")) === box;
}

/** All radio buttons in a button's group, including the button itself, in document order. */
export function radioGroup(radio: Element): Element[] {
  const name = attribute(radio, "name") ?? "";
  if (name === "") return [radio];
  const owner = formOwner(radio);
  const scope = rootOf(radio);
  const group: Element[] = [];
  for (const element of descendants(scope)) {
    if (
      element.name === "input" &&
      attribute(element, "name") === name &&
      inputType(element) === "radio" &&
      formOwner(element) === owner
    )
      group.push(element);
  }
  return group;
}

function rootOf(element: Element): Element {
  let node = element;
  for (let parent = node.parent; parent !== null; parent = parent.parent) {
    if (isTag(parent)) node = parent;
  }
  return node;
}

/** The form of a control: `form="id"`, otherwise the nearest form around it, otherwise one that its table emptied. */
export function formOwner(control: Element): Element | null {
  const id = attribute(control, "form");
  if (id === undefined)
    return closest(control.parent, (e) => e.name === "form") ?? formOfTable(control);
  for (const element of descendants(rootOf(control)))
    if (attribute(element, "id") === id) return element.name === "form" ? element : null;
  return null;
}

const TABLE_PARTS = new Set(["table", "thead", "tbody", "tfoot", "tr"]);

/**
 * A form that starts between the parts of a table (`<table><form><tr>…`) is empty in the tree, but owns the
 * controls after it. The tree does not show where its end tag stood, so this takes the last such form before the
 * control in its outermost table.
 */
function formOfTable(control: Element): Element | null {
  let table: Element | null = null;
  for (let node = control.parent; node !== null; node = node.parent)
    if (isTag(node) && node.name === "table") table = node;
  if (table === null) return null;
  let owner: Element | null = null;
  for (const element of descendants(table)) {
    if (element === control) break;
    const { name, parent, children } = element;
    if (name !== "form" || children.some((child) => isTag(child))) continue;
    if (parent !== null && isTag(parent) && TABLE_PARTS.has(parent.name)) owner = element;
  }
  return owner;
}

/** Options of a select in document order. */
export function optionsOf(select: Element): Element[] {
  const options: Element[] = [];
  for (const element of descendants(select)) if (element.name === "option") options.push(element);
  return options;
}

export function optionLabel(option: Element): string {
  const label = attribute(option, "label") ?? "";
  return collapseSpace(label === "" ? textContent(option) : label);
}

export function optionValue(option: Element): string {
  return attribute(option, "value") ?? collapseSpace(textContent(option));
}

export function isOptionDisabled(option: Element): boolean {
  const parent = option.parent;
  return (
    hasAttribute(option, "disabled") ||
    (parent !== null &&
      isTag(parent) &&
      parent.name === "optgroup" &&
      hasAttribute(parent, "disabled"))
  );
}

/** Whether a select shows one option at a time (a drop-down). */
export function isDropDown(select: Element): boolean {
  return !hasAttribute(select, "multiple") && Number(attribute(select, "size") ?? 0) <= 1;
}

export function selectedOptions(select: Element, state: FormState): Element[] {
  const options = optionsOf(select);
  const chosen = state.selected.get(select);
  if (chosen !== undefined) return options.filter((option) => chosen.has(option));
  const marked = options.filter((option) => hasAttribute(option, "selected"));
  if (hasAttribute(select, "multiple")) return marked;
  const last = marked.at(-1);
  if (last !== undefined) return [last];
  const first = isDropDown(select)
    ? options.find((option) => !isOptionDisabled(option))
    : undefined;
  return first === undefined ? [] : [first];
}

export function isOpen(element: Element, state: FormState): boolean {
  return state.open.get(element) ?? hasAttribute(element, "open");
}

const DISABLEABLE = new Set([
  "button",
  "input",
  "select",
  "textarea",
  "fieldset",
  "optgroup",
  "option",
]);

/** Disabled by its own attribute or by a fieldset around it (except in that fieldset's first legend). */
export function isDisabled(element: Element): boolean {
  if (!DISABLEABLE.has(element.name)) return false;
  if (element.name === "option") return isOptionDisabled(element);
  if (hasAttribute(element, "disabled")) return true;
  for (let child: Element = element; ;) {
    const parent = closest(child.parent, () => true);
    if (parent === null) return false;
    if (parent.name === "fieldset" && hasAttribute(parent, "disabled")) {
      const legend = parent.children.find((node) => isTag(node) && node.name === "legend");
      if (legend !== child) return true;
    }
    child = parent;
  }
}
