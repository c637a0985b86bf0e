/**
 * Reads JSON as editors on any system save it, and writes JSON that reads back unchanged. Every JSON file of a user or
 * a run is read here.
 */

import { readFileSync } from "node:fs";
import { RecordingError } from "../core/errors.ts";

/** A byte order mark. Some editors write one, which `JSON.parse` rejects. It accepts CRLF as white space. */
const BYTE_ORDER_MARK = "\ufeff";

function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}

/** @throws SyntaxError if it is not JSON; Node's own error if the file cannot be read */
export function readJsonFile(path: string): unknown {
  return JSON.parse(withoutByteOrderMark(readFileSync(path, "utf8")));
}

/** The lines of a JSON Lines text, numbered from 1, without blank lines. */
export function splitJsonLines(text: string): { line: string; number: number }[] {
  return withoutByteOrderMark(text)
    .split("\n")
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== "");
}

/**
 * The value on one line, with a line break.
 *
 * @param where start of the message
 * @throws RecordingError for values that JSON changes, such as NaN, which becomes null
 */
export function toJsonLine(value: unknown, where: string): string {
  const fault = findUnwritable(value);
  if (fault === null) return `${JSON.stringify(value)}\n`;
  const key = fault.path.length === 0 ? "the value" : `\`${fault.path.join(".")}\``;
  throw new RecordingError(
    `${where}: expected ${key} to be a value that JSON can hold, got ${String(fault.value)}. Nothing was written.`,
  );
}

/** The first value that would come back as another one, or null. */
function findUnwritable(value: unknown): { path: string[]; value: unknown } | null {
  if (value === null || typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : { path: [], value };
  if (typeof value !== "object") return { path: [], value };
  const isList = Array.isArray(value);
  for (const [name, inner] of Object.entries(value)) {
    // JSON omits a key without a value. A reader finds it missing, which is the same.
    if (inner === undefined && !isList) continue;
    const fault = findUnwritable(inner);
    if (fault !== null) return { ...fault, path: [name, ...fault.path] };
  }
  return null;
}
