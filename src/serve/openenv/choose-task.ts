/** Which task an episode plays: the named one, the one at an index of a split, or one by the seed. */

import type { Task } from "../../core/task.ts";
import { type ServedWorld, tasksOfWorld } from "./served-world.ts";
import { WireError, type WireReset } from "./wire.ts";

/** @param turn number of the episode, where the client names no seed. @throws WireError for a task that does not exist */
export function chooseTask(world: ServedWorld, wanted: WireReset, turn: number): Task {
  const { task_name: name, split, index, seed } = wanted;
  const all = tasksOfWorld(world);
  if (name !== null && name !== undefined) {
    const named = all.find(({ id }) => id === name);
    if (named === undefined) throw unknown(`a task_name of one of ${all.length} tasks`, name);
    return named;
  }
  const tasks = split === null || split === undefined ? all : tasksOfSplit(world, split);
  const place = index ?? (seed ?? turn) % tasks.length;
  const task = tasks[place];
  if (task === undefined) throw unknown(`an index below ${tasks.length}`, String(place));
  return task;
}

/** @throws WireError for a split that does not exist */
export function tasksOfSplit({ splits }: ServedWorld, split: string): readonly Task[] {
  const tasks = Object.hasOwn(splits, split) ? splits[split] : undefined;
  if (tasks === undefined)
    throw unknown(`a split, one of ${Object.keys(splits).join(", ")}`, split);
  return tasks;
}

const unknown = (expected: string, got: string): WireError =>
  new WireError(
    "VALIDATION_ERROR",
    `Expected ${expected}, got ${got}. GET /schema and the task routes show what there is.`,
  );
