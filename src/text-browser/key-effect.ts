/** The effect of a key on the focused element by the browser's own rules. Keys that scroll do nothing. */

import type { Element } from "domhandler";
import { attribute, hasAttribute, textContent } from "../page/dom.ts";
import { withFocus, withSelection, withToggled, withValue } from "../page/edit-state.ts";
import type { Submitter } from "../page/form-fields.ts";
import {
  formOwner,
  isDisabled,
  isOptionDisabled,
  optionLabel,
  optionsOf,
  radioGroup,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { countImplicitFields, defaultButton, isImplicitField } from "../page/forms.ts";
import {
  inputType,
  isCheckable,
  isEditable,
  isReadOnly,
  isTextField,
} from "../page/input-types.ts";
import type { KeyCombination } from "../page/keys.ts";
import type { PageDocument } from "../page/page-document.ts";
import { keyOnPart } from "./date-parts.ts";
import { partsOf, withNextFocus } from "./focus-order.ts";
import { escaped } from "./overlays.ts";
import { editText } from "./text-editing.ts";
import { steppedValue } from "./value-steps.ts";

export type KeyEffect =
  | { kind: "none" }
  /** As if the element had been clicked. */
  | { kind: "click"; element: Element }
  | { kind: "submit"; form: Element; submitter: Submitter | null }
  | { kind: "state"; state: FormState };

const NONE: KeyEffect = { kind: "none" };
const into = (state: FormState): KeyEffect => ({ kind: "state", state });

export function keyEffect(
  combination: KeyCombination,
  document: PageDocument,
  state: FormState,
): KeyEffect {
  const { key, modifiers } = combination;
  const { focused } = state;
  const isCommand = modifiers.has("Control") || modifiers.has("Alt") || modifiers.has("Meta");
  if (key === "Tab" && !isCommand)
    return into(withNextFocus(modifiers.has("Shift") ? -1 : 1, document, state));
  if (key === "Escape") {
    const closed = escaped(document, state);
    if (closed !== null) return into(closed);
    const isSearch = focused?.name === "input" && inputType(focused) === "search";
    return isSearch && !isReadOnly(focused) ? into(withValue(state, focused, "")) : NONE;
  }
  if (focused === null || isDisabled(focused)) return NONE;
  if (key === "Enter") return isCommand ? NONE : enter(focused, combination, state);
  if (isTextField(focused) || isEditable(focused)) return write(combination, focused, state);
  if (isCommand) return NONE;
  if (key === " ") return isPressable(focused) ? { kind: "click", element: focused } : NONE;
  if (focused.name === "select") return choose(key, focused, state);
  if (focused.name !== "input") return NONE;
  if (partsOf(focused) > 1) {
    const changed = isReadOnly(focused) ? null : keyOnPart(key, focused, state);
    return changed === null ? NONE : into(changed);
  }
  if (inputType(focused) === "range") {
    const value = steppedValue(focused, key, state);
    return value === null ? NONE : into(withValue(state, focused, value));
  }
  return tickNext(key, focused, state);
}

function isPressable(element: Element): boolean {
  if (element.name === "button" || element.name === "summary") return true;
  return element.name === "input" && !isTextField(element);
}

function enter(focused: Element, combination: KeyCombination, state: FormState): KeyEffect {
  switch (focused.name) {
    case "a":
    case "area":
    case "button":
    case "summary":
      return { kind: "click", element: focused };
    case "textarea":
      return write({ ...combination, key: "\n" }, focused, state);
    case "input":
      break;
    default:
      return NONE;
  }
  const type = inputType(focused);
  // Their windows are on no page.
  if (type === "file" || type === "color") return NONE;
  if (["submit", "image", "reset", "button"].includes(type))
    return { kind: "click", element: focused };
  const form = formOwner(focused);
  return form === null ? NONE : implicitSubmission(form, focused);
}

/**
 * Enter in a field presses the form's first submit button. A form without a button is sent only from its one field of
 * text.
 */
function implicitSubmission(form: Element, field: Element): KeyEffect {
  const submitter = defaultButton(form);
  if (submitter !== null)
    return isDisabled(submitter) ? NONE : { kind: "click", element: submitter };
  return isImplicitField(field) && countImplicitFields(form) === 1
    ? { kind: "submit", form, submitter: null }
    : NONE;
}

function write(combination: KeyCombination, field: Element, state: FormState): KeyEffect {
  const isNumber = field.name === "input" && inputType(field) === "number";
  if (isNumber && !isReadOnly(field)) {
    const value = steppedValue(field, combination.key, state);
    if (value !== null) return into(withValue(state, field, value));
  }
  const written = isTextField(field) ? valueOf(field, state) : textContent(field);
  const text = state.values.get(field) ?? written;
  const end = { anchor: text.length, caret: text.length };
  const limit = Number.parseInt(attribute(field, "maxlength") ?? "", 10);
  const edited = editText(
    combination,
    { text, selection: state.selection ?? end },
    limit >= 0 ? limit : null,
  );
  if (edited === null) return NONE;
  if (edited.text === text) return into({ ...state, selection: edited.selection });
  if (hasAttribute(field, "readonly")) return NONE;
  const changed = withValue(state, field, edited.text);
  // A character that the field does not take moves nothing.
  if (changed.values.get(field) === text) return NONE;
  return into({ ...changed, selection: edited.selection });
}

/** Keys in a drop-down or list: arrows, ends, and the first letter of an option. */
function choose(key: string, select: Element, state: FormState): KeyEffect {
  const options = optionsOf(select).filter((option) => !isOptionDisabled(option));
  const [chosen] = selectedOptions(select, state);
  const at = chosen === undefined ? -1 : options.indexOf(chosen);
  const next = optionAt(key, options, at);
  return next === undefined || next === chosen ? NONE : into(withSelection(state, select, [next]));
}

function optionAt(key: string, options: readonly Element[], at: number): Element | undefined {
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return options[at + 1];
    case "ArrowUp":
    case "ArrowLeft":
      return at > 0 ? options[at - 1] : undefined;
    case "Home":
      return options[0];
    case "End":
      return options.at(-1);
    default: {
      if (key.length !== 1) return undefined;
      const turned = [...options.slice(at + 1), ...options.slice(0, at + 1)];
      const letter = key.toLowerCase();
      return turned.find((option) => optionLabel(option).toLowerCase().startsWith(letter));
    }
  }
}

const STEPS: Record<string, -1 | 1> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Arrow keys in a group of radio buttons. */
function tickNext(key: string, radio: Element, state: FormState): KeyEffect {
  const by = STEPS[key];
  if (by === undefined || !isCheckable(radio) || inputType(radio) !== "radio") return NONE;
  const group = radioGroup(radio).filter((other) => !isDisabled(other));
  const next = group.at((group.indexOf(radio) + by) % group.length);
  return next === undefined || next === radio
    ? NONE
    : into(withFocus(withToggled(state, next), next));
}
