/** Proves templates before they are registered: from their instances to solved tasks, on the sites they name. */

import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { Entity } from "../../fixtures/templates/entity.ts";
import { createSolver } from "../../fixtures/templates/demonstrator.ts";
import { generateTasks, SPLITS, type WorldName } from "../../fixtures/templates/generate.ts";
import { createTaskWorlds } from "../../fixtures/templates/task-files.ts";
import {
  type EntitySplit,
  fillIntent,
  type TaskTemplate,
} from "../../fixtures/templates/template.ts";
import { SITE_URLS } from "../../fixtures/site-urls.ts";
import type { World } from "../../fixtures/worlds/world.ts";
import { wrongAnswers } from "../../src/real/harness/wrong-answers.ts";
import type { Env } from "../../src/core/env.ts";
import { runEpisode } from "../../src/core/episode.ts";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import { solveTasks } from "../../src/real/harness/solve-tasks.ts";

/** Templates that are proven together. */
export interface TemplateSet {
  /** The beginning of a test's title: `the land's`. */
  name: string;
  templates: readonly TaskTemplate[];
  /** Least number of templates on that site alone. */
  leastOnSite: Readonly<Record<string, number>>;
  /** Least number of templates across sites. */
  leastAcross: number;
  /** Possible subjects of the templates. */
  entitiesOf: (world: World, split: EntitySplit) => Entity[];
}

export type Worlds = Record<WorldName, World>;

export const createProofWorlds: () => Worlds = createTaskWorlds;

const sitesOf = ({ site, sites = [site] }: TaskTemplate): readonly string[] => sites;

/** The sites that the templates visit, by name. */
export function siteUrlsOf(templates: readonly TaskTemplate[]): Record<string, string> {
  const names = new Set(templates.flatMap(sitesOf));
  return Object.fromEntries(Object.entries(SITE_URLS).filter(([name]) => names.has(name)));
}

/** The tasks that the generator makes of the templates, in all splits. */
export function generateSetTasks(templates: readonly TaskTemplate[], worlds: Worlds): TaskConfig[] {
  const tasks = generateTasks({ templates, worlds, demonstratorSteps: {} });
  return SPLITS.flatMap((split) => tasks[split]).map((config) =>
    parseTaskConfig(config, `template ${config.intent_template_id}`),
  );
}

/** A task of each instance of a template in both worlds, whether the generator draws it or not. */
export function allTasksOf(worlds: Worlds, template: TaskTemplate): TaskConfig[] {
  return (["A", "B"] as const).flatMap((world) => {
    const instances = (["train", "dev"] as const).flatMap((split) =>
      template.instances(worlds[world], split),
    );
    return instances.map((instance, index) =>
      parseTaskConfig(
        {
          sites: [...sitesOf(template)],
          task_id: template.id * 1_000 + (world === "A" ? 0 : 500) + index,
          require_login: true,
          storage_state: null,
          start_url: instance.startUrl,
          geolocation: null,
          intent_template: template.intentTemplate,
          instantiation_dict: instance.values,
          intent: fillIntent(template.intentTemplate, instance.values),
          require_reset: false,
          eval: instance.eval,
          intent_template_id: template.id,
          world,
        },
        `template ${template.id}`,
      ),
    );
  });
}

/**
 * Plays another task's demonstration on each task of the template: everything is right except the subject.
 *
 * @returns goals of the tasks that it solves, and the number of tasks tried. Answers may be equal by chance, so tasks
 * that are judged by the answer alone do not count.
 */
export async function tryNeighbours(
  template: TaskTemplate,
  configs: readonly TaskConfig[],
  env: Env,
): Promise<{ tried: number; solved: string[] }> {
  const judged = configs.filter(({ eval: { eval_types } }) => !eval_types.includes("string_match"));
  const solved: string[] = [];
  let tried = 0;
  for (const [index, config] of judged.entries()) {
    const neighbour = judged
      .slice(index + 1)
      .find(
        ({ world, eval: checks }) =>
          world === config.world && !isDeepStrictEqual(checks, config.eval),
      );
    if (neighbour === undefined) continue;
    tried++;
    const { score, error } = await runEpisode({
      env,
      policy: createSolver(template, neighbour),
      task: toTask(config, SITE_URLS),
      seed: 0,
      id: `${config.task_id}-neighbour`,
      actor: "neighbour",
      source: "real",
    });
    expect(score?.status, `${config.intent} ${error ?? ""}`).toBe("scored");
    if (score?.status === "scored" && score.value === 1) solved.push(config.intent);
  }
  return { tried, solved };
}

/** Solves each task of a template twice and tries wrong answers on it. @throws an assertion that names the unproven */
export async function expectProven(
  template: TaskTemplate,
  configs: readonly TaskConfig[],
  all: readonly TaskConfig[],
  env: Env,
): Promise<number[]> {
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const configOf = (id: string): TaskConfig => byId.get(id) as TaskConfig;
  const results = await solveTasks({
    tasks: configs.map((config) => toTask(config, SITE_URLS)),
    envs: [env],
    policyFor: ({ id }) => createSolver(template, configOf(id)),
    wrongAnswersFor: (task) =>
      wrongAnswers(
        task,
        all.map((config) => toTask(config, SITE_URLS)),
      ),
    runs: 2,
  });
  const broken = results
    .filter(({ problems }) => problems.length > 0)
    .map(({ taskId, problems }) => `${configOf(taskId).intent}: ${problems.join("; ")}`);
  expect(broken).toEqual([]);
  return results.map(({ steps }) => steps);
}
