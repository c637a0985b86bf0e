/** Computes a page's accessibility tree from its HTML alone, as Chromium would before normalisation. */

import { isTag, isText, type ChildNode, type Document, type Element, type Text } from "domhandler";
import { contentText, nameOf, type NameContext } from "./accessible-name.ts";
import { clickabilityIn } from "./click-targets.ts";
import { attribute, closest } from "./dom.ts";
import { holdsLines } from "./display.ts";
import { coveringDialog, isDropDown, isOpen, type FormState } from "./form-state.ts";
import { statesOf } from "./node-states.ts";
import { valueText } from "./node-values.ts";
import type { RawNode, RawStates } from "./raw-node.ts";
import { isPresentational } from "./focusable.ts";
import { isRedundantLabel } from "./label-use.ts";
import { roleOf } from "./roles.ts";
import { shownMarker } from "./list-markers.ts";
import { PLAIN, surroundingsIn, type Surroundings } from "./surroundings.ts";
import {
  isFoldedAway,
  isHiddenFromTree,
  isNotRendered,
  isOutOfSight,
  isPainted,
  skipsContent,
} from "./visibility.ts";

export interface TreeContext extends NameContext {
  readonly title: string;
  /** Dialogs that covered a document when it was recorded. */
  readonly modals: readonly Element[];
  refOf(node: ChildNode | Document): string;
  /** Absolute URL of a reference, resolved against the base of the node's document. As written if it is not a URL. */
  resolve(reference: string): string;
  /** The control that a label belongs to. Null without one. */
  controlOf: (label: Element) => Element | null;
  /** The document inside a frame, if its HTML is known. */
  frameOf(frame: Element): Document | null;
  /** What `aria-owns` gives to an element and those inside it, with its owner. */
  ownedWithin(element: Element): readonly (readonly [owner: Element, owned: Element])[];
  /** The text that a browser draws in an `<input>` that is a button. */
  impliedLabelOf(button: Element): Text | null;
}

const NO_STATES: RawStates = {};
const NO_CHILDREN: RawNode[] = [];

export function accessibleTree(root: Document, context: TreeContext): RawNode {
  const children: RawNode[] = [];
  appendDocument(root, children, context);
  return {
    id: context.refOf(root),
    role: "RootWebArea",
    name: context.title,
    states: NO_STATES,
    ignored: false,
    children,
  };
}

function appendDocument(document: Document, out: RawNode[], context: TreeContext): void {
  const dialog = coveringDialog(document, context.modals, context.state);
  if (dialog !== null) appendShown(dialog, PLAIN, out, context);
  else for (const child of document.children) appendNode(child, null, PLAIN, out, context);
}

/** The raw node of one control with its options, as in the whole tree. */
export function controlTree(control: Element, context: TreeContext): RawNode | null {
  const out: RawNode[] = [];
  const disabled = closest(control, (e) => attribute(e, "aria-disabled") === "true") !== null;
  appendElement(control, null, { ...PLAIN, ariaDisabled: disabled }, out, context);
  return out[0] ?? null;
}

function appendNode(
  node: ChildNode,
  parent: Element | null,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  if (isText(node)) {
    if (around.visible && NOT_BLANK.test(node.data))
      out.push(textNode(context.refOf(node), node.data));
    return;
  }
  if (isTag(node)) appendElement(node, parent, around, out, context);
}

const NOT_BLANK = /[^\s]/u;

/** @param id `0` for a text that a browser draws, without a node in the document */
function textNode(id: string, text: string): RawNode {
  return {
    id,
    role: "StaticText",
    name: text,
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
  const isMoved = parent !== null && element.parent !== parent;
  if (isMoved && isOutOfSight(element, state)) return;
  if (isNotRendered(element, state) || isHiddenFromTree(element, state)) {
    if (clickabilityIn(element.attribs, element.name) === "shown")
      out.push({ ...textNode(context.refOf(element), ""), role: "generic", click: "shown" });
    // What an element that nobody sees owns stands in its place.
    for (const [owner, owned] of context.ownedWithin(element))
      appendElement(owned, owner, { ...around, visible: isPainted(owned) }, out, context);
    return;
  }
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
  const inner = surroundingsIn(element, around, context.state);
  const title = attribute(element, "title") ?? "";
  const isTitled = title !== "" && takesTitleOnly(element);
  const isWrapper = state.focused === element || isTitled;
  const click = clickabilityIn(element.attribs, element.name);
  const role = roleOf(element) ?? (isWrapper || click !== null ? "generic" : null);
  if (role === null || !inner.visible) {
    appendChildren(element, inner, out, context);
    return;
  }
  const children: RawNode[] = [];
  const name = nameIn(element, role, context);
  if (name === "" && isOnlyAround(element, role, state)) {
    appendChildren(element, inner, out, context);
    return;
  }
  const node: RawNode = {
    id: context.refOf(element),
    role,
    name,
    states: statesOf(element, role, inner, context),
    ignored: false,
    children,
  };
  if (title !== "") node.title = title;
  if (click !== null) node.click = click;
  const value = valueText(element, role, state);
  if (value !== "") node.value = value;
  const href = role === "link" ? attribute(element, "href") : undefined;
  if (href !== undefined) node.url = context.resolve(href);
  out.push(node);
  appendChildren(element, inner, children, context);
}

/** As in Chromium, an address without lines of its own is not a group. */
function isOnlyAround(element: Element, role: string, state: FormState): boolean {
  return (
    element.name === "address" &&
    role === "group" &&
    state.focused !== element &&
    !holdsLines(element, (child) => !isNotRendered(child, state))
  );
}

/** Whether a title makes a node of an element without a role. */
function takesTitleOnly(element: Element): boolean {
  return element.name !== "svg" && element.name !== "img" && !isPresentational(element);
}

function appendControls(
  label: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  const inner = surroundingsIn(label, around, context.state);
  for (const child of label.children)
    if (isTag(child)) appendElement(child, label, inner, out, context);
}

/** A focused plain wrapper takes its name from its content, so that screen readers announce it. */
function nameIn(element: Element, role: string, context: TreeContext): string {
  const name = nameOf(element, role, context);
  const isPlain = role === "generic" || role === "paragraph";
  return name === "" && isPlain && context.state.focused === element
    ? contentText(element, context, new Set([element]), false)
    : name;
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
    const frame = around.visible ? context.frameOf(element) : null;
    if (frame !== null) appendDocument(frame, out, context);
    return;
  }
  if (skipsContent(element, context.state)) return;
  const label = context.impliedLabelOf(element);
  if (label !== null) appendNode(label, element, around, out, context);
  if (element.name === "input") appendOwned(element, around, out, context);
  if (WITHOUT_CHILDREN.has(element.name)) return;
  if (element.name === "optgroup") {
    const select = closest(element, (e) => e.name === "select");
    if (select !== null) appendOptions(element, select, around, out, context);
    return;
  }
  if (element.name === "select") {
    appendOptions(element, element, around, out, context);
    appendOwned(element, around, out, context);
    return;
  }
  const summary = element.name === "details" ? context.impliedSummaryOf(element) : null;
  if (summary !== null) appendElement(summary, element, around, out, context);
  const folded = element.name === "details" && !isOpen(element, context.state);
  const marker = element.name === "li" ? shownMarker(element) : "";
  if (marker !== "" && around.visible) out.push(textNode("0", marker));
  for (const child of context.childrenOf(element)) {
    if (folded && isText(child)) continue;
    const isMoved = isTag(child) && child.parent !== element && isTag(child.parent ?? element);
    const inside = isMoved && !around.visible ? { ...around, visible: isPainted(child) } : around;
    appendNode(child, element, inside, out, context);
  }
}

/** What `aria-owns` brings into a control. */
function appendOwned(
  control: Element,
  around: Surroundings,
  out: RawNode[],
  context: TreeContext,
): void {
  for (const child of context.childrenOf(control))
    if (isTag(child) && child.parent !== control)
      appendElement(child, control, around, out, context);
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
