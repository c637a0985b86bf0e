/**
 * JSON Lines on disk: one value a line, appended. A process killed while writing leaves at most one torn last
 * line (no line break after it); readers skip it and the next writer cuts it off, so that a run can go on.
 */

import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  fstatSync,
  writeSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import type { ZodType } from "zod";
import { RecordingError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";

export interface JsonLinesOptions {
  /**
   * When the data is forced onto the disk. What was appended survives a kill of the process in any case; `each`
   * also survives a loss of power, at some ms a line. Default `close`.
   */
  sync?: "each" | "close";
}

export interface JsonLinesFile extends Disposable {
  readonly path: string;
  append(value: unknown): void;
}

const LINE_BREAK = 0x0a;

/** Length of the file up to and with its last line break. */
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

function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(descriptor, bytes, written);
  }
}

/**
 * Opens a file for appending, creating it where it is not there yet, and cuts off a torn last line.
 *
 * @throws RecordingError when it cannot be opened or written
 */
export function openJsonLines(path: string, options: JsonLinesOptions = {}): JsonLinesFile {
  let descriptor: number | null = attempt(path, () => openSync(path, "a+"));
  attempt(path, () => ftruncateSync(descriptor as number, wholeLinesLength(descriptor as number)));
  return {
    path,
    append(value) {
      const open = descriptor;
      if (open === null)
        throw new RecordingError(`Expected ${path} to be open, got a closed file.`);
      attempt(path, () => {
        writeWhole(open, Buffer.from(`${JSON.stringify(value)}\n`));
        if (options.sync === "each") fsyncSync(open);
      });
    },
    [Symbol.dispose]() {
      const open = descriptor;
      if (open === null) return;
      descriptor = null;
      attempt(path, () => {
        try {
          fsyncSync(open);
        } finally {
          closeSync(open);
        }
      });
    },
  };
}

function attempt<T>(path: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw new RecordingError(`Expected to write ${path}, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * Reads all whole lines of a file through a schema, in order. A torn last line is left out; a file that is not
 * there has no lines.
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
  const lines = text.split("\n");
  lines.pop(); // what follows the last line break: nothing, or a torn line
  return lines.map((line, index) => parseJsonLine(line, schema, `${path}:${index + 1}`));
}

/** @throws RecordingError that begins with `where` */
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
