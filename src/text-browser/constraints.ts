/** HTML's constraint validation: which field stops a form, and Chromium's message about it. */

import type { Element } from "domhandler";
import { attribute, closest, hasAttribute } from "../page/dom.ts";
import {
  inputType,
  isChecked,
  isDisabled,
  optionValue,
  radioGroup,
  selectedOptions,
  valueOf,
  type FormState,
} from "../page/form-state.ts";
import { controlsOf } from "../page/forms.ts";
import type { PageDocument } from "../page/page-document.ts";

export interface InvalidField {
  control: Element;
  /** Chromium's sentence, English. */
  message: string;
}

/** The first field in document order that violates its constraints. Null if all are valid. */
export function firstInvalid(
  form: Element,
  document: PageDocument,
  state: FormState,
): InvalidField | null {
  for (const control of controlsOf(form, document)) {
    if (isBarred(control)) continue;
    const message = complaint(control, state);
    if (message !== null) return { control, message };
  }
  return null;
}

function isBarred(control: Element): boolean {
  if (isDisabled(control)) return true;
  if (control.name === "button") return true;
  const type = control.name === "input" ? inputType(control) : "";
  if (type === "hidden" || type === "reset" || type === "button") return true;
  if (hasAttribute(control, "readonly") && control.name !== "select") return true;
  return closest(control.parent, (e) => e.name === "datalist") !== null;
}

function complaint(control: Element, state: FormState): string | null {
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
    const chosen = selectedOptions(control, state);
    const isPlaceholder = chosen.every((option) => optionValue(option) === "");
    return isPlaceholder ? "Please select an item in the list." : null;
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

function outOfRange(control: Element, value: string): string | null {
  if (control.name !== "input") return null;
  const type = inputType(control);
  if (type === "number") return numberOutOfRange(control, Number(value));
  if (!["date", "month", "week", "time", "datetime-local"].includes(type)) return null;
  const min = attribute(control, "min") ?? "";
  const max = attribute(control, "max") ?? "";
  if (min !== "" && value < min) return `Value must be ${min} or later.`;
  return max !== "" && value > max ? `Value must be ${max} or earlier.` : null;
}

function numberOutOfRange(control: Element, value: number): string | null {
  const min = Number.parseFloat(attribute(control, "min") ?? "");
  const max = Number.parseFloat(attribute(control, "max") ?? "");
  if (value < min) return `Value must be greater than or equal to ${min}.`;
  if (value > max) return `Value must be less than or equal to ${max}.`;
  const stepText = attribute(control, "step") ?? "1";
  const step = Number.parseFloat(stepText);
  if (stepText.toLowerCase() === "any" || !(step > 0)) return null;
  const initial = Number.parseFloat(attribute(control, "value") ?? "");
  const origin = Number.isNaN(min) ? (Number.isNaN(initial) ? 0 : initial) : min;
  const steps = (value - origin) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9
    ? null
    : `Please enter a valid value. The two nearest valid values are ${origin + Math.floor(steps) * step} and ${origin + Math.ceil(steps) * step}.`;
}
