/** Loads the tasks of WebArena-Verified from its own file, whole and unchanged. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { TaskError } from "../../../core/errors.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import { type VerifiedTask, VerifiedTaskSchema } from "../../../evaluation/verified/task.ts";

export interface VerifiedTasks {
  byId: ReadonlyMap<number, VerifiedTask>;
  /** SHA-256 of the file. */
  checksum: string;
}

/** @throws TaskError that names the file, and the first task that does not fit */
export function loadVerifiedTasks(path: string): VerifiedTasks {
  const bytes = readBytes(path);
  const list = parseList(bytes, path);
  const byId = new Map<number, VerifiedTask>();
  for (const [index, raw] of list.entries()) {
    const parsed = VerifiedTaskSchema.safeParse(raw);
    if (!parsed.success)
      throw new TaskError(
        `Expected a task of WebArena-Verified at position ${index} of ${path}: ${reportIssues(parsed.error, raw)}.`,
      );
    const id = parsed.data.task_id;
    if (byId.has(id)) throw new TaskError(`Expected one task ${id} in ${path}, got two.`);
    byId.set(id, parsed.data);
  }
  return { byId, checksum: createHash("sha256").update(bytes).digest("hex") };
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TaskError(
      `Expected webarena-verified.json at ${path}, got ${code ?? String(error)}. Name it with --tasks.`,
      { cause: error },
    );
  }
}

function parseList(bytes: Buffer, path: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    // Reported below.
  }
  if (Array.isArray(value)) return value;
  throw new TaskError(
    `Expected a list of tasks in ${path}, got another file. Name webarena-verified.json with --tasks.`,
  );
}
