/** Popovers and dialogs by HTML's rules: what opens and closes them, and where the focus goes. */

import type { Element } from "domhandler";
import { attribute, closest, flatDescendants, hasAttribute } from "../page/dom.ts";
import { withFocus, withGivenFocus, withOpen } from "../page/edit-state.ts";
import { isDisabled, isModal, isOpen, type FormState } from "../page/form-state.ts";
import { invocationOf, type Invocation } from "../page/invokers.ts";
import { frameAround } from "../page/loaded-frames.ts";
import type { PageDocument } from "../page/page-document.ts";
import { isFocusable } from "../page/focusable.ts";
import { isInert, isVisible } from "../page/visibility.ts";

export function invoke(
  { target, command }: Invocation,
  button: Element,
  document: PageDocument,
  state: FormState,
): FormState {
  const isShown = isOpen(target, state);
  switch (command) {
    case "show-modal":
      return isShown ? state : showModal(target, document, state);
    case "close":
      return isShown ? close(target, document, state) : state;
    case "toggle-popover":
      return isShown
        ? close(target, document, state)
        : showPopover(target, button, document, state);
    case "show-popover":
      return isShown ? state : showPopover(target, button, document, state);
    case "hide-popover":
      return isShown ? close(target, document, state) : state;
  }
}

/** Open popovers and modal dialogs, the latest last. Those of a recording were open before, popovers over dialogs. */
function layers(document: PageDocument, state: FormState): Element[] {
  const before = document.elements.filter(
    (e) => hasAttribute(e, "popover") && hasAttribute(e, "open") && !state.open.has(e),
  );
  const since = [...state.open].flatMap(([element, open]) =>
    open && (hasAttribute(element, "popover") || state.modal?.has(element) === true)
      ? [element]
      : [],
  );
  const covering = document.modals.filter((e) => isModal(e, state) && !state.open.has(e));
  return [...covering, ...before, ...since];
}

/** Popovers that close by themselves, unlike `manual` ones. */
function isAuto(element: Element): boolean {
  const kind = attribute(element, "popover")?.toLowerCase();
  return kind === "" || kind === "auto" || kind === "hint";
}

function isHint(element: Element): boolean {
  return attribute(element, "popover")?.toLowerCase() === "hint";
}

function showPopover(
  popover: Element,
  button: Element | null,
  document: PageDocument,
  state: FormState,
): FormState {
  let shown = state;
  if (isAuto(popover)) {
    const kept = button === null ? [popover] : [popover, button];
    for (const other of layers(document, state))
      if (
        isAuto(other) &&
        isHint(other) === isHint(popover) &&
        !holds(other, kept, document, state)
      )
        shown = close(other, document, shown);
  }
  return opened(popover, document, shown);
}

function showModal(dialog: Element, document: PageDocument, state: FormState): FormState {
  return opened(dialog, document, {
    ...state,
    modal: new Set([...(state.modal ?? []), dialog]),
  });
}

/** Opens an overlay above all others, and moves the focus into it. */
function opened(element: Element, document: PageDocument, state: FormState): FormState {
  const open = new Map(state.open);
  open.delete(element);
  const openers = new Map(state.openers).set(element, state.focused);
  const shown: FormState = { ...state, open: open.set(element, true), openers };
  return withGivenFocus(shown, firstFocus(element, document, shown) ?? state.focused);
}

/** What gets the focus in an overlay: what asks for it, otherwise a dialog's first control or the dialog itself. */
function firstFocus(overlay: Element, document: PageDocument, state: FormState): Element | null {
  const all = [...flatDescendants(overlay)].flatMap((e) => [e, document.impliedSummaryOf(e) ?? []]);
  const inside = all
    .flat()
    .filter((e) => isFocusable(e) && !isDisabled(e) && isVisible(e, state) && !isInert(e, state));
  const asking = inside.find((e) => hasAttribute(e, "autofocus"));
  if (asking !== undefined || overlay.name !== "dialog") return asking ?? null;
  return hasAttribute(overlay, "autofocus") ? overlay : (inside[0] ?? overlay);
}

/** Closes an overlay and those that opened from it. The focus returns to where it was before. */
export function close(overlay: Element, document: PageDocument, state: FormState): FormState {
  let closed = state;
  for (const other of layers(document, state))
    if (other !== overlay && isAuto(other) && holds(overlay, [other], document, state))
      closed = withOpen(closed, other, false);
  closed = withOpen(closed, overlay, false);
  if (state.modal?.has(overlay) === true) {
    const modal = new Set(state.modal);
    modal.delete(overlay);
    closed = { ...closed, modal };
  }
  const isInside = state.focused !== null && closest(state.focused, (e) => e === overlay) !== null;
  return isInside || isModal(overlay, state)
    ? withFocus(closed, state.openers?.get(overlay) ?? null)
    : closed;
}

/** Whether elements stand in an overlay, or in a popover that a button in it opens. */
function holds(
  overlay: Element,
  elements: readonly Element[],
  document: PageDocument,
  state: FormState,
): boolean {
  return elements.some((element) => {
    if (closest(element, (e) => e === overlay) !== null) return true;
    const around = closest(element, (e) => hasAttribute(e, "popover"));
    const opener = around === null ? null : (state.openers?.get(around) ?? null);
    return opener !== null && opener !== element && closest(opener, (e) => e === overlay) !== null;
  });
}

/** A click outside of a popover, and not on its own button, closes it. One in a frame does not reach the page. */
export function dismissedBy(hit: Element, document: PageDocument, state: FormState): FormState {
  const open = layers(document, state).filter(isAuto);
  if (open.length === 0 || frameAround(hit, document.frames) !== null) return state;
  const button = closest(hit, (e) => e.name === "button" || e.name === "input");
  const invoked =
    button === null ? null : invocationOf(button, (id, near) => document.byId(id, near));
  const kept = invoked === null ? [hit] : [hit, invoked.target];
  let left = state;
  for (const popover of open.toReversed())
    if (!holds(popover, kept, document, state)) left = close(popover, document, left);
  return left;
}

/** Escape closes the latest overlay. Null if none is open. */
export function escaped(document: PageDocument, state: FormState): FormState | null {
  const top = layers(document, state).findLast(
    (layer) => !hasAttribute(layer, "popover") || isAuto(layer),
  );
  return top === undefined ? null : close(top, document, state);
}
