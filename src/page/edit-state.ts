/** Changes a page's form state by rule. Each change gives a new state. States in the history stay unchanged. */

import type { Element } from "domhandler";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { inputType, isTextField } from "./input-types.ts";
import {
  isOpen,
  optionsOf,
  radioGroup,
  isChecked,
  selectedOptions,
  UNTOUCHED,
  type FormState,
} from "./form-state.ts";
import { sanitizeValue } from "./field-values.ts";
import { claimsHidden } from "./visibility.ts";
import { controlsOf } from "./form-fields.ts";
import type { PageDocument } from "./page-document.ts";
import { elementAtSamePlace } from "./same-place.ts";

function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): Map<K, V> {
  return new Map(map).set(key, value);
}

export function withFocus(state: FormState, focused: Element | null): FormState {
  if (state.focused === focused) return state;
  const { selection: _selection, startsAt: _startsAt, ...rest } = state;
  const hidden: Element[] = [];
  closest(focused, (element) => {
    if (claimsHidden(element)) hidden.push(element);
    return false;
  });
  if (hidden.length === 0 || focused?.name === "iframe") return { ...rest, focused };
  return { ...rest, focused, revealed: new Set([...(state.revealed ?? []), ...hidden]) };
}

/** A focus that nobody's hand gave: the caret stands before the text. */
export function withGivenFocus(state: FormState, focused: Element | null): FormState {
  const given = withFocus(state, focused);
  return focused !== null && focused !== state.focused && isTextField(focused)
    ? { ...given, selection: { anchor: 0, caret: 0 } }
    : given;
}

/** A field's content after a text replaced the old one: typed by keys, or set by a picker. */
export function withValue(state: FormState, field: Element, text: string): FormState {
  const { selection: _, ...rest } = state;
  return { ...rest, values: withEntry(state.values, field, typedValue(field, text)) };
}

/** A field's text that is not a value yet, such as a date without its day. */
export function withUnfinished(state: FormState, field: Element, text: string): FormState {
  const { selection: _, ...rest } = state;
  return { ...rest, values: withEntry(state.values, field, text) };
}

/** The only characters that Chromium accepts in a number field. Together they may still not be a number. */
const NOT_OF_A_NUMBER = /[^0-9eE.+-]/gu;

function typedValue(field: Element, text: string): string {
  if (field.name === "textarea") return cut(field, text.replace(/\r\n?/gu, "\n"));
  if (field.name !== "input") return text;
  const oneLine = text.replace(/[\r\n]/gu, "");
  if (inputType(field) === "number") return oneLine.replace(NOT_OF_A_NUMBER, "");
  return sanitizeValue(field, cut(field, oneLine));
}

function cut(field: Element, text: string): string {
  const limit = Number.parseInt(attribute(field, "maxlength") ?? "", 10);
  return limit >= 0 ? text.slice(0, limit) : text;
}

/** A click on a box toggles it. A click on a radio button moves its group's choice. */
export function withToggled(state: FormState, box: Element): FormState {
  const checked = new Map(state.checked);
  if (inputType(box) === "radio") {
    for (const other of radioGroup(box)) checked.set(other, other === box);
  } else checked.set(box, !isChecked(box, state));
  return { ...state, checked };
}

export function withSelection(
  state: FormState,
  select: Element,
  chosen: readonly Element[],
): FormState {
  return { ...state, selected: withEntry(state.selected, select, new Set(chosen)) };
}

/** Selects an option of a list. A multiple-choice list keeps its other choices. */
export function withPicked(state: FormState, select: Element, option: Element): FormState {
  const others = hasAttribute(select, "multiple") ? selectedOptions(select, state) : [];
  return withSelection(state, select, [...others, option]);
}

/** A click on an option of a list box selects only that option. */
export function withOption(state: FormState, option: Element): FormState {
  const select = closest(option.parent, (e) => e.name === "select");
  return select === null ? state : withSelection(state, select, [option]);
}

export function withOpen(state: FormState, element: Element, open: boolean): FormState {
  return { ...state, open: withEntry(state.open, element, open) };
}

/** Opens or closes a `<details>`. Of several with the same name, only one is open at a time. */
export function withDetailsToggled(
  state: FormState,
  details: Element,
  document: PageDocument,
): FormState {
  const opens = !isOpen(details, state);
  const open = new Map(state.open).set(details, opens);
  const name = attribute(details, "name") ?? "";
  if (opens && name !== "") {
    for (const other of document.elements) {
      if (other !== details && other.name === "details" && attribute(other, "name") === name)
        open.set(other, false);
    }
  }
  return { ...state, open };
}

/** The effect of a reset button: every control of the form gets its initial state. */
export function withReset(state: FormState, form: Element): FormState {
  const values = new Map(state.values);
  const checked = new Map(state.checked);
  const selected = new Map(state.selected);
  for (const control of controlsOf(form)) {
    values.delete(control);
    checked.delete(control);
    selected.delete(control);
  }
  return { ...state, values, checked, selected };
}

/** Carries the control states of an older document over to the same controls of a newer one (Back after a reload). */
export function carriedOver(state: FormState, from: PageDocument, to: PageDocument): FormState {
  const { values, checked } = state;
  if (from === to) return { ...UNTOUCHED, values, checked, selected: state.selected };
  const moved = new Map<Element, Element>();
  const sameControl = (element: Element): Element | null => {
    const known = moved.get(element);
    if (known !== undefined) return known;
    const other = elementAtSamePlace(element, from, to);
    if (other === null || !isSameControl(element, other)) return null;
    moved.set(element, other);
    return other;
  };
  const carry = <V>(map: ReadonlyMap<Element, V>): Map<Element, V> => {
    const carried = new Map<Element, V>();
    for (const [element, value] of map) {
      const other = sameControl(element);
      if (other !== null) carried.set(other, value);
    }
    return carried;
  };
  const selected = new Map<Element, ReadonlySet<Element>>();
  for (const [select, chosen] of state.selected) {
    const other = sameControl(select);
    if (other === null) continue;
    const places = optionsOf(select).flatMap((option, at) => (chosen.has(option) ? [at] : []));
    const options = optionsOf(other);
    selected.set(other, new Set(places.flatMap((at) => options[at] ?? [])));
  }
  return { ...UNTOUCHED, values: carry(values), checked: carry(checked), selected };
}

function isSameControl(one: Element, other: Element): boolean {
  return (
    one.name === other.name &&
    attribute(one, "name") === attribute(other, "name") &&
    attribute(one, "type") === attribute(other, "type")
  );
}

/**
 * Finds an element on a changed page: by id, otherwise by its number among controls of the same tag and name (a script
 * may have inserted something before it), otherwise by place and tag.
 */
export function counterpart(
  element: Element | null,
  from: PageDocument,
  to: PageDocument,
): Element | null {
  if (element === null || from === to) return element;
  const id = attribute(element, "id");
  if (id !== undefined && id !== "")
    return to.elements.find((other) => attribute(other, "id") === id) ?? null;
  const name = attribute(element, "name") ?? "";
  const isKin = (other: Element): boolean =>
    other.name === element.name && (attribute(other, "name") ?? "") === name;
  const [before, after] = [from.elements.filter(isKin), to.elements.filter(isKin)];
  if (before.length === after.length) return after[before.indexOf(element)] ?? null;
  const other = to.elements[from.indexOf(element)];
  return other !== undefined && isKin(other) ? other : null;
}
