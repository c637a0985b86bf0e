/** Applies proofs of tasks to recording: it skips a template with a faulty task and keeps the others. */

import type { Task } from "../../core/task.ts";
import type { SolveResult } from "./solve-tasks.ts";

export interface ProvenTemplates {
  /** Tasks of templates without a known problem. */
  tasks: Task[];
  /** One line for each skipped template. */
  leftOut: string[];
}

/** @param results of all tasks, or of some tasks of each template */
export function leaveOutUnproven(
  tasks: readonly Task[],
  results: readonly SolveResult[],
): ProvenTemplates {
  const templateOf = new Map(tasks.map(({ id, templateId }) => [id, templateId]));
  const faults = new Map<number, string>();
  for (const { taskId, problems } of results) {
    const template = templateOf.get(taskId);
    const [problem] = problems;
    if (template === undefined || problem === undefined || faults.has(template)) continue;
    faults.set(template, `Template ${template} is left out: task ${taskId}: ${problem}`);
  }
  return {
    tasks: tasks.filter(({ templateId }) => !faults.has(templateId)),
    leftOut: [...faults.values()],
  };
}
