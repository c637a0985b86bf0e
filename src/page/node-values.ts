/** The value that a node of the accessibility tree shows, and what a control adds to the name of an element around it. */

import { isTag, type Element } from "domhandler";
import { attribute, collapseSpace, descendants, textContent } from "./dom.ts";
import {
  isSecretElement,
  optionLabel,
  selectedOptions,
  valueOf,
  type FormState,
} from "./form-state.ts";
import { inputType } from "./input-types.ts";
import { MASKED_VALUE } from "./normalize-nodes.ts";
import { roleOf } from "./roles.ts";

/** Empty without one. */
export function valueText(element: Element, role: string, state: FormState): string {
  switch (element.name) {
    case "select":
      return role === "combobox" ? selectedOptions(element, state).map(optionLabel).join(" ") : "";
    case "textarea":
    case "input":
      return fieldValue(element, state);
    case "meter":
    case "progress": {
      const value = attribute(element, "value");
      return value === undefined || Number.isNaN(Number(value))
        ? ""
        : singlePrecision(Number(value));
    }
    default:
      return state.values.get(element) ?? ariaValue(element, role);
  }
}

function fieldValue(field: Element, state: FormState): string {
  if (field.name === "input" && VALUELESS_TYPES.has(inputType(field))) return "";
  const value = valueOf(field, state);
  if (field.name === "input" && inputType(field) === "range") return singlePrecision(Number(value));
  return value !== "" && isSecretElement(field) ? MASKED_VALUE : value;
}

/** Chromium's tree keeps the values of ranges in single precision. */
function singlePrecision(value: number): string {
  return String(Math.fround(value));
}

const VALUELESS_TYPES = new Set("hidden checkbox radio file submit image reset button".split(" "));

function ariaValue(element: Element, role: string): string {
  switch (role) {
    case "textbox":
    case "searchbox":
    case "combobox":
      return textContent(element);
    case "slider":
      return ariaNumber(element, "valuenow") ?? middle(element);
    case "spinbutton":
      return ariaNumber(element, "valuenow") ?? "0";
    case "progressbar":
    case "meter":
    case "scrollbar":
      return ariaNumber(element, "valuenow") ?? "";
    default:
      return "";
  }
}

function ariaNumber(element: Element, name: string): string | null {
  const text = attribute(element, `aria-${name}`) ?? "";
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? null : singlePrecision(number);
}

function middle(slider: Element): string {
  const [min, max] = [ariaNumber(slider, "valuemin") ?? 0, ariaNumber(slider, "valuemax") ?? 100];
  return String((Number(min) + Number(max)) / 2);
}

/** The value of a control inside another element's name (accname 2C). */
export function embeddedValue(element: Element, state: FormState): string {
  if (element.name === "select") return selectedOptions(element, state).map(optionLabel).join(" ");
  if (isSecretElement(element)) return isPassword(element, state) ? MASKED_VALUE : "";
  if (element.name === "textarea") return valueOf(element, state);
  if (element.name === "meter" || element.name === "progress") {
    const value = valueText(element, "", state);
    return value === "" ? "" : String(Number(Number(value).toPrecision(6)));
  }
  if (element.name === "input" && inputType(element) === "file")
    return "Choose File: No file chosen";
  if (element.name === "input")
    return VALUE_IS_NO_NAME.has(inputType(element)) ? "" : writtenIn(element, state);
  const role = roleOf(element) ?? "";
  switch (role) {
    case "textbox":
    case "searchbox":
    case "combobox":
      return state.values.get(element) ?? collapseSpace(ariaValue(element, role));
    case "slider":
    case "spinbutton":
    case "scrollbar":
      return attribute(element, "aria-valuetext") ?? attribute(element, "aria-valuenow") ?? "";
    case "listbox":
      return chosenIn(element);
    default:
      return "";
  }
}

/** The text in a field, even one that is not a number. */
function writtenIn(field: Element, state: FormState): string {
  return state.values.get(field) ?? valueOf(field, state);
}

/** A browser says that a password is there, with a sign for each of its letters. */
function isPassword(field: Element, state: FormState): boolean {
  return field.name === "input" && inputType(field) === "password" && valueOf(field, state) !== "";
}

const VALUE_IS_NO_NAME = new Set(
  "hidden checkbox radio file submit image reset button password color date month week time datetime-local".split(
    " ",
  ),
);

function chosenIn(listbox: Element): string {
  const chosen: string[] = [];
  for (const option of descendants(listbox))
    if (isTag(option) && attribute(option, "aria-selected") === "true")
      chosen.push(collapseSpace(textContent(option)));
  return chosen.join(" ");
}
