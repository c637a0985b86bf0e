/** What a validation prints about tasks, in lines for people. */

import type { SolveResult } from "../../real/harness/solve-tasks.ts";
import type { ListedTask } from "../provable-tasks.ts";

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

export function summarizeTasks(tasks: readonly ListedTask[]): {
  tasks: number;
  templates: number;
  splits: Record<string, number>;
} {
  const splits: Record<string, number> = {};
  for (const { split } of tasks) splits[split] = (splits[split] ?? 0) + 1;
  const templates = new Set(tasks.map(({ templateId }) => templateId)).size;
  return { tasks: tasks.length, templates, splits };
}

/** @param note about fields of the tasks that have no effect; null for none */
export function formatWellFormed(all: readonly ListedTask[], note: string | null): string[] {
  const { tasks, templates, splits } = summarizeTasks(all);
  const parts = Object.entries(splits).map(([name, count]) => `${name} ${count}`);
  const counts = new Map<string, number>();
  const unscored = all.filter((task) => task.unscored.length > 0);
  for (const reason of unscored.flatMap((task) => task.unscored))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [
    `${plural(tasks, "task")} of ${plural(templates, "template")}, all well-formed: ${parts.join(", ")}`,
    ...(unscored.length === 0
      ? []
      : [`${unscored.length} of them cannot be scored by rules alone:`]),
    ...[...counts].map(([reason, count]) => `  ${reason}: ${count}`),
    ...(note === null ? [] : [note]),
  ];
}

/** @param results in the order of the tasks */
export function formatProof(
  tasks: readonly ListedTask[],
  results: readonly SolveResult[],
): string[] {
  const rows = Object.keys(summarizeTasks(tasks).splits).map((split) => {
    const own = results.filter((_, i) => tasks[i]?.split === split);
    const proven = own.filter(({ problems }) => problems.length === 0).length;
    const steps = own.map((result) => result.steps).toSorted((a, b) => a - b);
    const lengths = [steps[0], steps[Math.floor((steps.length - 1) / 2)], steps.at(-1)];
    return [split, own.length, proven, own.length - proven, ...lengths];
  });
  const failed = results.filter(({ problems }) => problems.length > 0);
  return [
    ...[["split", "tasks", "proven", "failed", "steps: least", "median", "most"], ...rows].map(
      ([split, ...cells]) =>
        [String(split).padEnd(17), ...cells.map((cell) => String(cell ?? "–").padStart(8))].join(
          " ",
        ),
    ),
    `${results.length - failed.length} of ${results.length} tasks proven`,
    ...failed.map(({ taskId, problems }) => `  task ${taskId}: ${problems.join(" | ")}`),
  ];
}
