/** HTML's constraint validation: which field stops a form, and Chromium's message about it. */

import type { Element } from "domhandler";
import { attribute, closest, hasAttribute } from "../page/dom.ts";
import { exactSum, isBetweenSteps, numberIn, stepsOf } from "../page/field-values.ts";
import { inputType } from "../page/input-types.ts";
import {
  hasBadInput,
  isChecked,
  isDisabled,
  isDropDown,
  optionsOf,
  optionValue,
  radioGroup,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { controlsOf } from "../page/form-fields.ts";

export interface InvalidField {
  control: Element;
  /** Chromium's sentence, English. */
  message: string;
}

/** The fields that violate their constraints, in document order. */
export function invalidFields(form: Element, state: FormState): InvalidField[] {
  return controlsOf(form).flatMap((control) => {
    const message = isBarred(control) ? null : complaint(control, state);
    return message === null ? [] : [{ control, message }];
  });
}

function isBarred(control: Element): boolean {
  if (isDisabled(control)) return true;
  if (control.name === "button") return true;
  const type = control.name === "input" ? inputType(control) : "";
  if (type === "hidden" || type === "reset" || type === "button") return true;
  if (hasAttribute(control, "readonly") && control.name !== "select") return true;
  return closest(control.parent, (e) => e.name === "datalist") !== null;
}

function badInput(control: Element): string {
  return inputType(control) === "number"
    ? "Please enter a number."
    : "Please enter a valid value. The field is incomplete or has an invalid date.";
}

function complaint(control: Element, state: FormState): string | null {
  if (hasBadInput(control, state)) return badInput(control);
  if (hasAttribute(control, "required")) {
    const missing = missingValue(control, state);
    if (missing !== null) return missing;
  }
  if (control.name === "select") return null;
  const value = valueOf(control, state);
  if (value === "") return null;
  return (
    typeMismatch(control, value) ??
    patternMismatch(control, value) ??
    tooShortOrLong(control, value, state) ??
    outOfRange(control, value)
  );
}

function missingValue(control: Element, state: FormState): string | null {
  if (control.name === "select") {
    const placeholder = placeholderOf(control);
    const isMissing = selectedOptions(control, state).every((option) => option === placeholder);
    return isMissing ? "Please select an item in the list." : null;
  }
  const type = control.name === "input" ? inputType(control) : "textarea";
  if (type === "checkbox")
    return isChecked(control, state) ? null : "Please check this box if you want to proceed.";
  if (type === "radio")
    return radioGroup(control).some((radio) => isChecked(radio, state))
      ? null
      : "Please select one of these options.";
  if (type === "file") return "Please select a file.";
  if (type === "range" || type === "color" || type === "submit" || type === "image") return null;
  return valueOf(control, state) === "" ? "Please fill out this field." : null;
}

/** The option that asks for a choice: the first one of a drop-down, if it has no value and is in no group. */
function placeholderOf(select: Element): Element | null {
  if (!isDropDown(select)) return null;
  const [first] = optionsOf(select);
  return first !== undefined && first.parent === select && optionValue(first) === "" ? first : null;
}

/** The pattern in HTML's definition of a valid e-mail address. */
const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/u;

function typeMismatch(control: Element, value: string): string | null {
  const type = control.name === "input" ? inputType(control) : "";
  if (type === "email") {
    const addresses = hasAttribute(control, "multiple") ? value.split(",") : [value];
    const wrong = addresses.map((a) => a.trim()).find((address) => !EMAIL.test(address));
    if (wrong === undefined) return null;
    return wrong.includes("@")
      ? `Please enter an email address; '${wrong}' is none.`
      : `Please include an '@' in the email address. '${wrong}' is missing an '@'.`;
  }
  if (type === "url" && !URL.canParse(value)) return "Please enter a URL.";
  return null;
}

const PATTERNED = new Set(["text", "search", "url", "tel", "email", "password"]);

function patternMismatch(control: Element, value: string): string | null {
  const pattern = attribute(control, "pattern");
  if (pattern === undefined || control.name !== "input" || !PATTERNED.has(inputType(control)))
    return null;
  try {
    return new RegExp(`^(?:${pattern})$`, "v").test(value)
      ? null
      : "Please match the requested format.";
  } catch {
    return null; // an invalid regular expression constrains nothing
  }
}

/** Only typed text can be too short. A value that came with the page cannot. */
function tooShortOrLong(control: Element, value: string, state: FormState): string | null {
  if (!state.values.has(control)) return null;
  const min = Number(attribute(control, "minlength") ?? 0);
  if (min > 0 && value.length < min)
    return `Please lengthen this text to ${min} characters or more (you are currently using ${value.length} character${value.length === 1 ? "" : "s"}).`;
  return null;
}

const EARLIER_OR_LATER = new Set(["date", "month", "week", "time", "datetime-local"]);

function outOfRange(control: Element, text: string): string | null {
  if (control.name !== "input") return null;
  const value = numberIn(control, text);
  const isTemporal = EARLIER_OR_LATER.has(inputType(control));
  if (value === null || (!isTemporal && inputType(control) !== "number")) return null;
  const limit = (name: string): number | null => numberIn(control, attribute(control, name));
  const [min, max] = [limit("min"), limit("max")];
  // A range of times may go over midnight.
  const isReversed = inputType(control) === "time" && min !== null && max !== null && max < min;
  const isTooSmall = min !== null && value < min;
  const isTooBig = max !== null && value > max;
  const written = (name: string): string => attribute(control, name) ?? "";
  if (isReversed)
    return isTooSmall && isTooBig
      ? `Value must be between ${written("min")} and ${written("max")}.`
      : null;
  if (isTooSmall)
    return isTemporal
      ? `Value must be ${written("min")} or later.`
      : `Value must be greater than or equal to ${min}.`;
  if (isTooBig)
    return isTemporal
      ? `Value must be ${written("max")} or earlier.`
      : `Value must be less than or equal to ${max}.`;
  return offStep(control, value, isTemporal);
}

function offStep(control: Element, value: number, isTemporal: boolean): string | null {
  const steps = stepsOf(control);
  if (steps === null || !isBetweenSteps(value, steps)) return null;
  if (isTemporal) return "Please enter a valid value.";
  const count = Math.floor((value - steps.origin) / steps.step);
  const at = (n: number): number => exactSum(steps.origin, n, steps.step);
  return `Please enter a valid value. The two nearest valid values are ${at(count)} and ${at(count + 1)}.`;
}
