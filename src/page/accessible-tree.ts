/** Computes a page's accessibility tree from its HTML alone, as Chromium would before normalisation. */

import { isTag, isText, type ChildNode, type Document, type Element } from "domhandler";
import { contentText, isNamedByContent, nameOf, type NameContext } from "./accessible-name.ts";
import { attribute, closest, flatChildren, hasAttribute, textContent } from "./dom.ts";
import {
  inputType,
  isCheckable,
  isChecked,
  isDisabled,
  isEditable,
  isOpen,
  isSecretElement,
  isTextField,
  optionLabel,
  selectedOptions,
  valueOf,
  type FormState,
} from "./form-state.ts";
import { MASKED_VALUE, type RawNode, type RawStates } from "./normalize-nodes.ts";
import { roleOf } from "./roles.ts";
import { isFoldedAway, isHiddenFromTree, isNotRendered, ownVisibility } from "./visibility.ts";

export interface TreeContext extends NameContext {
  readonly title: string;
  refOf(node: ChildNode | Document): string;
  /** Absolute URL of a reference, resolved against the base of the node's document. As written if it is not a URL. */
  resolve(reference: string): string;
  /** The control that a label belongs to. Null without one. */
  controlOf(label: Element): Element | null;
  /** The document inside a frame, if its HTML is known. */
  frameOf(frame: Element): Document | null;
}

/** What a node inherits from its surroundings. */
interface Surroundings {
  visible: boolean;
  ariaDisabled: boolean;
  /** The chosen options of the surrounding select. */
  chosen: ReadonlySet<Element> | null;
}

const PLAIN: Surroundings = { visible: true, ariaDisabled: false, chosen: null };
const NO_STATES: RawStates = {};
const NO_CHILDREN: RawNode[] = [];

export function accessibleTree(root: Document, context: TreeContext): RawNode {
  const children: RawNode[] = [];
  for (const child of root.children) appendNode(child, null, PLAIN, children, context);
  return {
    id: context.refOf(root),
    role: "RootWebArea",
    name: context.title,
    states: NO_STATES,
    ignored: false,
    children,
  };
}

/** The raw node of one control with its options, as in the whole tree. */
export function controlTree(control: Element, context: TreeContext): RawNode | null {
  const out: RawNode[] = [];
  const disabled = closest(control, (e) => attribute(e, "aria-disabled") === "true") !== null;
  appendElement(control, null, { ...PLAIN, ariaDisabled: disabled }, out, context);
  return out[0] ?? null;
}

/**
 * Whether the state of a control is part of the name of an element around it.
 *
 * @param namingIds ids that any `aria-labelledby` on the page refers to
 */
export function isPartOfName(
  control: Element,
  context: TreeContext,
  namingIds: ReadonlySet<string>,
): boolean {
  return (
    closest(control.parent, (e) => {
      if (e.name === "label") return context.controlOf(e) !== control;
      if (e.name === "legend" || e.name === "caption") return true;
      if (namingIds.has(attribute(e, "id") ?? "")) return true;
      const role = roleOf(e);
      return role !== null && isNamedByContent(e, role);
    }) !== null
  );
}

function appendNode(
  node: ChildNode,
  parent: Element | null,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  if (isText(node)) {
    if (around.visible && NOT_BLANK.test(node.data)) out.push(textNode(node, context));
    return;
  }
  if (isTag(node)) appendElement(node, parent, around, out, context);
}

const NOT_BLANK = /[^\s]/u;

function textNode(text: ChildNode & { data: string }, context: TreeContext): RawNode {
  return {
    id: context.refOf(text),
    role: "StaticText",
    name: text.data,
    states: NO_STATES,
    ignored: false,
    children: NO_CHILDREN,
  };
}

function appendElement(
  element: Element,
  parent: Element | null,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  const { state } = context;
  if (isNotRendered(element, state) || isHiddenFromTree(element)) return;
  if (parent !== null && parent.name === "details" && isFoldedAway(element, parent, state)) return;
  if (element.name === "label" && isRedundantLabel(element, context)) {
    appendControls(element, around, out, context);
    return;
  }
  const inner = surroundings(element, around, context);
  const title = attribute(element, "title") ?? "";
  const isWrapper = state.focused === element || (title !== "" && element.name !== "svg");
  const role = roleOf(element) ?? (isWrapper ? "generic" : null);
  if (role === null || !inner.visible) {
    appendChildren(element, inner, out, context);
    return;
  }
  const children: RawNode[] = [];
  const node: RawNode = {
    id: context.refOf(element),
    role,
    name: nameIn(element, role, context),
    states: statesOf(element, role, inner, state),
    ignored: false,
    children,
  };
  if (title !== "") node.title = title;
  const value = valueText(element, role, state);
  if (value !== "") node.value = value;
  const href = role === "link" ? attribute(element, "href") : undefined;
  if (href !== undefined) node.url = context.resolve(href);
  out.push(node);
  appendChildren(element, inner, children, context);
}

/**
 * Chromium's `IsRedundantLabel`: a label of plain text that repeats the name of its box or radio button.
 */
function isRedundantLabel(label: Element, context: TreeContext): boolean {
  const control = context.controlOf(label);
  if (control === null || !isCheckable(control)) return false;
  const otherwiseNamed = ["aria-label", "aria-labelledby", "title"].some(
    (name) => hasAttribute(control, name) || hasAttribute(label, name),
  );
  if (otherwiseNamed || hasAttribute(label, "tabindex")) return false;
  return label.children.every((child) => !isTag(child) || child === control);
}

function appendControls(
  label: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  for (const child of label.children)
    if (isTag(child)) appendElement(child, label, around, out, context);
}

/** A focused plain wrapper takes its name from its content, so that screen readers announce it. */
function nameIn(element: Element, role: string, context: TreeContext): string {
  const name = nameOf(element, role, context);
  return name === "" && role === "generic" && context.state.focused === element
    ? contentText(element, context, new Set([element]), false)
    : name;
}

function surroundings(element: Element, around: Surroundings, context: TreeContext): Surroundings {
  const visible = ownVisibility(element) ?? around.visible;
  const ariaDisabled =
    around.ariaDisabled ||
    attribute(element, "aria-disabled") === "true" ||
    (element.name === "select" && isDisabled(element));
  const chosen =
    element.name === "select" ? new Set(selectedOptions(element, context.state)) : around.chosen;
  return visible === around.visible &&
    ariaDisabled === around.ariaDisabled &&
    chosen === around.chosen
    ? around
    : { visible, ariaDisabled, chosen };
}

/** Elements whose content is a fallback, or repeats their name and value. */
const WITHOUT_CHILDREN = new Set([
  "audio",
  "rt",
  "input",
  "meter",
  "option",
  "progress",
  "textarea",
  "video",
]);

function appendChildren(
  element: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  if (element.name === "iframe") {
    const frame = context.frameOf(element);
    for (const child of frame?.children ?? []) appendNode(child, null, PLAIN, out, context);
    return;
  }
  if (WITHOUT_CHILDREN.has(element.name)) return;
  if (element.name === "select") {
    appendOptions(element, around, out, context);
    return;
  }
  const folded = element.name === "details" && !isOpen(element, context.state);
  for (const child of flatChildren(element)) {
    if (folded && isText(child)) continue;
    appendNode(child, element, around, out, context);
  }
}

/** Only options and their groups are content of a select. */
function appendOptions(
  select: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  for (const child of select.children) {
    if (isTag(child) && (child.name === "option" || child.name === "optgroup"))
      appendElement(child, select, around, out, context);
  }
}

const CHECKABLE_ROLES = new Set([
  "checkbox",
  "menuitemcheckbox",
  "menuitemradio",
  "radio",
  "switch",
]);
const SELECTABLE_ROLES = new Set(["tab", "treeitem"]);
const REQUIRABLE_ROLES = new Set(["combobox", "listbox", "searchbox", "spinbutton", "textbox"]);
const EXPANDABLE_ROLES = new Set(
  (
    "application button checkbox columnheader combobox gridcell link listbox menuitem menuitemcheckbox " +
    "menuitemradio row rowheader switch tab treeitem"
  ).split(" "),
);

function statesOf(
  element: Element,
  role: string,
  around: Surroundings,
  state: FormState,
): RawStates {
  const states: RawStates = {};
  const { attribs } = element;
  const disabled =
    (isDisabled(element) && element.name !== "fieldset" && element.name !== "optgroup") ||
    around.ariaDisabled;
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
  const selected = selectedState(element, role, around, disabled);
  if (selected !== null) states.selected = selected;
  const expanded = expandedState(element, role, state);
  if (expanded !== null) states.expanded = expanded;
  if (role === "combobox" && !takesText(element)) states.readonly = true;
  if (REQUIRABLE_ROLES.has(role)) {
    const required = hasAttribute(element, "required") && element.name !== "select";
    if (required || attribs["aria-required"] === "true") states.required = true;
  }
  return states;
}

/** Whether a combo box takes text. Of a native one, the options say enough. */
function takesText(combobox: Element): boolean {
  return combobox.name === "select" || isTextField(combobox) || isEditable(combobox);
}

/** In a field with several parts (day, month, …) the focus is on a part, which has no node. */
export function showsFocus(element: Element): boolean {
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
  around: Surroundings,
  disabled: boolean,
): boolean | null {
  if (element.name === "option") return disabled ? null : (around.chosen?.has(element) ?? false);
  const claimed = attribute(element, "aria-selected");
  if (SELECTABLE_ROLES.has(role)) return claimed === "true";
  if (["option", "gridcell", "row", "columnheader", "rowheader"].includes(role))
    return claimed === "true" ? true : claimed === "false" ? false : null;
  return null;
}

function expandedState(element: Element, role: string, state: FormState): boolean | null {
  if (role === "DisclosureTriangle") {
    const details = element.parent;
    return details !== null && isTag(details) && isOpen(details, state);
  }
  const claimed = attribute(element, "aria-expanded");
  if (EXPANDABLE_ROLES.has(role) && (claimed === "true" || claimed === "false"))
    return claimed === "true";
  return element.name === "select" && role === "combobox" ? false : null;
}

/** The value that a node shows. Empty without one. */
function valueText(element: Element, role: string, state: FormState): string {
  switch (element.name) {
    case "select":
      return role === "combobox" ? selectedOptions(element, state).map(optionLabel).join(" ") : "";
    case "textarea":
    case "input":
      return fieldValue(element, state);
    case "meter":
    case "progress": {
      const value = attribute(element, "value");
      return value === undefined || Number.isNaN(Number(value)) ? "" : String(Number(value));
    }
    default:
      return state.values.get(element) ?? ariaValue(element, role);
  }
}

function fieldValue(field: Element, state: FormState): string {
  if (field.name === "input" && VALUELESS_TYPES.has(inputType(field))) return "";
  const value = valueOf(field, state);
  return value !== "" && isSecretElement(field) ? MASKED_VALUE : value;
}

const VALUELESS_TYPES = new Set("hidden checkbox radio file submit image reset button".split(" "));

function ariaValue(element: Element, role: string): string {
  if (role === "textbox" || role === "searchbox" || role === "combobox")
    return textContent(element);
  if (["slider", "spinbutton", "progressbar", "meter", "scrollbar"].includes(role))
    return attribute(element, "aria-valuetext") ?? attribute(element, "aria-valuenow") ?? "";
  return "";
}
