/**
 * A parser of WebArena's locators. They are JavaScript expressions, but use a small part of the language: chains of
 * property and method names on `document`, indexes, `[...list].map(e => …).join(' ')`, `+`, `||`, `?.` and strings.
 * The parser refuses everything else. Nothing ever runs as code.
 */

import { EvaluatorError } from "../core/errors.ts";

export type Locator =
  | { kind: "text"; value: string }
  | { kind: "number"; value: number }
  /** `document`, or the parameter of a `map`. */
  | { kind: "name"; name: string }
  | { kind: "property"; object: Locator; name: string; optional: boolean }
  | { kind: "call"; object: Locator; method: string; arguments: Locator[]; optional: boolean }
  | { kind: "index"; object: Locator; index: Locator }
  /** `[...object]` */
  | { kind: "spread"; object: Locator }
  | { kind: "arrow"; parameter: string; body: Locator }
  | { kind: "add" | "or"; left: Locator; right: Locator };

const TOKEN =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?<number>\d+)|(?<name>[A-Za-z_$][\w$]*)|(?<mark>\.\.\.|=>|\?\.|\|\||\?\?|[.,+()[\]]))/y;

type TokenKind = "text" | "number" | "name" | "mark";
interface Token {
  kind: TokenKind;
  value: string;
}

/** @throws EvaluatorError that names the first unsupported part */
export function parseLocator(text: string): Locator {
  const tokens = tokenizeLocator(text);
  let position = 0;

  const fail = (wanted: string): never => {
    const got = tokens[position]?.value ?? "the end";
    throw new EvaluatorError(
      `Expected ${wanted} in the locator ${text}, got ${got}. Only chains on document that read values are supported.`,
    );
  };
  const peek = (value: string): boolean =>
    tokens[position]?.kind === "mark" && tokens[position]?.value === value;
  const accept = (value: string): boolean => {
    const isThere = peek(value);
    if (isThere) position += 1;
    return isThere;
  };
  const expect = (value: string): void => {
    if (!accept(value)) fail(value);
  };
  const take = (kind: TokenKind): string => {
    const token = tokens[position];
    if (token?.kind !== kind) return fail(kind);
    position += 1;
    return token.value;
  };

  const parseOr = (): Locator => {
    let left = parseSum();
    while (accept("||")) left = { kind: "or", left, right: parseSum() };
    return left;
  };
  const parseSum = (): Locator => {
    let left = parseChain();
    while (accept("+")) left = { kind: "add", left, right: parseChain() };
    return left;
  };
  const parseChain = (): Locator => {
    let object = parsePrimary();
    for (;;) {
      const optional = accept("?.");
      if (optional || accept(".")) object = parseMember(object, optional);
      else if (accept("[")) {
        object = { kind: "index", object, index: parseOr() };
        expect("]");
      } else return object;
    }
  };
  const parseMember = (object: Locator, optional: boolean): Locator => {
    const name = take("name");
    if (!accept("(")) return { kind: "property", object, name, optional };
    const parameters: Locator[] = [];
    while (!peek(")")) {
      parameters.push(parseArgument());
      if (!accept(",")) break;
    }
    expect(")");
    return { kind: "call", object, method: name, arguments: parameters, optional };
  };
  const parseArgument = (): Locator => {
    const start = position;
    const isWrapped = accept("(");
    if (tokens[position]?.kind === "name") {
      const parameter = take("name");
      if ((!isWrapped || accept(")")) && accept("=>")) {
        return { kind: "arrow", parameter, body: parseOr() };
      }
    }
    position = start;
    return parseOr();
  };
  const parsePrimary = (): Locator => {
    const token = tokens[position];
    if (token?.kind === "text") {
      position += 1;
      return { kind: "text", value: unquote(token.value) };
    }
    if (token?.kind === "number") {
      position += 1;
      return { kind: "number", value: Number(token.value) };
    }
    if (token?.kind === "name") {
      position += 1;
      return { kind: "name", name: token.value };
    }
    if (accept("(")) {
      const inner = parseOr();
      expect(")");
      return inner;
    }
    if (accept("[")) {
      expect("...");
      const object = parseOr();
      expect("]");
      return { kind: "spread", object };
    }
    return fail("document, a text or [...list]");
  };

  const locator = parseOr();
  return position === tokens.length ? locator : fail("the end");
}

function tokenizeLocator(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trim().replace(/;$/, "");
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const start = TOKEN.lastIndex;
    const groups = TOKEN.exec(source)?.groups;
    if (groups === undefined) {
      throw new EvaluatorError(
        `Expected a locator like document.querySelector('…').outerText, got ${text}: ${JSON.stringify(source.slice(start, start + 12))} is not supported.`,
      );
    }
    for (const kind of ["text", "number", "name", "mark"] as const) {
      const value = groups[kind];
      if (value !== undefined) tokens.push({ kind, value });
    }
  }
  return tokens;
}

/** Removes the quotes and the backslashes of escapes. `\n` and `\t` become a line break and a tab. */
function unquote(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\\(.)/g, (_escape, character: string) =>
      character === "n" ? "\n" : character === "t" ? "\t" : character,
    );
}
