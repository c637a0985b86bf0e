/** Reads JSON and keeps how its numbers were written, where their text matters: `5.0`, and integers of many digits. */

import { WrittenNumber } from "./python-text.ts";

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gsu;
/** A name that no response has. It stands for a written number until the text is parsed. */
const MARK = "\u0000number";

/** @returns null for text that is not JSON */
export function readJson(text: string): { value: unknown } | null {
  const marked = text.replaceAll(STRING_OR_NUMBER, (token) =>
    token.startsWith('"') || String(Number(token)) === token
      ? token
      : JSON.stringify({ [MARK]: token }),
  );
  try {
    // A number without its usual text is still a number of JSON, which the marked text does not check.
    JSON.parse(text);
    const value: unknown = JSON.parse(marked, (_name, held: unknown) =>
      typeof held === "object" && held !== null && MARK in held
        ? new WrittenNumber(String(held[MARK]))
        : held,
    );
    return { value };
  } catch {
    return null;
  }
}
