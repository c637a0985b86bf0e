/** Records visits to the third site: scripted steps that name their elements by role and name. */

import type { Action } from "../../../src/core/action.ts";
import { runEpisode } from "../../../src/core/episode.ts";
import type { Env } from "../../../src/core/env.ts";
import type { Observation } from "../../../src/core/observation.ts";
import type { Task } from "../../../src/core/task.ts";
import type { Trajectory } from "../../../src/core/trajectory.ts";
import { createEvaluator } from "../../../src/evaluation/evaluator.ts";
import { ORIGIN, SeedExchangeEnv } from "./seed-exchange-env.ts";

/** `link Amber Parsnip`, `button Find`, `textbox Sieve = amb`, `goto /basket`. */
export type Step = string;

function actionOf(step: Step, observation: Observation): Action {
  if (step.startsWith("goto ")) return { kind: "goto", url: `${ORIGIN}${step.slice(5)}` };
  const [place, text] = step.split(" = ") as [string, string?];
  const [role, ...words] = place.split(" ");
  const node = observation.nodes.find(
    (other) => other.role === role && other.name === words.join(" "),
  );
  if (node === undefined) throw new Error(`Expected ${place} on ${observation.url}, found none.`);
  return text === undefined
    ? { kind: "click", ref: node.ref }
    : { kind: "type", ref: node.ref, text, submit: false };
}

export function visitTask(id: string, overrides: Partial<Task> = {}): Task {
  return {
    id,
    goal: id,
    startUrls: [`${ORIGIN}/`],
    sites: ["seeds"],
    maxSteps: 30,
    checks: [],
    templateId: 0,
    world: "",
    ...overrides,
  };
}

/** Plays steps in an environment and keeps the pages. */
export async function playVisit(
  env: Env,
  id: string,
  steps: readonly Step[],
  task = visitTask(id),
  answer = "",
): Promise<Trajectory> {
  let next = 0;
  const trajectory = await runEpisode({
    env,
    task,
    seed: 0,
    id,
    actor: "script",
    source: "real",
    record: true,
    policy: {
      act: ({ observation }) => {
        const step = steps[next++];
        return {
          action: step === undefined ? { kind: "stop", answer } : actionOf(step, observation),
        };
      },
    },
  });
  // A step without its element on the page is a mistake of the test.
  if (trajectory.failedPart === "policy") throw new Error(trajectory.error ?? "");
  return trajectory;
}

export async function recordVisit(id: string, steps: readonly Step[]): Promise<Trajectory> {
  return await playVisit(new SeedExchangeEnv(createEvaluator()), id, steps);
}
