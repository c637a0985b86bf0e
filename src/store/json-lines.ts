/**
 * JSON Lines on disk: appended, with one value per line. A process killed during a write leaves at most one torn
 * last line, without a line break. Readers skip that line and the next writer removes it, so that a run can resume.
 */

import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import type { ZodType } from "zod";
import { RecordingError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";
import { splitJsonLines, toJsonLine } from "./json-text.ts";
import { appendWhole, writing } from "./write-bytes.ts";

export interface JsonLinesOptions {
  /**
   * When the data is forced onto the disk. Appended lines always survive a kill of the process. With `each` they
   * also survive a power loss, and each line takes some milliseconds. Default `close`.
   */
  sync?: "each" | "close";
}

export interface JsonLinesFile extends Disposable {
  readonly path: string;
  /** @throws RecordingError if the file is closed, or JSON cannot hold the value (NaN, Infinity) */
  append(value: unknown): void;
}

const LINE_BREAK = 0x0a;

/** Length of the file up to and including its last line break. */
function wholeLinesLength(descriptor: number): number {
  const chunk = Buffer.alloc(64 * 1024);
  let end = fstatSync(descriptor).size;
  while (end > 0) {
    const start = Math.max(0, end - chunk.length);
    const length = readSync(descriptor, chunk, 0, end - start, start);
    const at = chunk.subarray(0, length).lastIndexOf(LINE_BREAK);
    if (at >= 0) return start + at + 1;
    end = start;
  }
  return 0;
}

/**
 * Opens a file for appending, or creates it. Removes a torn last line.
 *
 * @throws RecordingError if it cannot be opened or written
 */
export function openJsonLines(path: string, options: JsonLinesOptions = {}): JsonLinesFile {
  let descriptor: number | null = writing(path, () => openSync(path, "a+"));
  writing(path, () => ftruncateSync(descriptor as number, wholeLinesLength(descriptor as number)));
  return {
    path,
    append(value) {
      const open = descriptor;
      if (open === null)
        throw new RecordingError(`Expected ${path} to be open, got a closed file.`);
      const line = toJsonLine(value, path);
      writing(path, () => {
        appendWhole(open, Buffer.from(line));
        if (options.sync === "each") fsyncSync(open);
      });
    },
    [Symbol.dispose]() {
      const open = descriptor;
      if (open === null) return;
      descriptor = null;
      writing(path, () => {
        try {
          fsyncSync(open);
        } finally {
          closeSync(open);
        }
      });
    },
  };
}

/**
 * Reads all whole lines of a file through a schema, in order, except blank lines and a torn last line. A missing
 * file has no lines.
 *
 * @throws RecordingError naming file and line of the first broken value
 */
export async function readJsonLines<T>(path: string, schema: ZodType<T>): Promise<T[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new RecordingError(`Expected to read ${path}, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
  // A torn line, or nothing, follows the last line break.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return splitJsonLines(whole).map(({ line, number }) =>
    parseJsonLine(line, schema, `${path}:${number}`),
  );
}

/** @throws RecordingError that starts with `where` */
export function parseJsonLine<T>(line: string, schema: ZodType<T>, where: string): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new RecordingError(
      `${where}: expected one JSON value, got "${line.slice(0, 40)}" (${(error as Error).message}). Delete the file to record it again.`,
      { cause: error },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new RecordingError(`${where}: ${reportIssues(parsed.error, value)}`);
}
