/** How fast the dream is: rollouts of a cloned policy in it, policy included, on one core. */

import type { Task } from "../src/core/task.ts";
import { createRandom } from "../src/core/random.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { CandidatePolicy } from "../src/rl/candidate-policy.ts";
import { cloneBehaviour } from "../src/rl/clone-behaviour.ts";
import { collectRollouts, countSteps } from "../src/rl/rollout.ts";
import { createRetrievalModel } from "../src/synthetic/calibrate-model.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { ReplayBuffer } from "../src/synthetic/replay-buffer.ts";

export interface DreamBenchOptions {
  /** What the dream is learned from and the policy cloned from. */
  trajectories: readonly Trajectory[];
  tasks: readonly Task[];
  /** Of each task in a pass; the first pass is warm-up and reported apart. */
  rollouts: number;
  origins: Readonly<Record<string, string>>;
  now: () => number;
}

export interface DreamBench {
  /** Policy included, one core. The first pass meets every page for the first time. */
  stepsPerSecond: { firstPass: number; later: number };
  steps: number;
  /** Seconds from trajectories to a calibrated model. */
  learnSeconds: number;
}

export async function benchDream(options: DreamBenchOptions): Promise<DreamBench> {
  const { trajectories, tasks, now } = options;
  const began = now();
  const model = createRetrievalModel({ buffer: new ReplayBuffer(trajectories) });
  const learnSeconds = (now() - began) / 1000;
  const policy = new CandidatePolicy();
  await cloneBehaviour({
    policy,
    trajectories,
    config: { epochs: 4 },
    random: createRandom("bench"),
  });
  await using env = createExperienceEnv({
    model,
    evaluator: createEvaluator(),
    origins: options.origins,
  });
  const pass = async (label: string): Promise<{ steps: number; perSecond: number }> => {
    const start = now();
    const groups = await collectRollouts({
      envs: [env],
      policy: (random) => policy.sampling(random),
      tasks,
      groupSize: options.rollouts,
      random: createRandom(label),
      source: "synthetic",
      actor: "bench",
      idPrefix: label,
    });
    const steps = countSteps(groups);
    return { steps, perSecond: (1000 * steps) / (now() - start) };
  };
  const first = await pass("first");
  const later = await pass("later");
  return {
    stepsPerSecond: { firstPass: first.perSecond, later: later.perSecond },
    steps: first.steps + later.steps,
    learnSeconds,
  };
}
