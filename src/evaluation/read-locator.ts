/** Reads the value of a locator from a page's HTML, with the result that WebArena's harness gets from a browser. */

import { load, type CheerioAPI } from "cheerio";
import type { Element, ParentNode } from "domhandler";
import { isTag } from "domhandler";
import { EvaluatorError } from "../core/errors.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import { parseLocator, type Locator } from "./locator.ts";
import {
  isDomNode,
  readProperty,
  unsupported,
  type DomNode,
  type Value,
} from "./node-properties.ts";

/** JavaScript's TypeError on null. In a browser the locator throws, and WebArena continues with an empty text. */
class MissingNode extends Error {}

interface Scope {
  $: CheerioAPI;
  names: Readonly<Record<string, Value>>;
}

const parsedPages = new WeakMap<PageSnapshot, CheerioAPI>();

/**
 * The text that the checks compare, with entities decoded as in WebArena. An empty locator gives the whole HTML.
 *
 * @throws EvaluatorError for an unsupported locator
 */
export function readLocator(locator: string, page: PageSnapshot): string {
  if (locator.trim() === "") return decodeEntities(page.html);
  const expression = parseLocator(locator);
  let $ = parsedPages.get(page);
  if ($ === undefined) parsedPages.set(page, ($ = load(page.html)));
  try {
    const root = $.root().get(0);
    return decodeEntities(valueAsText(evaluate(expression, { $, names: { document: root } })));
  } catch (error) {
    if (error instanceof MissingNode) return "";
    throw error;
  }
}

function evaluate(expression: Locator, scope: Scope): Value {
  switch (expression.kind) {
    case "text":
    case "number":
      return expression.value;
    case "name":
      if (!Object.hasOwn(scope.names, expression.name)) throw unsupported(expression.name);
      return scope.names[expression.name];
    case "or":
      return evaluate(expression.left, scope) || evaluate(expression.right, scope);
    case "add":
      return (
        javascriptText(evaluate(expression.left, scope)) +
        javascriptText(evaluate(expression.right, scope))
      );
    case "spread":
      return asList(evaluate(expression.object, scope));
    case "index": {
      const index = evaluate(expression.index, scope);
      return asList(evaluate(expression.object, scope))[Number(index)];
    }
    case "property":
    case "call": {
      const object = evaluate(expression.object, scope);
      if (object === null || object === undefined) {
        if (expression.optional) return undefined;
        throw new MissingNode();
      }
      return expression.kind === "property"
        ? readProperty(object, expression.name, scope.$)
        : callMethod(object, expression.method, expression.arguments, scope);
    }
    case "arrow":
      throw unsupported("a function outside of map()");
  }
}

function callMethod(object: Value, method: string, parameters: Locator[], scope: Scope): Value {
  const [first] = parameters;
  if (method === "map" && Array.isArray(object) && first?.kind === "arrow") {
    return object.map((item) =>
      evaluate(first.body, { ...scope, names: { ...scope.names, [first.parameter]: item } }),
    );
  }
  const argument = first === undefined ? "" : javascriptText(evaluate(first, scope));
  if (method === "join" && Array.isArray(object)) {
    return object
      .map((item) => javascriptText(item ?? ""))
      .join(first === undefined ? "," : argument);
  }
  if (method === "toString" && !isDomNode(object)) return javascriptText(object);
  if (method === "trim" && typeof object === "string") return object.trim();
  if (!isDomNode(object)) throw unsupported(`${method}()`);
  const element = object as Element;
  switch (method) {
    case "querySelector":
      return select(element, argument, scope.$)[0] ?? null;
    case "querySelectorAll":
      return select(element, argument, scope.$);
    case "getAttribute":
      return element.attribs[argument.toLowerCase()] ?? null;
    case "hasAttribute":
      return argument.toLowerCase() in element.attribs;
    case "closest":
      return scope.$(element).closest(cssOf(argument)).get(0) ?? null;
    default:
      throw unsupported(`${method}()`);
  }
}

/** jQuery's additions to CSS, which this CSS engine supports and browsers do not. */
const BEYOND_CSS =
  /:(?:contains|icontains|first|last|eq|even|odd|gt|lt|nth|header|button|input|text|checkbox|radio|file|password|reset|image|submit|parent|selected|matches)(?![-\w])|!=/iu;

/** @throws EvaluatorError for a selector that browsers, or this CSS engine, do not support */
function cssOf(selector: string): string {
  const css = closeBrackets(selector);
  const [beyond] = BEYOND_CSS.exec(css.replaceAll(/"[^"]*"|'[^']*'/gu, "")) ?? [];
  if (beyond === undefined) return css;
  throw new EvaluatorError(`Expected a CSS selector, got ${selector}: no browser knows ${beyond}`);
}

/** @throws EvaluatorError like `cssOf` */
function select(node: DomNode, selector: string, $: CheerioAPI): Element[] {
  const css = cssOf(selector);
  try {
    return $(node as Element)
      .find(css)
      .toArray()
      .filter(isInDocument);
  } catch (error) {
    throw new EvaluatorError(`Expected a CSS selector, got ${selector}: ${String(error)}`, {
      cause: error,
    });
  }
}

/** False in the content of a template: it is a document of its own, where a page's selectors find nothing. */
function isInDocument(element: Element): boolean {
  for (let node: ParentNode | null = element.parent; node !== null; node = node.parent) {
    if (isTag(node) && node.name === "template") return false;
  }
  return true;
}

/** CSS closes open brackets at the end of the text. Some public locators rely on it (`[name="a"`). */
function closeBrackets(selector: string): string {
  const open: string[] = [];
  let quoteMark = "";
  for (const character of selector) {
    if (quoteMark !== "") quoteMark = character === quoteMark ? "" : quoteMark;
    else if (character === '"' || character === "'") quoteMark = character;
    else if (character === "[") open.push("]");
    else if (character === "(") open.push(")");
    else if (character === open.at(-1)) open.pop();
  }
  return selector + quoteMark + open.reverse().join("");
}

function asList(value: Value): Value[] {
  if (Array.isArray(value)) return value;
  if (value === null || value === undefined) throw new MissingNode();
  throw unsupported("an index into something that is not a list");
}

function javascriptText(value: Value): string {
  if (isDomNode(value)) throw unsupported("an element as text");
  return Array.isArray(value)
    ? value.map((item) => javascriptText(item ?? "")).join(",")
    : String(value);
}

/** The text that Python's `str` gives for a value from Playwright. @throws EvaluatorError for an element */
export function valueAsText(value: Value): string {
  if (value === null || value === undefined) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  return javascriptText(value);
}

export function decodeEntities(text: string): string {
  const entities = new Map<string, string>();
  return text.replaceAll(/&(?:#\d+|#x[\da-f]+|[a-z]\w*);/gi, (entity) => {
    let decoded = entities.get(entity);
    if (decoded === undefined) entities.set(entity, (decoded = load(entity, null, false).text()));
    return decoded;
  });
}
