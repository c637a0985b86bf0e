/** The effect of a key on the focused element by the browser's own rules. Caret and scroll keys do nothing. */

import type { Element } from "domhandler";
import { closest, hasAttribute } from "../page/dom.ts";
import { tabStops, withFocus, withSelection, withToggled, withValue } from "../page/edit-state.ts";
import {
  formOwner,
  isDisabled,
  isOptionDisabled,
  optionsOf,
  radioGroup,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { inputType, isCheckable, isTextField } from "../page/input-types.ts";
import { blocksImplicitSubmission, defaultButton } from "../page/forms.ts";
import type { Submitter } from "../page/form-fields.ts";
import type { KeyCombination } from "../page/keys.ts";
import type { PageDocument } from "../page/page-document.ts";
import { isFocusable } from "../page/roles.ts";
import { isVisible } from "../page/visibility.ts";

export type KeyEffect =
  | { kind: "none" }
  /** As if the element had been clicked. */
  | { kind: "click"; element: Element }
  | { kind: "submit"; form: Element; submitter: Submitter | null }
  | { kind: "state"; state: FormState };

const NONE: KeyEffect = { kind: "none" };

export function keyEffect(
  { key, modifiers }: KeyCombination,
  document: PageDocument,
  state: FormState,
): KeyEffect {
  if (key === "Tab") return moveFocus(modifiers.has("Shift") ? -1 : 1, document, state);
  const focused = state.focused;
  if (focused === null || isDisabled(focused)) return NONE;
  const commands = modifiers.has("Control") || modifiers.has("Alt") || modifiers.has("Meta");
  if (commands) return NONE;
  if (key === "Enter") return enter(focused, document, state);
  if (isTextField(focused)) return write(key, focused, state);
  if (key === " ") return isPressable(focused) ? { kind: "click", element: focused } : NONE;
  const by = STEPS[key];
  return by === undefined ? NONE : step(by, focused, state);
}

const STEPS: Record<string, -1 | 1> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

function isPressable(element: Element): boolean {
  if (element.name === "button" || element.name === "summary") return true;
  return element.name === "input" && !isTextField(element);
}

function enter(focused: Element, document: PageDocument, state: FormState): KeyEffect {
  switch (focused.name) {
    case "a":
    case "area":
    case "button":
    case "summary":
      return { kind: "click", element: focused };
    case "textarea":
      return write("\n", focused, state);
    case "input":
      break;
    default:
      return NONE;
  }
  const type = inputType(focused);
  if (["submit", "image", "reset", "button"].includes(type))
    return { kind: "click", element: focused };
  const form = formOwner(focused);
  return form === null ? NONE : implicitSubmission(form);
}

/** Enter in a field: presses the form's first submit button, or submits a form with no button and at most one field. */
function implicitSubmission(form: Element): KeyEffect {
  const submitter = defaultButton(form);
  if (submitter !== null)
    return isDisabled(submitter) ? NONE : { kind: "click", element: submitter };
  return blocksImplicitSubmission(form) ? NONE : { kind: "submit", form, submitter: null };
}

/** The caret stands at the end, where typing left it. */
function write(key: string, field: Element, state: FormState): KeyEffect {
  if (hasAttribute(field, "readonly")) return NONE;
  const before = valueOf(field, state);
  if (key === "Backspace")
    return { kind: "state", state: withValue(state, field, before.replace(LAST_CHARACTER, "")) };
  if (key.length !== 1) return NONE;
  return { kind: "state", state: withValue(state, field, before + key) };
}

const LAST_CHARACTER = /.$/su;

/** Arrow keys in a select or a group of radio buttons. */
function step(by: -1 | 1, focused: Element, state: FormState): KeyEffect {
  if (focused.name === "select") {
    const options = optionsOf(focused).filter((option) => !isOptionDisabled(option));
    const [chosen] = selectedOptions(focused, state);
    const next = options[(chosen === undefined ? -1 : options.indexOf(chosen)) + by];
    return next === undefined
      ? NONE
      : { kind: "state", state: withSelection(state, focused, [next]) };
  }
  if (!isCheckable(focused) || inputType(focused) !== "radio") return NONE;
  const group = radioGroup(focused).filter((radio) => !isDisabled(radio));
  const next = group.at((group.indexOf(focused) + by) % group.length);
  return next === undefined
    ? NONE
    : { kind: "state", state: withFocus(withToggled(state, next), next) };
}

function moveFocus(by: -1 | 1, document: PageDocument, state: FormState): KeyEffect {
  const stops = [
    ...tabStops(
      document,
      (e) =>
        isFocusable(e) &&
        !isDisabled(e) &&
        isVisible(e, state) &&
        closest(e, (around) => hasAttribute(around, "inert")) === null,
    ),
  ];
  const at = state.focused === null ? -1 : stops.indexOf(state.focused);
  const next = at === -1 && by === -1 ? stops.at(-1) : stops[at + by];
  return { kind: "state", state: withFocus(state, next ?? null) };
}
