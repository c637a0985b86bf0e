/**
 * Reads and writes calls in Python's form, with literals as arguments: the shape of BrowserGym's and WebRL's actions.
 * Nothing runs. Text around the calls is ignored, as both originals do.
 */

import { pythonQuote } from "./python-quote.ts";

export type PythonValue =
  | string
  | number
  | boolean
  | null
  | PythonValue[]
  | { [key: string]: PythonValue };

export interface PythonCall {
  name: string;
  positional: PythonValue[];
  named: Record<string, PythonValue>;
}

/** All calls in a text, in order. Inner calls are not literals, so a call that holds one is none. */
export function findCalls(text: string): PythonCall[] {
  const calls: PythonCall[] = [];
  const start = /(?<![\w.])([A-Za-z_]\w*)\s*\(/gu;
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const reader = new LiteralReader(text, start.lastIndex);
    const args = reader.readArguments();
    if (args === null) continue;
    calls.push({ name: match[1] ?? "", ...args });
    start.lastIndex = reader.position;
  }
  return calls;
}

export function writeCall(
  name: string,
  positional: readonly (string | number | readonly string[])[],
  named: Readonly<Record<string, string>> = {},
): string {
  const write = (value: string | number | readonly string[]): string => {
    if (typeof value === "object") return `[${value.map(write).join(", ")}]`;
    return typeof value === "number" ? String(value) : pythonQuote(value);
  };
  const parts = [
    ...positional.map(write),
    ...Object.entries(named).map(([key, value]) => `${key}=${write(value)}`),
  ];
  return `${name}(${parts.join(", ")})`;
}

const NONE = Symbol("no literal");
const WORDS: Readonly<Record<string, PythonValue>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\u0007",
  "0": "\0",
  "\n": "",
};

class LiteralReader {
  readonly #text: string;
  position: number;

  constructor(text: string, position: number) {
    this.#text = text;
    this.position = position;
  }

  /** Behind the opening bracket. Null unless it is a call with literals. */
  readArguments(): Omit<PythonCall, "name"> | null {
    const positional: PythonValue[] = [];
    const named: Record<string, PythonValue> = {};
    while (!this.#accept(")")) {
      const [key] = this.#match(/[A-Za-z_]\w*(?=\s*=(?!=))/uy) ?? [];
      if (key !== undefined) this.#accept("=");
      const value = this.#read();
      if (value === NONE) return null;
      if (key !== undefined) named[key] = value;
      else if (Object.keys(named).length > 0) return null;
      else positional.push(value);
      if (!this.#accept(",") && !this.#peek(")")) return null;
    }
    return { positional, named };
  }

  #read(): PythonValue | typeof NONE {
    const [, quotes] = this.#match(/("""|'''|"|')/uy) ?? [];
    if (quotes !== undefined) return this.#readString(quotes);
    const [number] = this.#match(/[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/uy) ?? [];
    if (number !== undefined) return Number(number);
    const [word] = this.#match(/[A-Za-z]+/uy) ?? [];
    if (word !== undefined) return Object.hasOwn(WORDS, word) ? (WORDS[word] ?? null) : NONE;
    if (this.#accept("[")) return this.#readList("]");
    if (this.#accept("(")) return this.#readList(")");
    return this.#accept("{") ? this.#readRecord() : NONE;
  }

  #readList(end: string): PythonValue[] | typeof NONE {
    const items: PythonValue[] = [];
    while (!this.#accept(end)) {
      const item = this.#read();
      if (item === NONE || (!this.#accept(",") && !this.#peek(end))) return NONE;
      items.push(item);
    }
    return items;
  }

  #readRecord(): Record<string, PythonValue> | typeof NONE {
    const record: Record<string, PythonValue> = {};
    while (!this.#accept("}")) {
      const key = this.#read();
      if (typeof key !== "string" || !this.#accept(":")) return NONE;
      const value = this.#read();
      if (value === NONE || (!this.#accept(",") && !this.#peek("}"))) return NONE;
      record[key] = value;
    }
    return record;
  }

  /** Line breaks may stand in any string: models write them. */
  #readString(quotes: string): string | typeof NONE {
    let value = "";
    while (this.position < this.#text.length) {
      if (this.#text.startsWith(quotes, this.position)) {
        this.position += quotes.length;
        return value;
      }
      if (this.#text[this.position] !== "\\") {
        value += this.#text[this.position];
        this.position += 1;
        continue;
      }
      value += this.#readEscape();
    }
    return NONE;
  }

  #readEscape(): string {
    const code = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/uy;
    code.lastIndex = this.position;
    const match = code.exec(this.#text);
    if (match !== null) {
      this.position = code.lastIndex;
      const point = Number.parseInt(match[1] ?? match[2] ?? match[3] ?? "", 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : match[0];
    }
    const next = this.#text[this.position + 1] ?? "";
    this.position += 2;
    if (next === "\\" || next === "'" || next === '"') return next;
    return ESCAPES[next] ?? `\\${next}`;
  }

  #accept(mark: string): boolean {
    const isThere = this.#peek(mark);
    if (isThere) this.position += mark.length;
    return isThere;
  }

  #peek(mark: string): boolean {
    this.#match(/(?:\s|#[^\n]*(?:\n|$))*/uy);
    return this.#text.startsWith(mark, this.position);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    const blank = /(?:\s|#[^\n]*(?:\n|$))*/uy;
    blank.lastIndex = this.position;
    blank.exec(this.#text);
    pattern.lastIndex = blank.lastIndex;
    const match = pattern.exec(this.#text);
    if (match !== null) this.position = pattern.lastIndex;
    return match;
  }
}
