/** Proves templates before they are registered: from their instances to solved tasks, on the sites they name. */

import { expect } from "vitest";
import { ACROSS_TEMPLATES } from "../../fixtures/templates/across/templates.ts";
import { createSolver } from "../../fixtures/templates/demonstrator.ts";
import { generateTasks, SPLITS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { MAP_TEMPLATES } from "../../fixtures/templates/map/templates.ts";
import { fillIntent, type TaskTemplate } from "../../fixtures/templates/template.ts";
import { WIKIPEDIA_TEMPLATES } from "../../fixtures/templates/wikipedia/templates.ts";
import { createWorld, type World } from "../../fixtures/worlds/world.ts";
import { wrongAnswers } from "../../src/cli/prove-tasks.ts";
import type { Env } from "../../src/core/env.ts";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import { solveTasks } from "../../src/real/solve-tasks.ts";

/** Of the sites that the templates below name. */
export const LAND_SITE_URLS = { map: "http://map.test", wikipedia: "http://wikipedia.test" };

export const LAND_TEMPLATES: readonly TaskTemplate[] = [
  ...WIKIPEDIA_TEMPLATES,
  ...MAP_TEMPLATES,
  ...ACROSS_TEMPLATES,
];

export function createLandWorlds(): Record<"A" | "B", World> {
  return { A: createWorld(WORLD_SEEDS.A), B: createWorld(WORLD_SEEDS.B) };
}

/** The tasks that the generator makes of the templates, in all splits. */
export function generateLandTasks(worlds: Record<"A" | "B", World>): TaskConfig[] {
  const tasks = generateTasks({ templates: LAND_TEMPLATES, worlds, demonstratorSteps: {} });
  return SPLITS.flatMap((split) => tasks[split]).map((config) =>
    parseTaskConfig(config, `template ${config.intent_template_id}`),
  );
}

/** A task of each instance of a template in both worlds, whether the generator draws it or not. */
export function allLandTasks(
  worlds: Record<"A" | "B", World>,
  template: TaskTemplate,
): TaskConfig[] {
  return (["A", "B"] as const).flatMap((world) => {
    const instances = (["train", "dev"] as const).flatMap((split) =>
      template.instances(worlds[world], split),
    );
    return instances.map((instance, index) =>
      parseTaskConfig(
        {
          sites: [...(template.sites ?? [template.site])],
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

export function templateOf(id: number): TaskTemplate {
  const template = LAND_TEMPLATES.find((candidate) => candidate.id === id);
  if (template === undefined) throw new RangeError(`Expected a template's id, got ${id}.`);
  return template;
}

/** Solves each task twice and tries wrong answers on it. @throws an assertion naming what is not proven */
export async function expectProven(
  configs: readonly TaskConfig[],
  all: readonly TaskConfig[],
  env: Env,
): Promise<number[]> {
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const configOf = (id: string): TaskConfig => byId.get(id) as TaskConfig;
  const results = await solveTasks({
    tasks: configs.map((config) => toTask(config, LAND_SITE_URLS)),
    envs: [env],
    policyFor: ({ id }) => createSolver(templateOf(configOf(id).intent_template_id), configOf(id)),
    wrongAnswersFor: ({ id }) => wrongAnswers(configOf(id), all),
    runs: 2,
  });
  const broken = results
    .filter(({ problems }) => problems.length > 0)
    .map(({ taskId, problems }) => `${configOf(taskId).intent}: ${problems.join("; ")}`);
  expect(broken).toEqual([]);
  return results.map(({ steps }) => steps);
}
