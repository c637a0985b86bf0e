/** Computes a page's accessibility tree from its HTML alone, as Chromium would before normalisation. */

import { isTag, isText, type ChildNode, type Document, type Element, type Text } from "domhandler";
import { contentText, nameOf, type NameContext } from "./accessible-name.ts";
import { isNamedByContent } from "./naming-rules.ts";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { coveringDialog, isDisabled, isDropDown, isOpen, selectedOptions } from "./form-state.ts";
import { isCheckable } from "./input-types.ts";
import { statesOf } from "./node-states.ts";
import { valueText } from "./node-values.ts";
import type { RawNode, RawStates } from "./normalize-nodes.ts";
import { isPresentational } from "./focusable.ts";
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
  /** The text that a browser draws in an `<input>` that is a button. */
  impliedLabelOf(button: Element): Text | null;
  /** The summary that a browser adds to a `<details>` without one. */
  impliedSummaryOf(details: Element): Element | null;
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
  const dialog = coveringDialog(context.state);
  if (dialog !== null) appendShown(dialog, PLAIN, children, context);
  else for (const child of root.children) appendNode(child, null, PLAIN, children, context);
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
  if (namingIds.has(attribute(control, "id") ?? "")) return true;
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
  if (isNotRendered(element, state) || isHiddenFromTree(element, state)) return;
  if (parent !== null && parent.name === "details" && isFoldedAway(element, parent, state)) return;
  if (element.name === "label" && isRedundantLabel(element, context)) {
    appendControls(element, around, out, context);
    return;
  }
  appendShown(element, around, out, context);
}

/** Appends an element that is not hidden. */
function appendShown(
  element: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  const { state } = context;
  const inner = surroundings(element, around, context);
  const title = attribute(element, "title") ?? "";
  const isTitled = title !== "" && element.name !== "svg" && !isPresentational(element);
  const isWrapper = state.focused === element || isTitled;
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
    states: statesOf(element, role, inner, context),
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
  const isPlain = role === "generic" || role === "paragraph";
  return name === "" && isPlain && context.state.focused === element
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
  const label = context.impliedLabelOf(element);
  if (label !== null) appendNode(label, element, around, out, context);
  if (WITHOUT_CHILDREN.has(element.name)) return;
  if (element.name === "optgroup") {
    const select = closest(element, (e) => e.name === "select");
    if (select !== null) appendOptions(element, select, around, out, context);
    return;
  }
  if (element.name === "select") {
    appendOptions(element, element, around, out, context);
    return;
  }
  const summary = element.name === "details" ? context.impliedSummaryOf(element) : null;
  if (summary !== null) appendElement(summary, element, around, out, context);
  const folded = element.name === "details" && !isOpen(element, context.state);
  for (const child of context.childrenOf(element)) {
    if (folded && isText(child)) continue;
    appendNode(child, element, around, out, context);
  }
}

/**
 * Only options and their groups are content of a select. A drop-down lists even those that are not rendered, since its
 * list is not on the page; of a group that is not rendered it lists the options alone.
 */
function appendOptions(
  parent: Element,
  select: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  const isListed = isDropDown(select);
  for (const child of parent.children) {
    if (!isTag(child)) continue;
    if (child.name === "option") {
      if (isListed || !isNotRendered(child, context.state))
        appendShown(child, around, out, context);
    } else if (child.name === "optgroup") {
      if (!isNotRendered(child, context.state)) appendElement(child, parent, around, out, context);
      else if (isListed) appendOptions(child, select, around, out, context);
    }
  }
}
