/** A file of tasks that grows by one task at a time. */

import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { loadTaskConfigs } from "../real/harness/load-tasks.ts";
import { makeFolders, writeFileWhole } from "../store/run-folder.ts";

/** @throws ConfigError for a name that does not belong to a task file; TaskError for a file that holds something else */
function tasksIn(path: string): TaskConfig[] {
  if (!path.endsWith(".json"))
    throw new ConfigError(`Expected a file of tasks that ends in .json, got ${path}.`);
  return existsSync(path) ? loadTaskConfigs(path) : [];
}

/** One more than the largest id of the file. */
export function nextTaskId(path: string): number {
  return Math.max(0, ...tasksIn(path).map(({ task_id: id }) => id)) + 1;
}

export function addTask(path: string, task: TaskConfig): void {
  const tasks = [...tasksIn(path), task];
  makeFolders(dirname(path));
  writeFileWhole(path, `${JSON.stringify(tasks, null, 1)}\n`);
}
