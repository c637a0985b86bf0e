/** Builds the request that a form sends: HTML's form submission algorithm. */

import type { Element } from "domhandler";
import type { PageRequest } from "../core/experience.ts";
import { attribute, closest, hasAttribute, tokens } from "./dom.ts";
import { controlsOf, formFields, type Submitter } from "./form-fields.ts";
import type { FormState } from "./form-state.ts";
import { inputType } from "./input-types.ts";
import type { PageDocument } from "./page-document.ts";
import { encodeFields, UTF_8, writableEncoding } from "./page-encoding.ts";

/** How the body of a POST writes its fields. */
export interface FormEncoding {
  type: "application/x-www-form-urlencoded" | "multipart/form-data" | "text/plain";
  /** Standard name of the encoding of its letters. */
  letters: string;
  /** Positions of the fields that take files. */
  files: readonly number[];
}

export type Submission =
  | {
      kind: "request";
      request: PageRequest;
      fragment: string;
      target: string;
      /** Null for GET. */
      encoding: FormEncoding | null;
    }
  /** `method=dialog`: closes the surrounding dialog and sends nothing. */
  | { kind: "dialog"; dialog: Element | null }
  /** An action that does not load a page (`mailto:`, `javascript:`, not a URL). */
  | { kind: "none" };

/** Whether a click on the element submits its form. */
export function isSubmitButton(element: Element): boolean {
  if (element.name === "button") {
    const type = attribute(element, "type")?.toLowerCase();
    if (type === "submit") return true;
    const isOther = type === "button" || type === "reset";
    return !isOther && !hasAttribute(element, "command") && !hasAttribute(element, "commandfor");
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
export function defaultButton(form: Element): Element | null {
  return controlsOf(form).find(isSubmitButton) ?? null;
}

/** Whether Enter in this field may send a form without a button. */
export function isImplicitField(field: Element): boolean {
  return field.name === "input" && IMPLICIT.has(inputType(field));
}

/** As in Chromium, where dates and times do not count. */
const IMPLICIT = new Set("text search tel url email password number".split(" "));

/** How many fields of a form may send it without a button. With a second one, none does. */
export function countImplicitFields(form: Element): number {
  return controlsOf(form).filter(isImplicitField).length;
}

/** The result of submitting a form. `invalidFields` checks constraints separately. */
export function submit(
  form: Element,
  submitter: Submitter | null,
  document: PageDocument,
  state: FormState,
): Submission {
  const setting = (name: string): string | undefined =>
    (submitter === null ? undefined : attribute(submitter.element, `form${name}`)) ??
    attribute(form, name);
  const method = (setting("method") ?? "get").toLowerCase();
  if (method === "dialog")
    return { kind: "dialog", dialog: closest(form, (e) => e.name === "dialog") };
  const action = (setting("action") ?? "").trim();
  const resolved = action === "" ? document.url : document.resolve(action);
  if (resolved === null || !/^https?:/u.test(resolved)) return { kind: "none" };
  const url = new URL(resolved);
  const fragment = url.hash;
  url.hash = "";
  const letters = lettersOf(form, document);
  const { fields, files } = formFields(form, submitter, state, letters);
  const target = (setting("target") ?? document.baseTarget).trim();
  if (method === "post") {
    const request: PageRequest = { method: "POST", url: url.href, fields };
    const encoding = { type: typeOf(setting("enctype")), letters, files };
    return { kind: "request", request, fragment, target, encoding };
  }
  // The algorithm sets the query even if it is empty, which leaves a bare question mark.
  url.search = "";
  const request: PageRequest = {
    method: "GET",
    url: `${url.href}?${encodeFields(fields, letters)}`,
    fields: null,
  };
  return { kind: "request", request, fragment, target, encoding: null };
}

function typeOf(enctype: string | undefined): FormEncoding["type"] {
  const type = enctype?.toLowerCase();
  return type === "multipart/form-data" || type === "text/plain"
    ? type
    : "application/x-www-form-urlencoded";
}

/** The first known encoding of `accept-charset`, otherwise the page's own. */
function lettersOf(form: Element, document: PageDocument): string {
  const accepted = attribute(form, "accept-charset");
  if (accepted === undefined) return document.encoding;
  for (const label of tokens(accepted)) {
    const encoding = writableEncoding(label);
    if (encoding !== null) return encoding;
  }
  return UTF_8;
}

/** Whether the browser checks constraints before it submits the form. */
export function validates(form: Element, submitter: Element | null): boolean {
  return (
    !hasAttribute(form, "novalidate") &&
    !(submitter !== null && hasAttribute(submitter, "formnovalidate"))
  );
}
