/**
 * What a person or script changed in a page's controls since the page loaded. An overlay over the immutable document.
 * This file also reads a control's current state through it.
 */

import { isTag, type AnyNode, type Element } from "domhandler";
import {
  attribute,
  closestInTree,
  collapseSpace,
  descendants,
  documentOf,
  hasAttribute,
  textContent,
  treeRoot,
} from "./dom.ts";
import { FORM_ATTRIBUTE } from "./parse-html.ts";
import { sanitizeValue, typedNumber } from "./field-values.ts";
import { inputType } from "./input-types.ts";
import { isSecretField } from "./secrets.ts";
import { temporalScale } from "./temporal-values.ts";

/** In a recording: a drop-down whose choice a script removed. Without it, the first option is chosen. */
export const UNCHOSEN_ATTRIBUTE = "data-dreamgym-unchosen";

/** In a recording: a dialog that covers the page. The value says the order of several. */
export const MODAL_ATTRIBUTE = "data-dreamgym-modal";

export interface FormState {
  /** Text of edited fields. In a field of a number or date, this may be none: see `hasBadInput`. */
  readonly values: ReadonlyMap<Element, string>;
  /** Boxes and radio buttons that were set. */
  readonly checked: ReadonlyMap<Element, boolean>;
  /** Chosen options of selects that were set. */
  readonly selected: ReadonlyMap<Element, ReadonlySet<Element>>;
  /** `<details>` and `<dialog>` that were opened or closed. */
  readonly open: ReadonlyMap<Element, boolean>;
  readonly focused: Element | null;
  /** The caret in the focused field, or the part of a date that has the focus. Absent: at the end. */
  readonly selection?: { readonly anchor: number; readonly caret: number };
  /** Where Tab starts while nothing has the focus: what was clicked last. */
  readonly startsAt?: Element;
  /** What `aria-hidden` hid until the focus came: a browser shows it from then on. */
  readonly revealed?: ReadonlySet<Element>;
  /** Dialogs that came to cover the page. */
  readonly modal?: ReadonlySet<Element>;
  /** What had the focus when a popover or dialog opened. */
  readonly openers?: ReadonlyMap<Element, Element | null>;
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

/** Whether a control was set since the page loaded. */
export function isTouchedControl(control: Element, state: FormState): boolean {
  return state.values.has(control) || state.checked.has(control) || state.selected.has(control);
}

/** Whether the element holds a secret. */
export function isSecretElement(element: Element): boolean {
  return isSecretField(element.name, (name) => attribute(element, name));
}

function isNumberField(control: Element): boolean {
  return control.name === "input" && inputType(control) === "number";
}

function isTemporal(control: Element): boolean {
  return control.name === "input" && temporalScale(inputType(control)) !== null;
}

/** Whether a field holds a text that is not a value: a browser keeps it, and does not send the form. */
export function hasBadInput(field: Element, state: FormState): boolean {
  const typed = state.values.get(field) ?? "";
  return (
    typed !== "" && (isNumberField(field) || isTemporal(field)) && valueOf(field, state) === ""
  );
}

/** Current value of a field, as the form would send it. */
export function valueOf(control: Element, state: FormState): string {
  const typed = state.values.get(control);
  if (typed !== undefined) {
    if (isNumberField(control)) return typedNumber(typed);
    return isTemporal(control) ? sanitizeValue(control, typed) : typed;
  }
  if (control.name === "textarea") return textContent(control).replace(/\r\n?/gu, "\n");
  if (control.name === "select") {
    const [first] = selectedOptions(control, state);
    return first === undefined ? "" : optionValue(first);
  }
  return sanitizeValue(control, attribute(control, "value") ?? "");
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
  const group: Element[] = [];
  for (const element of descendants(treeRoot(radio))) {
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

/** The form of a control: `form="id"`, otherwise the one that the parser gave it to, otherwise the nearest form around. */
export function formOwner(control: Element): Element | null {
  const id = attribute(control, "form");
  const given = attribute(control, FORM_ATTRIBUTE);
  if (id === undefined && given === undefined)
    return closestInTree(control.parent, (e) => e.name === "form");
  for (const element of descendants(treeRoot(control))) {
    const isForm = element.name === "form";
    if (id !== undefined && attribute(element, "id") === id) return isForm ? element : null;
    if (id === undefined && isForm && attribute(element, FORM_ATTRIBUTE) === given) return element;
  }
  return null;
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
  const first =
    isDropDown(select) && !hasAttribute(select, UNCHOSEN_ATTRIBUTE)
      ? options.find((option) => !isOptionDisabled(option))
      : undefined;
  return first === undefined ? [] : [first];
}

/** Whether a dialog covers the page around it. */
export function isModal(dialog: Element, state: FormState): boolean {
  if (state.modal?.has(dialog) === true) return true;
  return hasAttribute(dialog, MODAL_ATTRIBUTE) && isOpen(dialog, state);
}

/**
 * The dialog that covers a document, which may be a frame's. Null without one.
 *
 * @param recorded dialogs that covered the page when it was recorded, in their order
 */
export function coveringDialog(
  document: AnyNode,
  recorded: readonly Element[],
  state: FormState,
): Element | null {
  if (recorded.length === 0 && state.modal === undefined) return null;
  const modals = new Set([
    ...recorded.filter((dialog) => isModal(dialog, state)),
    ...(state.modal ?? []),
  ]);
  return [...modals].findLast((dialog) => documentOf(dialog) === document) ?? null;
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
    const { parent } = child;
    if (parent === null || !isTag(parent)) return false;
    if (parent.name === "fieldset" && hasAttribute(parent, "disabled")) {
      const legend = parent.children.find((node) => isTag(node) && node.name === "legend");
      if (legend !== child) return true;
    }
    child = parent;
  }
}
