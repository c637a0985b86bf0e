/**
 * The browser's own effect of an input event on a page's controls: it types text, chooses an option, or ticks a
 * box. The text browser applies it to its own page. The measures of a dream apply it to recorded pages.
 */

import type { Element } from "domhandler";
import type { PageEvent } from "../core/experience.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import { collapseSpace, textContent } from "../page/dom.ts";
import { counterpart, withPicked, withValue } from "../page/edit-state.ts";
import {
  isChecked,
  isOpen,
  isOptionDisabled,
  optionLabel,
  optionsOf,
  selectedOptions,
  UNTOUCHED,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { isEditable, isFillable } from "../page/input-types.ts";
import { parseKeyCombination } from "../page/keys.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { takeSnapshot } from "../page/snapshot.ts";
import { activationOf } from "./activation.ts";
import { keyEffect } from "./key-effect.ts";

/** A `PageEvent` with its element in the document. Null for a key press without focus. */
export interface InputEvent {
  kind: PageEvent["kind"];
  element: Element | null;
  text: string | null;
}

/** The form state after an event that no script answers. Following a link or sending a form changes no control. */
export function effectOf(event: InputEvent, document: PageDocument, state: FormState): FormState {
  const { kind, element, text } = event;
  if (kind === "press") return pressed(text ?? "", document, { ...state, focused: element });
  if (element === null) return state;
  switch (kind) {
    case "type":
      return isFillable(element) || isEditable(element)
        ? withValue(state, element, text ?? "")
        : state;
    case "select": {
      const option = optionLabelled(element, text ?? "");
      return option === undefined ? state : withPicked(state, element, option);
    }
    case "click": {
      const activation = activationOf(element, document, state);
      return activation.kind === "state" ? activation.state : state;
    }
    case "hover":
      return state;
  }
}

/** Whether the browser itself asks for a page after the event: it follows a link or sends a form. */
export function loadsPage(
  { kind, element, text }: InputEvent,
  document: PageDocument,
  state: FormState,
): boolean {
  if (kind === "click") return element !== null && clickLoadsPage(element, document, state);
  const combination = kind === "press" ? parseKeyCombination(text ?? "") : null;
  if (combination === null) return false;
  const effect = keyEffect(combination, document, { ...state, focused: element });
  if (effect.kind === "click") return clickLoadsPage(effect.element, document, state);
  return effect.kind === "submit";
}

function clickLoadsPage(hit: Element, document: PageDocument, state: FormState): boolean {
  const activation = activationOf(hit, document, state);
  if (activation.kind !== "follow") return activation.kind === "submit";
  if (activation.isDownload) return false;
  const isJump = activation.url.includes("#") && activation.url.split("#")[0] === document.url;
  return !isJump;
}

function pressed(keys: string, document: PageDocument, state: FormState): FormState {
  const combination = parseKeyCombination(keys);
  if (combination === null) return state;
  const effect = keyEffect(combination, document, state);
  if (effect.kind === "click")
    return effectOf({ kind: "click", element: effect.element, text: null }, document, state);
  return effect.kind === "state" ? effect.state : state;
}

/** The option of a select with this label, preferably one that is not disabled. */
export function optionLabelled(select: Element, label: string): Element | undefined {
  const wanted = collapseSpace(label);
  const labelled = optionsOf(select).filter((option) => optionLabel(option) === wanted);
  return labelled.find((option) => !isOptionDisabled(option)) ?? labelled[0];
}

/** A page before an event: as it loaded, and with its form state written in. */
interface PageBefore {
  document: PageDocument;
  /** The page that a script saw. The form state is part of its HTML. */
  snapshot: PageSnapshot;
}

/**
 * The form state of a page that a script made from another one. A control that the script left unchanged gets the
 * browser's own effect. A control that the script changed keeps the script's content. So it does not matter whether
 * the script's page already shows the effect.
 *
 * @param effect the form state after the event alone: see `effectOf`
 */
export function effectOnChanged(
  effect: FormState,
  { document, snapshot }: PageBefore,
  changed: PageDocument,
): FormState {
  const shown = snapshot.html === document.html ? document : parsePage(snapshot.html, document.url);
  const carry = <Value, Carried>(
    map: ReadonlyMap<Element, Value>,
    contentOf: (element: Element) => string,
    convert: (value: Value, from: Element, to: Element) => Carried,
  ): Map<Element, Carried> => {
    const carried = new Map<Element, Carried>();
    for (const [element, value] of map) {
      const [before, after] = [shown, changed].map((page) => counterpart(element, document, page));
      if (before == null || after == null || contentOf(before) !== contentOf(after)) continue;
      carried.set(after, convert(value, element, after));
    }
    return carried;
  };
  const same = <Value>(value: Value): Value => value;
  return {
    values: carry(effect.values, textIn, same),
    checked: carry(effect.checked, (box) => String(isChecked(box, UNTOUCHED)), same),
    selected: carry(effect.selected, choiceIn, (chosen, from, to) => {
      const places = optionsOf(from).flatMap((option, at) => (chosen.has(option) ? [at] : []));
      const options = optionsOf(to);
      return new Set(places.flatMap((at) => options[at] ?? []));
    }),
    open: carry(effect.open, (element) => String(isOpen(element, UNTOUCHED)), same),
    focused: counterpart(effect.focused, document, changed),
  };
}

function textIn(field: Element): string {
  const isControl = field.name === "input" || field.name === "textarea";
  return isControl ? valueOf(field, UNTOUCHED) : textContent(field);
}

function choiceIn(select: Element): string {
  return selectedOptions(select, UNTOUCHED).map(optionLabel).join("\n");
}

/**
 * The page after an event, including the browser's own effect.
 *
 * @param before the page before the event, with its form state
 * @param changed the page as the script changed it, with or without that effect. Null if no script answers.
 */
export function pageAfterEvent(
  before: PageSnapshot,
  event: PageEvent,
  changed: PageSnapshot | null,
): PageSnapshot {
  const document = parsePage(before.html, before.url);
  const element = event.element === null ? null : (document.elements[event.element] ?? null);
  const effect = effectOf({ ...event, element }, document, UNTOUCHED);
  if (changed === null) return takeSnapshot(document, effect, before.url);
  const page = parsePage(changed.html, changed.url);
  const state = effectOnChanged(effect, { document, snapshot: before }, page);
  return takeSnapshot(page, state, changed.url);
}
