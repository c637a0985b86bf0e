/** Before a recording: which templates can be demonstrated? One task of each is proven. */

import { ConfigError } from "../core/errors.ts";
import { leaveOutUnproven } from "../real/harness/proven-templates.ts";
import { pickTasks } from "../transfer/pick-tasks.ts";
import { type CheckedSiteModule, tasksOf } from "../transfer/site-module.ts";
import type { CliContext } from "./context.ts";
import { type ProveOptions, proveTasks } from "./prove-tasks.ts";

/** The same sites, without the train tasks of templates whose first task is not proven. */
export async function leaveOutUnprovenOf(
  context: CliContext,
  site: CheckedSiteModule,
  { browsers, browser }: Pick<ProveOptions, "browsers" | "browser">,
): Promise<CheckedSiteModule> {
  if (site.createDemonstrator === undefined)
    throw new ConfigError(
      "--prove needs demonstrators, and these sites have none. Remove --prove.",
    );
  const all = tasksOf(site, "train");
  const templates = new Set(all.map(({ templateId }) => templateId));
  const tasks = pickTasks(all, templates.size);
  const results = await proveTasks(context, {
    groups: [{ site, tasks }],
    runs: 2,
    browsers,
    browser,
  });
  const proven = leaveOutUnproven(all, [...results.values()]);
  for (const line of proven.leftOut) context.progress.note(line);
  return { ...site, tasks: { ...site.tasks, train: proven.tasks } };
}
