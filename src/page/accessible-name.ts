/**
 * Accessible names from HTML, after accname 1.2 and HTML-AAM, with the spacing that Chromium puts between the pieces
 * of a name from content (`AXObject::TextFromDescendants`).
 */

import { isTag, isText, type ChildNode, type Element } from "domhandler";
import { attribute, closest, collapseSpace, hasAttribute, tokens } from "./dom.ts";
import { isPresentational } from "./focusable.ts";
import { optionLabel, type FormState } from "./form-state.ts";
import { inputType } from "./input-types.ts";
import {
  firstFilled,
  inputName,
  isAlwaysNative,
  isControl,
  isImplied,
  isLabelable,
  isNamedByContent,
  svgTitle,
  takesTitle,
} from "./naming-rules.ts";
import { NameText } from "./name-text.ts";
import { embeddedValue } from "./node-values.ts";
import { pickerText } from "./picker-text.ts";
import { roleOf } from "./roles.ts";
import { isBlock } from "./display.ts";
import {
  isAriaHidden,
  isFoldedAway,
  isInert,
  isNotRendered,
  isPainted,
  isVisible,
  ownVisibility,
  skipsContent,
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
  /** Whether what it follows is folded away or inert: its texts do not count. */
  readonly isTextless?: boolean;
  /** The children that the tree gives an element. */
  childrenOf(element: Element): readonly ChildNode[];
  /** The summary that a browser adds to a `<details>` without one. */
  impliedSummaryOf(details: Element): Element | null;
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

/** Groups by their tag alone, which are open to names. */
const OPEN_GROUPS = new Set(["address", "details"]);

/** The name of an element with a role. White space is not collapsed yet. */
export function nameOf(element: Element, role: string, context: NameContext): string {
  const authored =
    labelledBy(element, context) ??
    ariaLabel(element) ??
    labelText(element, context, new Set([element]));
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
    const isTextless = isUnreachable(target, context);
    const isHidden = isTextless || isNotRendered(target, context.state) || !isPainted(target);
    const referring = { ...context, isReferring: true, isTextless };
    const visited = new Set(target === element ? [] : [element]);
    parts.push(alternativeText(target, referring, visited, isHidden, target === element).text);
  }
  const text = collapseSpace(parts.join(" "));
  return text === "" ? null : text;
}

/** Whether an element is in the closed part of a `<details>` or the skipped content of another one, or inert. */
function isUnreachable(target: Element, { state }: NameContext): boolean {
  let inner: Element | null = null;
  const around = closest(target, (e) => {
    const isFolded = inner !== null && isFoldedAway(inner, e, state);
    inner = e;
    return isFolded || skipsContent(e, state);
  });
  return around !== null || isInert(target, state);
}

/** The name that labels give a control, even an empty one: no other source then names it. Null without a label. */
function labelText(element: Element, context: NameContext, visited: Set<Element>): string | null {
  if (!isLabelable(element)) return null;
  const labels = context.labelsOf(element).filter((label) => !visited.has(label));
  if (labels.length === 0) return null;
  // A label in another one counts once.
  const passed = new Set(visited);
  const texts = labels
    .filter((label) => isSeen(label, context.state))
    .map((label) =>
      passed.has(label)
        ? ""
        : ((context.isReferring === true ? null : labelledBy(label, context)) ??
          ariaLabel(label) ??
          filledOr(contentText(label, context, passed, false), attribute(label, "title"))),
    );
  return collapseSpace(texts.join(" "));
}

function filledOr(text: string, other = ""): string {
  return text.trim() === "" ? other : text;
}

/** The name from HTML itself, without labels. Null if HTML gives the element none. */
function nativeName(element: Element, context: NameContext, visited: Set<Element>): string | null {
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
      // Without its role it has no caption: that is content like the rest.
      if (isPresentational(element)) return null;
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
  if (child === undefined || skipsContent(element, context.state)) return null;
  return contentText(child, context, visited, false);
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
 * @param isItself whether the element refers to itself: its value then counts least, and a choice not at all
 */
function alternativeText(
  element: Element,
  context: NameContext,
  visited: Set<Element>,
  showHidden: boolean,
  isItself = false,
): Piece {
  if (visited.has(element)) return { text: "", isContent: true };
  visited.add(element);
  const role = roleOf(element) ?? "generic";
  const embedded = isItself ? "" : embeddedValue(element, context.state);
  if (embedded !== "") return { text: embedded, isContent: false };
  const reference = context.isReferring === true ? null : labelledBy(element, context);
  const label =
    reference ??
    ariaLabel(element) ??
    labelText(element, context, visited) ??
    nativeName(element, context, visited);
  if (label !== null && label.trim() !== "") return { text: label, isContent: false };
  const parts = context.isReferring === true ? pickerText(element, context.state) : "";
  if (parts !== "") return { text: parts, isContent: false };
  // What `aria-labelledby` names counts with its content, whatever its role.
  const isOpen = context.isReferring === true && !HOLDS_NO_TEXT.has(element.name);
  const isOpenGroup = role === "group" && OPEN_GROUPS.has(element.name);
  if (isOpen || isOpenGroup || !CLOSED_TO_NAMES.has(role)) {
    const text = contentText(element, context, visited, showHidden);
    if (text.trim() !== "") return { text, isContent: true };
  }
  const takesOwnTitle = context.isReferring === true || takesTitle(element, role);
  const title = takesOwnTitle ? (attribute(element, "title") ?? "") : "";
  const isOwnText = isItself && title === "" && element.name !== "select";
  const text = isOwnText ? embeddedValue(element, context.state) : title;
  return { text, isContent: !takesOwnTitle && text === "" };
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
  const written = new NameText();
  const visit = (
    children: readonly ChildNode[],
    block: Element | null,
    parent: Element,
    isSeen: boolean,
  ): void => {
    if (!showHidden && skipsContent(parent, context.state)) return;
    for (const child of children) {
      if (isText(child)) {
        const isFolded = !showHidden && isFoldedAway(null, parent, context.state);
        if (isSeen && !isFolded && context.isTextless !== true)
          written.add(child.data, block, false);
        continue;
      }
      if (!isTag(child)) continue;
      if (child.name === "br") {
        written.add("\n", block, false);
        continue;
      }
      if (!showHidden && isLeftOut(child, parent, context.state)) continue;
      const isBox = isBlock(child);
      const own = isBox ? child : block;
      // What `aria-owns` brings here stands apart.
      const isMoved = child.parent !== parent && hasAttribute(parent, "aria-owns");
      const isChildSeen = showHidden || (ownVisibility(child) ?? isSeen);
      const isPlain = roleOf(child) === null && !isBox && !isMoved && child.name !== "img";
      // The text that a browser draws in a button counts, even invisible.
      if (isPlain || (!isChildSeen && !isDrawnButton(child))) {
        written.quote(child, block, () =>
          visit(context.childrenOf(child), isBox ? child : block, child, isChildSeen),
        );
        continue;
      }
      const piece = alternativeText(child, context, visited, showHidden);
      written.add(piece.text, own, isMoved || !piece.isContent || isControl(child));
    }
  };

  const isSeen = showHidden || ownVisibility(element) !== false;
  const block = isBlock(element) ? element : null;
  const summary = context.impliedSummaryOf(element);
  if (summary !== null) visit([summary], block, element, isSeen);
  written.quote(element, block, () => visit(context.childrenOf(element), block, element, isSeen));
  return written.text;
}

function isLeftOut(child: Element, parent: Element, state: FormState): boolean {
  return (
    isNotRendered(child, state) ||
    isAriaHidden(child, state) ||
    // The text that a browser draws in a button is not inert.
    (hasAttribute(child, "inert") && !isDrawnButton(child)) ||
    (parent.name === "details" && isFoldedAway(child, parent, state))
  );
}

function isDrawnButton(element: Element): boolean {
  return element.name === "input" && /^(?:submit|reset|button)$/u.test(inputType(element));
}
