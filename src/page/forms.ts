/** Builds the request that a form sends: HTML's form submission algorithm, limited to method, URL and fields. */

import type { Element } from "domhandler";
import type { PageRequest } from "../core/experience.ts";
import { attribute, closest, hasAttribute } from "./dom.ts";
import {
  formOwner,
  inputType,
  isChecked,
  isDisabled,
  isOptionDisabled,
  optionValue,
  selectedOptions,
  valueOf,
  type FormState,
} from "./form-state.ts";
import type { PageDocument } from "./page-document.ts";

export type Submission =
  | {
      kind: "request";
      request: PageRequest;
      fragment: string;
      target: string;
      /** Only if the fields are not written as a query. */
      encoding?: "multipart/form-data";
    }
  /** `method=dialog`: closes the surrounding dialog and sends nothing. */
  | { kind: "dialog"; dialog: Element | null }
  /** An action that does not load a page (`mailto:`, `javascript:`, not a URL). */
  | { kind: "none" };

const SUBMITTABLE = new Set(["button", "input", "select", "textarea"]);

/** Controls of a form in document order, including those tied by `form="id"`. */
export function controlsOf(form: Element, document: PageDocument): Element[] {
  return document.elements.filter(
    (element) => SUBMITTABLE.has(element.name) && formOwner(element) === form,
  );
}

/** Whether a click on the element submits its form. */
export function isSubmitButton(element: Element): boolean {
  if (element.name === "button") {
    const type = attribute(element, "type")?.toLowerCase();
    return type !== "button" && type !== "reset";
  }
  if (element.name !== "input") return false;
  const type = inputType(element);
  return type === "submit" || type === "image";
}

export function isResetButton(element: Element): boolean {
  if (element.name === "button") return attribute(element, "type")?.toLowerCase() === "reset";
  return element.name === "input" && inputType(element) === "reset";
}

/** The button that Enter in a text field presses. Null if the form has none. */
export function defaultButton(form: Element, document: PageDocument): Element | null {
  return controlsOf(form, document).find(isSubmitButton) ?? null;
}

/** Without a button, Enter submits a form only if it has no second text field (HTML's rule). */
export function blocksImplicitSubmission(form: Element, document: PageDocument): boolean {
  const fields = controlsOf(form, document).filter(
    (control) => control.name === "input" && BLOCKS_IMPLICIT.has(inputType(control)),
  );
  return fields.length > 1;
}

const BLOCKS_IMPLICIT = new Set(
  "text search tel url email password date month week time datetime-local number".split(" "),
);

/** Name and value of every successful control, in document order. */
export function formFields(
  form: Element,
  submitter: Element | null,
  document: PageDocument,
  state: FormState,
): [string, string][] {
  const fields: [string, string][] = [];
  for (const control of controlsOf(form, document)) {
    if (isDisabled(control) || closest(control.parent, (e) => e.name === "datalist") !== null)
      continue;
    appendFields(control, control === submitter, state, fields);
  }
  return fields.map(([name, value]) => [crlf(name), crlf(value)]);
}

function appendFields(
  control: Element,
  isSubmitter: boolean,
  state: FormState,
  fields: [string, string][],
): void {
  const name = attribute(control, "name") ?? "";
  if (control.name === "button") {
    if (isSubmitter && name !== "") fields.push([name, attribute(control, "value") ?? ""]);
    return;
  }
  if (control.name === "select") {
    if (name === "") return;
    for (const option of selectedOptions(control, state))
      if (!isOptionDisabled(option)) fields.push([name, optionValue(option)]);
    return;
  }
  const type = control.name === "input" ? inputType(control) : "textarea";
  switch (type) {
    case "image": {
      // A click by ref has no point inside the picture. The picture's origin replaces it.
      const prefix = name === "" ? "" : `${name}.`;
      if (isSubmitter) fields.push([`${prefix}x`, "0"], [`${prefix}y`, "0"]);
      return;
    }
    case "button":
    case "reset":
      return;
    case "submit":
      if (isSubmitter && name !== "") fields.push([name, attribute(control, "value") ?? "Submit"]);
      return;
    case "checkbox":
    case "radio":
      if (name !== "" && isChecked(control, state))
        fields.push([name, attribute(control, "value") ?? "on"]);
      return;
    case "file":
      if (name !== "") fields.push([name, ""]);
      return;
    default:
      if (name === "") return;
      fields.push([
        name,
        name === "_charset_" && type === "hidden" ? "UTF-8" : valueOf(control, state),
      ]);
      appendDirection(control, fields);
  }
}

/** `dirname`: the form also sends the writing direction. */
function appendDirection(control: Element, fields: [string, string][]): void {
  const name = attribute(control, "dirname") ?? "";
  if (name !== "") fields.push([name, attribute(control, "dir") === "rtl" ? "rtl" : "ltr"]);
}

/** Forms send line breaks as CR LF. */
function crlf(text: string): string {
  return text.includes("\n") || text.includes("\r") ? text.replace(/\r\n?|\n/gu, "\r\n") : text;
}

const MULTIPART = "multipart/form-data";

/** The result of submitting a form. `firstInvalid` checks constraints separately. */
export function submit(
  form: Element,
  submitter: Element | null,
  document: PageDocument,
  state: FormState,
): Submission {
  const setting = (name: string): string | undefined =>
    (submitter === null ? undefined : attribute(submitter, `form${name}`)) ?? attribute(form, name);
  const method = (setting("method") ?? "get").trim().toLowerCase();
  if (method === "dialog")
    return { kind: "dialog", dialog: closest(form, (e) => e.name === "dialog") };
  const action = (setting("action") ?? "").trim();
  const resolved = action === "" ? document.url : document.resolve(action);
  if (resolved === null || !/^https?:/u.test(resolved)) return { kind: "none" };
  const url = new URL(resolved);
  const fragment = url.hash;
  url.hash = "";
  const fields = formFields(form, submitter, document, state);
  const target = (setting("target") ?? "").trim();
  if (method === "post") {
    const request: PageRequest = { method: "POST", url: url.href, fields };
    const isMultipart = (setting("enctype") ?? "").trim().toLowerCase() === MULTIPART;
    return {
      kind: "request",
      request,
      fragment,
      target,
      ...(isMultipart && { encoding: MULTIPART }),
    };
  }
  const query = new URLSearchParams(fields).toString();
  url.search = query;
  // The algorithm sets the query even if it is empty, which leaves a bare question mark.
  const href = query === "" ? `${url.href}?` : url.href;
  return { kind: "request", request: { method: "GET", url: href, fields: null }, fragment, target };
}

/** Whether the browser checks constraints before it submits the form. */
export function validates(form: Element, submitter: Element | null): boolean {
  return (
    !hasAttribute(form, "novalidate") &&
    !(submitter !== null && hasAttribute(submitter, "formnovalidate"))
  );
}
