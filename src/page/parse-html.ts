/** Parses HTML as a browser does, with what the tree alone does not show: which form a control belongs to. */

import type { Document, Element } from "domhandler";
import { Parser } from "parse5";
import { adapter, type Htmlparser2TreeAdapterMap } from "parse5-htmlparser2-tree-adapter";
import { closestInTree } from "./dom.ts";

/**
 * A parser gives a control to the form that is open, also where the tags are nested wrongly and the control lies
 * outside of it (`<table><form><tr>…`). Such a control and its form have this attribute with one value.
 */
export const FORM_ATTRIBUTE = "data-dreamgym-form";

/** HTML's form-associated elements. */
const CONTROLS = new Set("button fieldset input object output select textarea img".split(" "));

export function parseHtml(html: string): Document {
  const forms: Element[] = [];
  const owned: [control: Element, form: Element][] = [];
  const createElement: typeof adapter.createElement = (tag, namespace, attributes) => {
    const element = adapter.createElement(tag, namespace, attributes);
    const { formElement, openElements } = parser;
    if (tag === "form") forms.push(element);
    // A template's content has no part in the forms around it.
    if (formElement !== null && openElements.tmplCount === 0 && CONTROLS.has(tag))
      owned.push([element, formElement]);
    return element;
  };
  const parser = new Parser<Htmlparser2TreeAdapterMap>({
    treeAdapter: { ...adapter, createElement },
  });
  parser.tokenizer.write(html, true);
  for (const [{ attribs, parent }, form] of owned) {
    if (attribs["form"] !== undefined || attribs[FORM_ATTRIBUTE] !== undefined) continue;
    if (closestInTree(parent, ({ name }) => name === "form") === form) continue;
    attribs[FORM_ATTRIBUTE] = form.attribs[FORM_ATTRIBUTE] ??= `parsed-${forms.indexOf(form)}`;
  }
  return parser.document;
}
