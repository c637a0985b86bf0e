/** Makes the plans that `dreamgym dream check` tries in reality: by a cloned or trained policy. */

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
import { type Plan, planByPolicy } from "../transfer/check/dreamed-plans.ts";
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
}

/** The greedy episodes of a policy in the dream, one a task. */
export async function planInDream(context: CliContext, options: MakePlansOptions): Promise<Plan[]> {
  const { model, origins, tasks, checkpoint } = options;
  const policy = checkpoint === undefined ? await clone(options) : readPolicy(checkpoint);
  const env = createExperienceEnv({ model, evaluator: createEvaluator(), origins });
  return planByPolicy(env, policy.greedy(), tasks, (done) =>
    context.progress.update(`planning in the dream: ${done} of ${tasks.length} tasks`, {
      done,
      total: tasks.length,
    }),
  );
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
