/** The tasks on Fossil, before they are registered with the others: instances, solvers, wrong answers. */

import { createFossil } from "../../fixtures/providers/fossil/application.ts";
import { createSolver } from "../../fixtures/templates/demonstrator.ts";
import { FOSSIL_TEMPLATES } from "../../fixtures/templates/fossil/templates.ts";
import { generateTasks, SPLITS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import type { TaskTemplate } from "../../fixtures/templates/template.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Env } from "../../src/core/env.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { toTask } from "../../src/evaluation/to-task.ts";

export const fossil = createFossil({ searchPath: process.env["PATH"] ?? "" });

/** As the generator draws them, of all splits. */
export function generateFossilTasks(): TaskConfig[] {
  const worlds = { A: createWorld(WORLD_SEEDS.A), B: createWorld(WORLD_SEEDS.B) };
  const tasks = generateTasks({ templates: FOSSIL_TEMPLATES, worlds, demonstratorSteps: {} });
  return SPLITS.flatMap((split) => tasks[split]).map((config) =>
    parseTaskConfig(config, `task ${config.task_id}`),
  );
}

export function templateOf({ intent_template_id: id }: TaskConfig): TaskTemplate {
  const template = FOSSIL_TEMPLATES.find((candidate) => candidate.id === id);
  if (template === undefined) throw new RangeError(`Expected a template's id, got ${id}.`);
  return template;
}

export const solverOf = (config: TaskConfig): Policy => createSolver(templateOf(config), config);

export async function play(config: TaskConfig, env: Env, policy: Policy): Promise<Trajectory> {
  const task = toTask(config, { [fossil.site]: fossil.origin });
  return await runEpisode({
    env,
    policy,
    task,
    seed: 0,
    id: task.id,
    actor: "test",
    source: "real",
  });
}

/** What is not as it should be for a solved task: no score of 1, or an action that failed on the way; null: nothing. */
export function faultOf({ score, error, transitions, goal }: Trajectory): string | null {
  const failed = transitions.find(({ observation }) => observation.lastActionError !== null);
  if (failed !== undefined) return `${goal}: ${failed.observation.lastActionError}`;
  if (score?.status === "scored" && score.value === 1) return null;
  return `${goal}: ${error ?? JSON.stringify(score)}`;
}

/** What happened without what Fossil draws by lot or reads off the clock: hashes, ages, moments. */
export function storyOf({ transitions, finalObservation }: Trajectory): string {
  const pages = [...transitions.map(({ observation }) => observation), finalObservation].map(
    ({ nodes, url }) => [url, ...nodes.map(({ role, name, value }) => [role, name, value])],
  );
  const requests = transitions.map(({ action, requests: sent }) => [action.kind, sent]);
  return JSON.stringify([pages, requests])
    .replaceAll(/\b[0-9a-f]{10,64}\b/gu, "<hash>")
    .replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?/gu, "<moment>")
    .replaceAll(/[\d.]+ (seconds?|minutes?|hours?|days?|years?)( ago)?/gu, "<age>");
}
