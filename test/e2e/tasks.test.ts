/**
 * Tasks proven in Chromium: solved by their demonstrator twice with the same trajectory, and by no wrong answer.
 * A sample of the templates by default; all tasks of all splits with DREAMGYM_PROVE_ALL=1 (some 20 minutes), as
 * `dreamgym tasks validate --solve` does.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { OWN_SITE_URLS, SITE_URLS } from "../../fixtures/site-urls.ts";
import { SPLITS } from "../../fixtures/templates/generate.ts";
import { taskFile } from "../../fixtures/templates/task-files.ts";
import { groupByProvider, maskOf } from "../../fixtures/site-providers.ts";
import { createDemonstrator } from "../../fixtures/templates/demonstrator.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import type { TaskConfig } from "../../src/evaluation/task-config.ts";
import { loadTaskConfigs } from "../../src/real/harness/load-tasks.ts";
import { solveTasks, type SolveResult } from "../../src/real/harness/solve-tasks.ts";
import { wrongAnswers } from "../../src/real/harness/wrong-answers.ts";
import { openSitesInChromium } from "../support/real-sites.ts";

const PROVE_ALL = process.env["DREAMGYM_PROVE_ALL"] === "1";

/** One template in this many, one task of each. */
const STRIDE = 5;

function chooseTasks() {
  const all = SPLITS.flatMap((split) => loadTaskConfigs(taskFile(split))).filter(
    // An application may be missing here; its own test proves its tasks.
    ({ sites }) => sites.every((site) => site in OWN_SITE_URLS),
  );
  if (PROVE_ALL) return all;
  const templates = [...new Set(all.map((task) => task.intent_template_id))];
  return templates
    .filter((_id, index) => index % STRIDE === 0)
    .map((id, index) => {
      const own = all.filter((task) => task.intent_template_id === id);
      return own[index % own.length] as (typeof own)[number];
    });
}

describe(PROVE_ALL ? "all tasks" : "a sample of the tasks", () => {
  const configs = chooseTasks();
  let results: SolveResult[] = [];

  beforeAll(async () => {
    for (const { sites, tasks } of groupByProvider(configs)) {
      await using world = await openSitesInChromium(sites, 2);
      const own = tasks.map((config) => toTask(config, SITE_URLS));
      const proven = await solveTasks({
        tasks: own,
        envs: world.envs,
        policyFor: (task) => createDemonstrator(tasks[own.indexOf(task)] as TaskConfig),
        wrongAnswersFor: (task) => wrongAnswers(task, own),
        runs: 2,
        mask: maskOf(sites),
      });
      for (const [index, task] of tasks.entries())
        results[configs.indexOf(task)] = proven[index] as SolveResult;
    }
  }, 3_600_000);

  it.each(configs.map((config, index) => ({ index, id: config.task_id, goal: config.intent })))(
    "$id: $goal",
    ({ index }) => {
      expect(results[index]?.problems).toEqual([]);
      expect(results[index]?.steps).toBeLessThanOrEqual((configs[index]?.max_steps ?? 0) / 2);
    },
  );
});
