/** How fast the dream is: episodes played in it with a policy, first on pages never asked for, then on kept ones. */

import { runEpisode } from "../src/core/episode.ts";
import type { Env } from "../src/core/env.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Task } from "../src/core/task.ts";

export interface DreamBenchOptions {
  /** `createExperienceEnv` over the model to measure. */
  env: Env;
  /** Of each episode a new one. */
  policyFor: (task: Task, seed: number) => Policy;
  tasks: readonly Task[];
  /** The first pass is cold: each page is dreamed for the first time. */
  passes: number;
  now: () => number;
}

export interface DreamBench {
  /** Actions a pass. */
  steps: number;
  /** Policy included. */
  coldStepsPerSecond: number;
  /** Median of the passes after the first: what training sees once its pages are known. */
  stepsPerSecond: number;
}

export async function benchDream(options: DreamBenchOptions): Promise<DreamBench> {
  const { env, policyFor, tasks, passes, now } = options;
  const rates: number[] = [];
  let steps = 0;
  for (let pass = 0; pass < passes; pass++) {
    const start = now();
    steps = 0;
    for (const [seed, task] of tasks.entries()) {
      const trajectory = await runEpisode({
        env,
        policy: policyFor(task, seed),
        task,
        seed,
        id: `bench-${seed}`,
        actor: "bench",
        source: "synthetic",
      });
      steps += trajectory.transitions.length;
    }
    rates.push((1000 * steps) / (now() - start));
  }
  return {
    steps,
    coldStepsPerSecond: rates[0] ?? 0,
    stepsPerSecond: rates.slice(1).sort((a, b) => a - b)[Math.floor((passes - 1) / 2)] ?? 0,
  };
}
