/** Parses HTML as a browser does, with what the tree alone does not show: which form a control belongs to. */

import type { Document, Element, ParentNode } from "domhandler";
import { Parser, type Token } from "parse5";
import { adapter, type Htmlparser2TreeAdapterMap } from "parse5-htmlparser2-tree-adapter";
import { closestInTree } from "./dom.ts";

/**
 * A parser gives a control to the form that is open, also where the tags are nested wrongly and the control lies
 * outside of it (`<table><form><tr>…`). Such a control and its form have this attribute with one value.
 */
export const FORM_ATTRIBUTE = "data-dreamgym-form";

/**
 * A parser drops a form in a form unless tags are nested wrongly (`<form><b></form><form>`). One that stands there in a
 * tree has this attribute, so that the HTML written of the tree gives it again.
 */
export const NESTED_ATTRIBUTE = "data-dreamgym-nested";

/** HTML's form-associated elements, without `img`: a form sends nothing of it. */
const CONTROLS = new Set("button fieldset input object output select textarea".split(" "));

class FormParser extends Parser<Htmlparser2TreeAdapterMap> {
  /** Open forms around the open one. */
  readonly #outer: (Element | null)[] = [];

  override onStartTag(token: Token.TagToken): void {
    if (token.tagName === "form" && token.attrs.some(({ name }) => name === NESTED_ATTRIBUTE)) {
      this.#outer.push(this.formElement);
      this.formElement = null;
    }
    super.onStartTag(token);
  }

  override onEndTag(token: Token.TagToken): void {
    super.onEndTag(token);
    if (token.tagName === "form" && this.formElement === null)
      this.formElement = this.#outer.pop() ?? null;
  }
}

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
  const parser = new FormParser({ treeAdapter: { ...adapter, createElement } });
  parser.tokenizer.write(html, true);
  for (const [{ attribs, parent }, form] of owned) {
    if (attribs["form"] !== undefined || attribs[FORM_ATTRIBUTE] !== undefined) continue;
    if (formAround(parent) === form) continue;
    attribs[FORM_ATTRIBUTE] = form.attribs[FORM_ATTRIBUTE] ??= `parsed-${forms.indexOf(form)}`;
  }
  for (const { attribs, parent } of forms)
    if (formAround(parent) !== null) attribs[NESTED_ATTRIBUTE] ??= "";
  return parser.document;
}

function formAround(node: ParentNode | null): Element | null {
  return closestInTree(node, ({ name }) => name === "form");
}
