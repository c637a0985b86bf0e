/** Writes a page with its form state as self-contained HTML. */

import { Text, type ChildNode, type Element } from "domhandler";
import type { PageSnapshot } from "../core/site-request.ts";
import {
  isSecretElement,
  isTouched,
  MODAL_ATTRIBUTE,
  optionsOf,
  selectedOptions,
  valueOf,
  type FormState,
} from "./form-state.ts";
import type { PageDocument } from "./page-document.ts";
import { MASK } from "./secrets.ts";
import { isUntilFound } from "./visibility.ts";

/** @param url of the page in its tab, with fragment */
export function takeSnapshot(document: PageDocument, state: FormState, url: string): PageSnapshot {
  // Pages may omit tags that every document has. A snapshot never does.
  if (!isTouched(state) && /<html/iu.test(document.html)) return { url, html: document.html };
  return { url, html: document.htmlByState.get(state, () => htmlIn(document, state)) };
}

function htmlIn(document: PageDocument, state: FormState): string {
  const undo: (() => void)[] = [];
  try {
    writeState(document, state, undo);
    return document.serialize();
  } finally {
    // The document is shared and must look immutable to everyone else, so the changes are undone.
    for (const step of undo.reverse()) step();
  }
}

function writeState(document: PageDocument, state: FormState, undo: (() => void)[]): void {
  const set = (element: Element, name: string, value: string | null): void => {
    const { attribs } = element;
    const { [name]: _, ...others } = attribs;
    element.attribs = value === null ? others : { ...attribs, [name]: value };
    // The old object, so that its order comes back too.
    undo.push(() => {
      element.attribs = attribs;
    });
  };
  for (const field of state.values.keys()) {
    const value = valueOf(field, state);
    const shown = value !== "" && isSecretElement(field) ? MASK : value;
    if (field.name === "input") set(field, "value", shown);
    else undo.push(replaceText(field, shown));
  }
  for (const [box, checked] of state.checked) set(box, "checked", checked ? "" : null);
  for (const select of state.selected.keys()) {
    const chosen = new Set(selectedOptions(select, state));
    for (const option of optionsOf(select)) set(option, "selected", chosen.has(option) ? "" : null);
  }
  for (const [element, open] of state.open) {
    if (document.indexOf(element) === -1) continue;
    if (isUntilFound(element)) set(element, "hidden", open ? null : "until-found");
    else set(element, "open", open ? "" : null);
  }
  [...(state.modal ?? [])].forEach((dialog, i) => {
    if (document.indexOf(dialog) !== -1)
      set(dialog, MODAL_ATTRIBUTE, String(document.modals.length + i));
  });
}

function replaceText(element: Element, value: string): () => void {
  const before: ChildNode[] = element.children;
  // The parser drops one line break at the start of a textarea.
  element.children = [new Text(value.startsWith("\n") ? `\n${value}` : value)];
  return () => {
    element.children = before;
  };
}
