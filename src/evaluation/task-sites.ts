/** The sites of a task: the same rules and the same errors in every world. */

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

/** @throws TaskError if a start URL is not on the task's own sites */
export function assertStartsOnSites(task: Task, isAllowed: (url: string) => boolean): void {
  const outside = task.startUrls.find((url) => !isAllowed(url));
  if (outside === undefined) return;
  throw new TaskError(
    `Expected the start URLs of task ${task.id} on its own sites, got ${outside}. Add its site to the task.`,
  );
}
