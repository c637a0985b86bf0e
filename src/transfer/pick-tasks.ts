/** Picks a part of a split that represents the whole: as many tasks of each template as of any other. */

import type { Task } from "../core/task.ts";

/** The first task of each template, then the second of each, and so on, until there are `count`; null for all. */
export function pickTasks(tasks: readonly Task[], count: number | null): Task[] {
  if (count === null) return [...tasks];
  const seen = new Map<number, number>();
  const ranked = tasks.map((task) => {
    const rank = seen.get(task.templateId) ?? 0;
    seen.set(task.templateId, rank + 1);
    return { task, rank };
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, count)
    .map(({ task }) => task);
}
