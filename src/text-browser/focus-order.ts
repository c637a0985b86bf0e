/** Where Tab moves the focus. */

import { isDocument, isTag, type AnyNode, type Element } from "domhandler";
import { attribute, closest, documentOf, flatChildren, treeRoot } from "../page/dom.ts";
import { withFocus } from "../page/edit-state.ts";
import {
  coveringDialog,
  isChecked,
  isDisabled,
  radioGroup,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { inputType, isEditable, isTextField } from "../page/input-types.ts";
import type { PageDocument } from "../page/page-document.ts";
import { isFocusable } from "../page/focusable.ts";
import { isInert, isVisible } from "../page/visibility.ts";

/** The state after Tab (1) or Shift+Tab (-1). */
export function withNextFocus(by: -1 | 1, document: PageDocument, state: FormState): FormState {
  const { focused } = state;
  const parts = focused === null ? 1 : partsOf(focused);
  const part = (state.selection?.caret ?? 0) + by;
  if (parts > 1 && part >= 0 && part < parts)
    return { ...state, selection: { anchor: part, caret: part } };
  const order = flatElements(document, state);
  const stops = order.filter((element) => isStop(element, document, state));
  const next = nextStop(by, stops, order, state);
  const moved = withFocus(state, next);
  if (next === null) return moved;
  if (partsOf(next) > 1 && by === -1) {
    const last = partsOf(next) - 1;
    return { ...moved, selection: { anchor: last, caret: last } };
  }
  if (next.name === "textarea" || isEditable(next))
    return { ...moved, selection: { anchor: 0, caret: 0 } };
  // A field of one line that Tab reaches has its text chosen.
  return next.name === "input" && isTextField(next)
    ? { ...moved, selection: { anchor: 0, caret: valueOf(next, state).length } }
    : moved;
}

function nextStop(
  by: -1 | 1,
  stops: readonly Element[],
  order: readonly Element[],
  { focused, startsAt }: FormState,
): Element | null {
  const sorted = inTabOrder(stops);
  const from = focused ?? startsAt ?? null;
  if (from === null) return (by === 1 ? sorted[0] : sorted.at(-1)) ?? null;
  const at = sorted.indexOf(from);
  if (at !== -1) return sorted[at + by] ?? null;
  // From a place that is not a stop, the order of the document decides.
  const place = by === 1 ? order.indexOf(from) : startOfWayBack(from, order);
  const plain = stops.filter((stop) => tabIndex(stop) === 0);
  // Forward, a pointer behind all stops starts again at the first.
  return by === 1
    ? (plain.find((stop) => order.indexOf(stop) > place) ?? sorted[0] ?? null)
    : (plain.findLast((stop) => order.indexOf(stop) < place) ?? null);
}

/** Back from a document without a focus starts at its end. */
function startOfWayBack(from: Element, order: readonly Element[]): number {
  const { parent } = from;
  const isWhole = parent !== null && isDocument(parent) && parent.parent === null;
  return isWhole
    ? order.findLastIndex((element) => treeRoot(element) === parent) + 1
    : order.indexOf(from);
}

/** Positive `tabindex` first, in its order; the rest in the order of the document. */
function inTabOrder(stops: readonly Element[]): Element[] {
  const rank = (element: Element): number => tabIndex(element) || Number.MAX_SAFE_INTEGER;
  return stops.toSorted((one, other) => rank(one) - rank(other));
}

function tabIndex(element: Element): number {
  return Number.parseInt(attribute(element, "tabindex") ?? "0", 10) || 0;
}

function isStop(element: Element, document: PageDocument, state: FormState): boolean {
  if (tabIndex(element) < 0 || !isFocusable(element) || isDisabled(element)) return false;
  if (!isReachable(element, document, state)) return false;
  return element.name !== "input" || inputType(element) !== "radio" || isRadioStop(element, state);
}

/** Whether nothing hides the element, and neither `inert` nor a dialog in its document keeps hands from it. */
function isReachable(element: Element, { modals }: PageDocument, state: FormState): boolean {
  const modal = coveringDialog(documentOf(element), modals, state);
  const isCovered = modal !== null && closest(element, (e) => e === modal) === null;
  return !isCovered && isVisible(element, state) && !isInert(element, state);
}

/** Tab stops once in a group of radio buttons: at the one that is ticked, if there is one. */
function isRadioStop(radio: Element, state: FormState): boolean {
  const group = radioGroup(radio);
  if (state.focused !== radio && state.focused !== null && group.includes(state.focused))
    return false;
  return isChecked(radio, state) || !group.some((other) => isChecked(other, state));
}

/** The parts of a field that Tab visits one after another: day, month, year and so on, and the button of its picker. */
export function partsOf(element: Element): number {
  if (element.name !== "input") return 1;
  return PARTS[inputType(element)] ?? 1;
}

/** In English (US). */
const PARTS: Record<string, number> = {
  date: 4,
  month: 3,
  week: 3,
  time: 4,
  "datetime-local": 7,
};

/**
 * All elements in the order that the page shows: those of shadow roots, slots and frames where they appear. A frame itself
 * takes the focus only if nothing in it does.
 */
function flatElements(document: PageDocument, state: FormState): Element[] {
  const { root } = document;
  const elements: Element[] = [];
  const visit = (children: readonly AnyNode[]): void => {
    for (const child of children) {
      if (!isTag(child)) continue;
      const frame = document.frames.get(child);
      const start = elements.length;
      if (frame !== undefined && isReachable(child, document, state)) visit(frame.children);
      if (!elements.slice(start).some(isFocusable)) elements.push(child);
      const summary = document.impliedSummaryOf(child);
      if (summary !== null) elements.push(summary);
      visit(flatChildren(child));
    }
  };
  visit("children" in root ? root.children : []);
  return elements;
}
