/** Makes the plans that `dreamgym dream check` tries in reality, with a cloned or trained policy. */

import { readFileSync } from "node:fs";
import { cloneBehaviour, CloneConfigSchema } from "../agent/learning/clone-behaviour.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { decodeCheckpoint } from "../agent/network/checkpoint.ts";
import { ConfigError } from "../core/errors.ts";
import type { ExperienceModel } from "../core/experience.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { planByPolicy, planBySearch, type PlanSet } from "../transfer/check/dreamed-plans.ts";
import { PRESETS } from "../transfer/compare-config.ts";
import type { CliContext } from "./context.ts";

export interface MakePlansOptions {
  model: ExperienceModel;
  origins: Readonly<Record<string, string>>;
  tasks: readonly Task[];
  /** A cloned policy imitates their successes. */
  learned: readonly Trajectory[];
  /** A checkpoint to use instead of a cloned policy. */
  checkpoint: string | undefined;
  seed: number;
  /** Actions that a search tries for a task, at most. */
  expansions: number;
}

/** Who can make plans for `dreamgym dream check`. `recorded` needs no maker: see `compareRecordedPlans`. */
export const PLAN_SOURCES = ["recorded", "policy", "search"] as const;
const MAKERS: readonly string[] = ["policy", "search"];

/** The plans of each of these sources that makes some, by one policy: its greedy episodes, and what it finds. */
export async function makePlans(
  { progress, signal }: CliContext,
  sources: readonly string[],
  options: MakePlansOptions,
): Promise<PlanSet[]> {
  const { model, origins, tasks, checkpoint, expansions } = options;
  const makers = MAKERS.filter((source) => sources.includes(source));
  if (makers.length === 0) return [];
  const policy = checkpoint === undefined ? await clone(options) : readPolicy(checkpoint);
  const env = createExperienceEnv({ model, evaluator: createEvaluator(), origins });
  const sets: PlanSet[] = [];
  for (const source of makers) {
    const onTask = (done: number): void =>
      progress.update(`plans (${source}): ${done} of ${tasks.length} tasks`, {
        done,
        total: tasks.length,
      });
    const plans =
      source === "policy"
        ? await planByPolicy(env, policy.greedy(), tasks, onTask)
        : await planBySearch(env, policy.proposing(), tasks, { expansions, onTask, signal });
    sets.push({ source, tasks: tasks.length, plans });
  }
  return sets;
}

async function clone({ learned, seed }: MakePlansOptions): Promise<CandidatePolicy> {
  const policy = new CandidatePolicy({}, seed);
  await cloneBehaviour({
    policy,
    trajectories: learned,
    config: CloneConfigSchema.parse(PRESETS.quick.clone),
    random: createRandom(seed).fork("clone"),
  });
  return policy;
}

function readPolicy(path: string): CandidatePolicy {
  try {
    return decodeCheckpoint(readFileSync(path));
  } catch (error) {
    throw new ConfigError(
      `Expected a checkpoint of a policy at ${path}, got: ${(error as Error).message} Name one of the checkpoints of a compare run with --policy.`,
      { cause: error },
    );
  }
}
