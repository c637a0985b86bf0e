/**
 * Accessible names from HTML, after accname 1.2 and HTML-AAM, with the spacing that Chromium puts between the pieces
 * of a name from content (`AXObject::TextFromDescendants`).
 */

import { isTag, isText, type ChildNode, type Element } from "domhandler";
import { attribute, closest, collapseSpace, hasAttribute, tokens } from "./dom.ts";
import { optionLabel, type FormState } from "./form-state.ts";
import {
  firstFilled,
  inputName,
  isAlwaysNative,
  isImplied,
  isLabelable,
  isNamedByContent,
  svgTitle,
  takesTitle,
} from "./naming-rules.ts";
import { embeddedValue } from "./node-values.ts";
import { roleOf } from "./roles.ts";
import {
  isAriaHidden,
  isBlock,
  isFoldedAway,
  isNotRendered,
  isPainted,
  isVisible,
  ownVisibility,
} from "./visibility.ts";

/** What naming needs from the whole page. */
export interface NameContext {
  readonly state: FormState;
  /** The element with this id in the tree of another one, or null. */
  byId(id: string, near: Element): Element | null;
  /** The `<label>`s of a control, in document order. */
  labelsOf(control: Element): readonly Element[];
  /** Whether the name so far follows an `aria-labelledby`: another one on the way does not count. */
  readonly isReferring?: boolean;
  /** The children that the tree gives an element. */
  childrenOf(element: Element): readonly ChildNode[];
}

/** Roles whose content does not count towards the name of an element around them. */
const CLOSED_TO_NAMES = new Set(
  (
    "alert alertdialog application article Audio banner blockquote ColorWell combobox complementary contentinfo Date " +
    "DateTime dialog document feed figure form grid group Iframe image img InputTime listbox log main marquee menu " +
    "menubar meter navigation note PluginObject progressbar radiogroup search searchbox slider spinbutton status " +
    "tablist table tabpanel textbox timer toolbar tree treegrid Video"
  ).split(" "),
);

/** The name of an element with a role. White space is not collapsed yet. */
export function nameOf(element: Element, role: string, context: NameContext): string {
  const authored = labelledBy(element, context) ?? ariaLabel(element);
  if (authored !== null) return authored;
  const native = nativeName(element, context, new Set([element]));
  if (native !== null && (native !== "" || isAlwaysNative(element))) return native;
  if (isNamedByContent(element, role)) {
    const content = contentText(element, context, new Set([element]), false);
    if (content.trim() !== "") return content;
  }
  return takesTitle(element, role) ? (attribute(element, "title") ?? "") : "";
}

function ariaLabel(element: Element): string | null {
  const label = attribute(element, "aria-label");
  return label !== undefined && label.trim() !== "" ? label : null;
}

function labelledBy(element: Element, context: NameContext): string | null {
  const ids = attribute(element, "aria-labelledby");
  if (ids === undefined) return null;
  const parts: string[] = [];
  for (const id of tokens(ids)) {
    const target = context.byId(id, element);
    if (target === null) continue;
    const isHidden = isNotRendered(target, context.state) || !isPainted(target);
    const referring = { ...context, isReferring: true };
    parts.push(alternativeText(target, referring, new Set(), isHidden, true).text);
  }
  const text = collapseSpace(parts.join(" "));
  return text === "" ? null : text;
}

/** The name from HTML itself. Null if HTML gives the element none. */
function nativeName(element: Element, context: NameContext, visited: Set<Element>): string | null {
  if (isLabelable(element)) {
    const labels = context.labelsOf(element).filter((label) => !visited.has(label));
    const seen = labels.filter((label) => isSeen(label, context.state));
    const texts = seen.map((label) => contentText(label, context, new Set(visited), false));
    const text = collapseSpace(texts.join(" "));
    // A label that nobody sees still keeps other sources from naming the control.
    if (text !== "" || seen.length < labels.length) return text;
  }
  switch (element.name) {
    case "input":
      return inputName(element);
    case "textarea":
      return firstFilled(element, "title", "placeholder", "aria-placeholder");
    case "img":
    case "area":
      return attribute(element, "alt") ?? null;
    case "option":
      return optionLabel(element);
    case "optgroup":
      return attribute(element, "label") ?? "";
    case "fieldset":
      return childText(element, "legend", context, visited);
    case "table":
      return (
        childText(element, "caption", context, visited) ?? attribute(element, "summary") ?? null
      );
    case "summary":
      return isImplied(element) ? "Details" : null;
    case "svg":
    case "math":
      return svgTitle(element);
    default:
      return null;
  }
}

function isSeen(label: Element, state: FormState): boolean {
  return isVisible(label, state) && closest(label, (e) => isAriaHidden(e, state)) === null;
}

function childText(
  element: Element,
  tag: string,
  context: NameContext,
  visited: Set<Element>,
): string | null {
  const child = element.children.find((node): node is Element => isTag(node) && node.name === tag);
  return child === undefined ? null : contentText(child, context, visited, false);
}

interface Piece {
  text: string;
  /** Whether the text is written there, rather than an attribute or a value. */
  isContent: boolean;
}

/** Controls whose content is never text of a name. */
const HOLDS_NO_TEXT = new Set(["input", "select", "textarea"]);

/**
 * What an element adds to the name of another element.
 *
 * @param isReferred whether `aria-labelledby` names it: its content then counts, whatever its role
 */
function alternativeText(
  element: Element,
  context: NameContext,
  visited: Set<Element>,
  showHidden: boolean,
  isReferred = false,
): Piece {
  if (visited.has(element)) return { text: "", isContent: true };
  visited.add(element);
  const role = roleOf(element) ?? "generic";
  const embedded = embeddedValue(element, context.state);
  if (embedded !== "") return { text: embedded, isContent: false };
  const reference = context.isReferring === true ? null : labelledBy(element, context);
  const label = reference ?? ariaLabel(element) ?? nativeName(element, context, visited);
  if (label !== null && label.trim() !== "") return { text: label, isContent: false };
  if ((isReferred && !HOLDS_NO_TEXT.has(element.name)) || !CLOSED_TO_NAMES.has(role)) {
    const text = contentText(element, context, visited, showHidden);
    if (text.trim() !== "") return { text, isContent: true };
  }
  return takesTitle(element, role)
    ? { text: attribute(element, "title") ?? "", isContent: false }
    : { text: "", isContent: true };
}

/**
 * The text of an element. A blank separates pieces in different blocks, and pieces next to a control or an attribute's
 * text. Pieces in one line of text get no blank.
 */
export function contentText(
  element: Element,
  context: NameContext,
  visited: Set<Element>,
  showHidden: boolean,
): string {
  let text = "";
  let before: { block: Element | null; isApart: boolean } | null = null;

  const add = (piece: string, block: Element | null, isApart: boolean): void => {
    if (piece === "") return;
    if (before !== null && text !== "" && !endsInSpace(text) && !startsWithSpace(piece)) {
      if (before.block !== block || before.isApart || isApart) text += " ";
    }
    text += piece;
    before = { block, isApart };
  };

  const visit = (
    children: readonly ChildNode[],
    block: Element | null,
    parent: Element,
    isSeen: boolean,
  ): void => {
    for (const child of children) {
      if (isText(child)) {
        if (isSeen) add(child.data, block, false);
        continue;
      }
      if (!isTag(child)) continue;
      if (child.name === "br") {
        add("\n", block, false);
        continue;
      }
      if (!showHidden && isLeftOut(child, parent, context.state)) continue;
      const isBox = isBlock(child);
      const own = isBox ? child : block;
      // What `aria-owns` brings here stands apart.
      const isMoved = child.parent !== parent && hasAttribute(parent, "aria-owns");
      const isChildSeen = showHidden || (ownVisibility(child) ?? isSeen);
      const isPlain = roleOf(child) === null && !isBox && !isMoved && child.name !== "img";
      if (isPlain || !isChildSeen) {
        visit(context.childrenOf(child), isBox ? child : block, child, isChildSeen);
        continue;
      }
      const piece = alternativeText(child, context, visited, showHidden);
      add(piece.text, own, isMoved || !piece.isContent || isControl(child));
    }
  };

  const isSeen = showHidden || ownVisibility(element) !== false;
  visit(context.childrenOf(element), isBlock(element) ? element : null, element, isSeen);
  return text;
}

function isLeftOut(child: Element, parent: Element, state: FormState): boolean {
  return (
    isNotRendered(child, state) ||
    isAriaHidden(child, state) ||
    (parent.name === "details" && isFoldedAway(child, parent, state))
  );
}

function isControl(element: Element): boolean {
  return (
    element.name === "button" ||
    element.name === "input" ||
    element.name === "select" ||
    element.name === "textarea" ||
    (hasAttribute(element, "role") &&
      ["button", "checkbox", "radio", "switch", "textbox", "combobox"].includes(
        attribute(element, "role") ?? "",
      ))
  );
}

function startsWithSpace(text: string): boolean {
  return /^\s/u.test(text);
}

function endsInSpace(text: string): boolean {
  return /\s$/u.test(text);
}
