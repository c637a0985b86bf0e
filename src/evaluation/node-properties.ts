/** Properties of nodes, read from parsed HTML with the values that scripts see in a browser. */

import type { CheerioAPI } from "cheerio";
import type { ChildNode, Document, Element } from "domhandler";
import { isTag, isText } from "domhandler";
import { EvaluatorError } from "../core/errors.ts";
import { renderedText, textContent } from "./rendered-text.ts";

export type DomNode = Document | ChildNode;
/** A value of an expression in a locator. */
export type Value = string | number | boolean | null | undefined | DomNode | Value[];

export function isDomNode(value: Value): value is DomNode {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @throws EvaluatorError for an unsupported property */
export function readProperty(object: Value, name: string, $: CheerioAPI): Value {
  if (Array.isArray(object) || typeof object === "string") {
    if (name === "length") return object.length;
    throw unsupported(name);
  }
  if (!isDomNode(object)) throw unsupported(name);
  const children = "children" in object ? object.children : [];
  switch (name) {
    case "textContent":
      return textContent(object);
    case "firstChild":
      return children[0] ?? null;
    case "lastChild":
      return children.at(-1) ?? null;
    case "firstElementChild":
      return children.find((child) => isTag(child)) ?? null;
    case "lastElementChild":
      return children.findLast((child) => isTag(child)) ?? null;
    case "children":
      return children.filter((child) => isTag(child));
    case "parentElement":
      return object.parent;
    case "nextElementSibling":
      return (
        $(object as Element)
          .next()
          .get(0) ?? null
      );
    case "previousElementSibling":
      return (
        $(object as Element)
          .prev()
          .get(0) ?? null
      );
  }
  if (isText(object)) return undefined;
  if (!isTag(object)) throw unsupported(name);
  return readElementProperty(object, name, $);
}

function readElementProperty(element: Element, name: string, $: CheerioAPI): Value {
  switch (name) {
    case "outerText":
    case "innerText":
      return renderedText(element);
    case "innerHTML":
      return $(element).html() ?? "";
    case "outerHTML":
      return $.html(element);
    case "value":
      return valueOf(element, $);
    case "checked":
      return element.name === "input" ? "checked" in element.attribs : undefined;
    case "selected":
    case "disabled":
      return name in element.attribs;
    case "selectedIndex":
      return element.name === "select" ? selectedIndex(element, $) : undefined;
    case "id":
    case "title":
      return element.attribs[name] ?? "";
    case "className":
      return element.attribs["class"] ?? "";
    default:
      throw unsupported(name);
  }
}

function valueOf(element: Element, $: CheerioAPI): Value {
  switch (element.name) {
    case "textarea":
      return textContent(element).replace(/^\n/, "");
    case "select": {
      const option = options(element, $)[selectedIndex(element, $)];
      return option === undefined ? "" : valueOf(option, $);
    }
    case "option":
      return (
        element.attribs["value"] ??
        textContent(element)
          .replaceAll(/[ \t\n\r\f]+/g, " ")
          .trim()
      );
    case "input": {
      const type = element.attribs["type"]?.toLowerCase();
      return element.attribs["value"] ?? (type === "checkbox" || type === "radio" ? "on" : "");
    }
    case "button":
    case "data":
    case "param":
      return element.attribs["value"] ?? "";
    case "li":
      return Number(element.attribs["value"] ?? 0);
    default:
      return undefined;
  }
}

function options(element: Element, $: CheerioAPI): Element[] {
  return $(element).find("option").toArray();
}

/** The last option marked selected, else the first that is not disabled. −1 in an empty list or a multiple one. */
function selectedIndex(element: Element, $: CheerioAPI): number {
  const all = options(element, $);
  const isMultiple = "multiple" in element.attribs;
  const marked = isMultiple
    ? all.findIndex((option) => "selected" in option.attribs)
    : all.findLastIndex((option) => "selected" in option.attribs);
  if (marked !== -1 || isMultiple) return marked;
  return all.findIndex((option) => !("disabled" in option.attribs));
}

export function unsupported(what: string): EvaluatorError {
  return new EvaluatorError(`${what} is not supported in a locator`);
}
