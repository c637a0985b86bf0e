/**
 * JSON as editors on any system leave it, and JSON that can be read back. Every JSON file of a user or a run comes
 * in through here.
 */

import { readFileSync } from "node:fs";
import { RecordingError } from "../core/errors.ts";

/** Some editors put it in front of a text. `JSON.parse` refuses it; it takes CRLF as white space. */
const BYTE_ORDER_MARK = "\ufeff";

function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

/** @throws SyntaxError when it is not JSON; an error of Node's when it cannot be read */
export function readJsonFile(path: string): unknown {
  return JSON.parse(withoutByteOrderMark(readFileSync(path, "utf8")));
}

/** The lines of a JSON Lines text, numbered from 1. Blank lines are left out. */
export function splitJsonLines(text: string): { line: string; number: number }[] {
  return withoutByteOrderMark(text)
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "");
}

/**
 * The value on one line, with a line break.
 *
 * @param where begins the message
 * @throws RecordingError for what JSON turns into something else, such as NaN, which becomes null
 */
export function toJsonLine(value: unknown, where: string): string {
  const fault = findUnwritable(value);
  if (fault === null) return `${JSON.stringify(value)}\n`;
  const key = fault.path.length === 0 ? "the value" : `\`${fault.path.join(".")}\``;
  throw new RecordingError(
    `${where}: expected ${key} to be a value that JSON can hold, got ${String(fault.value)}. Nothing was written.`,
  );
}

/** The first value that would come back as another one; null where there is none. */
function findUnwritable(value: unknown): { path: string[]; value: unknown } | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : { path: [], value };
  if (typeof value !== "object") return { path: [], value };
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    // JSON leaves out a key without a value; a reader finds it missing, which is the same.
    if (inner === undefined && !isList) continue;
    const fault = findUnwritable(inner);
    if (fault !== null) return { ...fault, path: [name, ...fault.path] };
  }
  return null;
}
