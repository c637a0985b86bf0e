/** The states of a node in the accessibility tree: disabled, checked, expanded and so on. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, descendants, hasAttribute } from "./dom.ts";
import { isChecked, isDisabled, isDropDown, isOpen, type FormState } from "./form-state.ts";
import type { NameContext } from "./accessible-name.ts";
import { isFocusable } from "./focusable.ts";
import { invocationOf } from "./invokers.ts";
import { inputType, isCheckable, isEditable, isTextField } from "./input-types.ts";
import type { RawStates } from "./raw-node.ts";

/** What the states of a node depend on around it. */
export interface StateSurroundings {
  readonly ariaDisabled: boolean;
  /** The chosen options of the surrounding select. */
  readonly chosen: ReadonlySet<Element> | null;
}

const CHECKABLE_ROLES = new Set([
  "checkbox",
  "menuitemcheckbox",
  "menuitemradio",
  "radio",
  "switch",
]);
const SELECTABLE_ROLES = new Set(
  "option tab treeitem gridcell row columnheader rowheader".split(" "),
);
/** Items that the focus may select. */
const FOCUS_SELECTS = new Set(["option", "tab", "treeitem"]);
const REQUIRABLE_ROLES = new Set(["combobox", "listbox", "searchbox", "spinbutton", "textbox"]);
const EXPANDABLE_ROLES = new Set(
  (
    "application button checkbox columnheader combobox gridcell link menuitem menuitemcheckbox " +
    "menuitemradio row rowheader switch tab treeitem"
  ).split(" "),
);

export function statesOf(
  element: Element,
  role: string,
  around: StateSurroundings,
  context: Pick<NameContext, "state" | "byId">,
): RawStates {
  const { state } = context;
  const states: RawStates = {};
  const { attribs } = element;
  const disabled =
    element.name !== "optgroup" &&
    ((isDisabled(element) && element.name !== "fieldset") ||
      (attribs["aria-disabled"] === "true" && element.name !== "iframe") ||
      (around.ariaDisabled && takesOverDisabled(element)));
  if (disabled) states.disabled = true;
  if (state.focused === element && showsFocus(element)) states.focused = true;
  if (role === "heading") states.level = headingLevel(element);
  if (isCheckable(element)) states.checked = isChecked(element, state);
  else if (CHECKABLE_ROLES.has(role)) states.checked = tristate(attribs["aria-checked"]) ?? false;
  else if (attribs["aria-checked"] !== undefined && (role === "option" || role === "treeitem"))
    states.checked = tristate(attribs["aria-checked"]) ?? false;
  if (role === "button" && attribs["aria-pressed"] !== undefined) {
    const pressed = tristate(attribs["aria-pressed"]);
    if (pressed !== null) states.pressed = pressed;
  }
  const selected = selectedState(element, role, around, disabled, state);
  if (selected !== null) states.selected = selected;
  const expanded = expandedState(element, role, context);
  if (expanded !== null) states.expanded = expanded;
  if (role === "combobox" && !takesText(element)) states.readonly = true;
  if (REQUIRABLE_ROLES.has(role)) {
    const required =
      hasAttribute(element, "required") &&
      !(element.name === "select" && isDropDown(element)) &&
      // Chromium does not say it of a search field.
      inputType(element) !== "search";
    if (required || attribs["aria-required"] === "true") states.required = true;
  }
  return states;
}

/** What the keyboard reaches inside an element with `aria-disabled` is disabled too (Core-AAM), frames excepted. */
function takesOverDisabled(element: Element): boolean {
  return element.name === "option" || (isFocusable(element) && element.name !== "iframe");
}

/** Whether a combo box takes text. Of a native one, the options say enough. */
function takesText(combobox: Element): boolean {
  return combobox.name === "select" || isTextField(combobox) || isEditable(combobox);
}

/** In a field with several parts (day, month, …) the focus is on a part, and in a frame on its document: no node has it. */
export function showsFocus(element: Element): boolean {
  if (element.name === "iframe") return false;
  return element.name !== "input" || !HAS_PARTS.has(inputType(element));
}

const HAS_PARTS = new Set(["date", "month", "week", "time", "datetime-local"]);

function tristate(text: string | undefined): boolean | "mixed" | null {
  if (text === "true") return true;
  if (text === "false") return false;
  return text === "mixed" ? "mixed" : null;
}

function headingLevel(element: Element): number {
  const claimed = Number(attribute(element, "aria-level"));
  if (Number.isInteger(claimed) && claimed >= 1) return claimed;
  return /^h[1-6]$/u.test(element.name) ? Number(element.name[1]) : 2;
}

function selectedState(
  element: Element,
  role: string,
  around: StateSurroundings,
  disabled: boolean,
  { focused }: FormState,
): boolean | null {
  if (element.name === "option") return disabled ? null : (around.chosen?.has(element) ?? false);
  if (!SELECTABLE_ROLES.has(role)) return null;
  const claimed = attribute(element, "aria-selected");
  if (claimed === "true" || claimed === "false") return claimed === "true";
  return isSelectedByFocus(element, role) ? focused === element : null;
}

/** Whether an item is the selected one while it has the focus. */
export function isSelectedByFocus(item: Element, role: string): boolean {
  return FOCUS_SELECTS.has(role) && !hasAttribute(item, "aria-selected") && followsFocus(item);
}

/** As in Chromium: not among several choices, and not where an item says which one is chosen. */
function followsFocus(item: Element): boolean {
  const around = closest(item.parent, (e) => SELECTING.has(attribute(e, "role") ?? ""));
  if (around === null) return true;
  let follows = followingFocus.get(around);
  if (follows === undefined) {
    follows =
      attribute(around, "aria-multiselectable") !== "true" &&
      ![...descendants(around)].some(saysChoice);
    followingFocus.set(around, follows);
  }
  return follows;
}

function saysChoice(element: Element): boolean {
  const isOpenTab = attribute(element, "role") === "tab" && hasAttribute(element, "aria-expanded");
  return isOpenTab || ["aria-selected", "aria-checked"].some((name) => hasAttribute(element, name));
}

const SELECTING = new Set(["listbox", "tree", "tablist"]);
/** Caches it: it depends on the HTML only. */
const followingFocus = new WeakMap<Element, boolean>();

function expandedState(
  element: Element,
  role: string,
  { state, byId }: Pick<NameContext, "state" | "byId">,
): boolean | null {
  if (role === "DisclosureTriangle") {
    const details = element.parent;
    // Chromium gives no state to the summary that it adds itself.
    if (details === null || !isTag(details) || !details.children.includes(element)) return null;
    return isOpen(details, state);
  }
  if (element.name === "select" && role === "combobox") return false;
  const claimed = attribute(element, "aria-expanded");
  if (EXPANDABLE_ROLES.has(role) && (claimed === "true" || claimed === "false"))
    return claimed === "true";
  const invoked = role === "button" ? invocationOf(element, byId) : null;
  if (invoked?.command.endsWith("popover") === true && !isDisabled(element))
    return isOpen(invoked.target, state);
  return null;
}
