/** Which of the known sites a task names: the same rule and the same error in every world. */

import { TaskError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";

/**
 * What is known of each site that the task names, in the task's order.
 *
 * @throws TaskError when the task names a site that is not known
 */
export function sitesOfTask<Site>(task: Task, known: Readonly<Record<string, Site>>): Site[] {
  return task.sites.map((name) => {
    const site = known[name];
    if (site !== undefined) return site;
    const names = Object.keys(known).join(", ") || "none";
    throw new TaskError(
      `Expected task ${task.id} to name known sites (${names}), got "${name}". Give its origin.`,
    );
  });
}
