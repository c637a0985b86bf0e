/** The fields that a form sends: HTML's "constructing the entry list". */

import type { Element } from "domhandler";
import { directionOf } from "./direction.ts";
import { attribute, closestInTree, descendants, treeRoot } from "./dom.ts";
import {
  formOwner,
  isChecked,
  isDisabled,
  isOptionDisabled,
  optionValue,
  selectedOptions,
  valueOf,
  type FormState,
} from "./form-state.ts";
import { inputType } from "./input-types.ts";
import { UTF_8 } from "./page-encoding.ts";

const SUBMITTABLE = new Set(["button", "input", "select", "textarea"]);

/** Controls of a form in document order, including those tied by `form="id"`. */
export function controlsOf(form: Element): Element[] {
  const controls: Element[] = [];
  for (const element of descendants(treeRoot(form)))
    if (SUBMITTABLE.has(element.name) && formOwner(element) === form) controls.push(element);
  return controls;
}

/** How a form was sent. */
export interface Submitter {
  /** The button that was pressed. */
  element: Element;
  /** Whether the pointer pressed it: a picture then sends where. */
  isPointed: boolean;
}

export interface FormFields {
  /** Name and value of every successful control, in document order. */
  fields: [string, string][];
  /** Which of them take files. No file is ever chosen. */
  files: number[];
}

/** @param encoding that a hidden field named `_charset_` sends the name of */
export function formFields(
  form: Element,
  submitter: Submitter | null,
  state: FormState,
  encoding = UTF_8,
): FormFields {
  const found: FormFields = { fields: [], files: [] };
  for (const control of controlsOf(form)) {
    if (isDisabled(control) || closestInTree(control.parent, (e) => e.name === "datalist") !== null)
      continue;
    const pressed = control === submitter?.element ? submitter : null;
    appendFields(control, pressed, state, encoding, found);
  }
  const { fields, files } = found;
  return { fields: fields.map(([name, value]) => [crlf(name), crlf(value)]), files };
}

function appendFields(
  control: Element,
  pressed: Submitter | null,
  state: FormState,
  encoding: string,
  { fields, files }: FormFields,
): void {
  const name = attribute(control, "name") ?? "";
  const type = control.name === "input" ? inputType(control) : control.name;
  if (type === "image") {
    const prefix = name === "" ? "" : `${name}.`;
    const { x, y } = pointIn(control, pressed);
    if (pressed !== null) fields.push([`${prefix}x`, String(x)], [`${prefix}y`, String(y)]);
    return;
  }
  if (name === "") return;
  switch (type) {
    case "button":
    case "submit":
    case "reset":
      if (pressed !== null) fields.push([name, attribute(control, "value") ?? labelOf(control)]);
      return;
    case "select":
      for (const option of selectedOptions(control, state))
        if (!isOptionDisabled(option)) fields.push([name, optionValue(option)]);
      return;
    case "checkbox":
    case "radio":
      if (isChecked(control, state)) fields.push([name, attribute(control, "value") ?? "on"]);
      return;
    case "file":
      files.push(fields.length);
      fields.push([name, ""]);
      return;
    default: {
      const isEncoding = type === "hidden" && name.toLowerCase() === "_charset_";
      const value = isEncoding ? encoding : valueOf(control, state);
      fields.push([name, value]);
      appendDirection(control, type, value, fields);
    }
  }
}

/** An `<input type=submit>` without a value sends the label that the browser gives it. */
function labelOf(button: Element): string {
  return button.name === "input" ? "Submit" : "";
}

/** The middle of a picture, where a pointer presses it, as far as HTML says its size. */
function pointIn(picture: Element, pressed: Submitter | null): { x: number; y: number } {
  if (pressed?.isPointed !== true) return { x: 0, y: 0 };
  const half = (name: string): number =>
    Math.trunc((Number.parseFloat(attribute(picture, name) ?? "") || 0) / 2);
  return { x: half("width"), y: half("height") };
}

const WITH_DIRECTION = new Set("hidden text search tel url email password textarea".split(" "));

/** `dirname`: the form also sends the writing direction. */
function appendDirection(
  control: Element,
  type: string,
  value: string,
  fields: [string, string][],
): void {
  const name = attribute(control, "dirname") ?? "";
  if (name !== "" && WITH_DIRECTION.has(type)) fields.push([name, directionOf(control, value)]);
}

/** Forms send line breaks as CR LF. */
function crlf(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/\r\n?|\n/gu, "\r\n") : text;
}
