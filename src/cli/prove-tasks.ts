/** Proves tasks in browsers: each demonstrator solves its task, wrong answers do not. One task of each template first. */

import { dirname, join } from "node:path";
import type { Policy } from "../core/policy.ts";
import type { Task } from "../core/task.ts";
import { openRealSites } from "../real/browser/open-real-sites.ts";
import { solveTasks, type SolveResult } from "../real/harness/solve-tasks.ts";
import { wrongAnswers } from "../real/harness/wrong-answers.ts";
import { pickTasks } from "../transfer/pick-tasks.ts";
import { servedBy, worldsOf } from "../transfer/site-module.ts";
import { browserFor, countBrowsers } from "./browsers.ts";
import type { CliContext } from "./context.ts";
import { openProofFile } from "./proof-file.ts";
import type { ProofGroup } from "./provable-tasks.ts";

export interface ProveOptions {
  groups: readonly ProofGroup[];
  /** How often each demonstrator runs. 2 shows that its trajectory is the same again. */
  runs: number;
  browsers: number;
  /** `--browser` */
  browser?: string | undefined;
  /** Where proven tasks are noted, so that a validation that was stopped resumes. */
  proofs?: string | undefined;
}

/** Results by task id; a proven one has no problems. @throws BrowserError, SiteError */
export async function proveTasks(
  context: CliContext,
  { groups, runs, browsers, browser, proofs }: ProveOptions,
): Promise<Map<string, SolveResult>> {
  const { progress, signal } = context;
  const results = new Map<string, SolveResult>();
  if (proofs !== undefined) progress.keepLog(join(dirname(proofs), "log.txt"));
  using file = proofs === undefined ? null : await openProofFile(proofs, runs);
  const left = groups.map(({ site, tasks }) => ({
    site,
    tasks: tasks.filter((task) => {
      const proven = file?.find(task);
      if (proven !== undefined) results.set(task.id, proven);
      return proven === undefined;
    }),
  }));
  if (results.size > 0)
    progress.note(`solve: ${results.size} tasks are proven in ${proofs} already`);
  const total = left.reduce((sum, { tasks }) => sum + tasks.length, 0);
  let [done, failed] = [0, 0];
  for (const { site, tasks } of left.filter((group) => group.tasks.length > 0)) {
    const byId = new Map(tasks.map((task) => [task.id, task]));
    const count = countBrowsers(browsers, tasks.length);
    progress.update(`solve: starting sites and ${count} browsers for ${tasks.length} tasks`);
    await using world = await openRealSites({
      ...servedBy(site),
      worlds: worldsOf(site, tasks),
      count,
      executablePath: async () => (await browserFor(context, browser)).path,
    });
    await solveTasks({
      // What is wrong with a template shows after minutes, not at the end.
      tasks: pickTasks(tasks, tasks.length),
      envs: world.envs,
      policyFor: (task) => site.createDemonstrator?.(task) as Policy,
      wrongAnswersFor: (task) => wrongAnswers(task, tasks),
      runs,
      ...(site.mask && { mask: site.mask }),
      onResult(result) {
        const { taskId, steps, problems } = result;
        results.set(taskId, result);
        file?.add(byId.get(taskId) as Task, result);
        done++;
        if (problems.length > 0) {
          failed++;
          progress.note(`task ${taskId} (${steps} steps): ${problems.join(" | ")}`);
        }
        progress.update(`solve: ${done} of ${total} tasks, ${failed} failed`, { done, total });
      },
      signal,
    });
  }
  progress.clear();
  return results;
}
