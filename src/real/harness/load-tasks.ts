/** Reads task configs from a file or a folder. Each fault names file, task and field on one line. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { TaskError } from "../../core/errors.ts";
import { describeForeignFormat } from "../../evaluation/foreign-format.ts";
import { findTaskFaults, parseTaskConfig, type TaskConfig } from "../../evaluation/task-config.ts";
import { describeFault, type TaskFault } from "../../evaluation/task-fault.ts";
import { describeUnusedFields } from "../../evaluation/unused-fields.ts";
import { readJsonFile } from "../../store/json-text.ts";

/**
 * All tasks of a JSON file (a list of configs, or one config) or of all `*.json` files of a folder, in order.
 *
 * @param onNote gets one line if tasks have fields that dreamgym ignores, such as `require_login`
 * @throws TaskError if the path cannot be read, the JSON is broken, a config does not fit, or an id occurs twice
 */
export function loadTaskConfigs(path: string, onNote?: (line: string) => void): TaskConfig[] {
  const { tasks, faults } = readTaskFiles(path);
  const [first, ...others] = faults;
  if (first !== undefined) {
    const advice =
      first.field === null ? "" : ". Expected WebArena's task config; see docs/tasks.md.";
    const more =
      others.length === 0 ? "" : ` (${others.length} more: dreamgym tasks validate ${path})`;
    throw new TaskError(`${describeFault(first)}${advice}${more}`);
  }
  const configs = tasks.map(({ config }) => config);
  const note = describeUnusedFields(configs);
  if (note !== null) onNote?.(`${path}: ${note}`);
  return configs;
}

export interface TaskFiles {
  /** Tasks that fit the schema, each with its place: `tasks/dev.json, task 12`. */
  tasks: { config: TaskConfig; where: string }[];
  faults: TaskFault[];
}

/**
 * Like `loadTaskConfigs`, but collects all faults.
 *
 * @throws TaskError if the path cannot be read, the JSON is broken, or the list is empty
 */
export function readTaskFiles(path: string): TaskFiles {
  const places = new Map<number, string>();
  const [tasks, faults]: [TaskFiles["tasks"], TaskFault[]] = [[], []];
  for (const file of listFiles(path)) {
    const data = readJson(file);
    const foreign = describeForeignFormat(data);
    if (foreign !== null) {
      faults.push({ where: file, field: null, message: foreign });
      continue;
    }
    for (const [index, entry] of (Array.isArray(data) ? data : [data]).entries()) {
      const where = `${file}, ${describeTask(entry, index)}`;
      const found = findTaskFaults(entry, where);
      faults.push(...found);
      if (found.length > 0) continue;
      const config = parseTaskConfig(entry, where);
      const first = places.get(config.task_id);
      const place = `entry ${index}${first?.startsWith(file) ? "" : ` of ${file}`}`;
      if (first === undefined) places.set(config.task_id, `${file}, entry ${index}`);
      else
        faults.push({
          where,
          field: "task_id",
          message: `expected ids to be unique, got ${config.task_id} again (${place}; first at ${first})`,
        });
      tasks.push({ config, where });
    }
  }
  if (tasks.length === 0 && faults.length === 0)
    throw new TaskError(`${path}: expected at least one task, got none. Give a file of tasks.`);
  return { tasks, faults };
}

/** @throws TaskError for an unknown id. The message suggests the nearest one. */
export function findTaskConfig(configs: readonly TaskConfig[], id: string): TaskConfig {
  const found = configs.find((config) => String(config.task_id) === id.trim());
  if (found !== undefined) return found;
  const [nearest] = configs
    .map((config) => String(config.task_id))
    .sort(
      (a, b) =>
        editDistance(a, id) - editDistance(b, id) ||
        Math.abs(Number(a) - Number(id)) - Math.abs(Number(b) - Number(id)),
    );
  throw new TaskError(
    `Expected the id of one of ${configs.length} tasks, got ${JSON.stringify(id)}.${nearest === undefined ? "" : ` Did you mean ${nearest}?`}`,
  );
}

function listFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT")
      throw new TaskError(
        `Expected a task file or folder at ${path}, got nothing. Check the path.`,
      );
    throw new TaskError(
      `Task file or folder ${path} cannot be read (${reasonOf(error)}). Give another path.`,
      { cause: error },
    );
  }
}

function readJson(file: string): unknown {
  try {
    return readJsonFile(file);
  } catch (error) {
    throw new TaskError(`${file}: expected JSON, got: ${reasonOf(error)}. Correct the file.`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
}

function describeTask(entry: unknown, index: number): string {
  const id = (entry as { task_id?: unknown } | null)?.task_id;
  return typeof id === "number" ? `task ${id}` : `entry ${index}`;
}

/** Levenshtein distance in characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
