/** Plays episodes in a dream with a policy, pass after pass over the same tasks, and measures steps per second. */

import type { Env } from "../src/core/env.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Task } from "../src/core/task.ts";

export interface DreamPassesOptions {
  /** `createExperienceEnv` over the model to measure. */
  env: Env;
  /** Makes a new policy for each episode, from the pass and the task's index. */
  policyFor: (pass: number, index: number) => Policy;
  tasks: readonly Task[];
  passes: number;
  now: () => number;
}

/** Steps per second of each pass over the tasks, policy included. The first pass sees each page for the first time. */
export async function dreamPasses(options: DreamPassesOptions): Promise<number[]> {
  const { env, policyFor, tasks, passes, now } = options;
  const rates: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const start = now();
    let steps = 0;
    for (const [seed, task] of tasks.entries()) {
      const trajectory = await runEpisode({
        env,
        policy: policyFor(pass, seed),
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
  return rates;
}
