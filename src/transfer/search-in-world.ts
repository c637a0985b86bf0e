/** The dream's tree search in a world that can only be reset: each action of a plan is a step of that world. */

import type { Env } from "../core/env.ts";
import type { SearchJob } from "../agent/learning/expert-iteration.ts";
import type { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { createReplayingEnv } from "../rl/replaying-env.ts";
import { searchTree } from "../rl/tree-search.ts";
import type { Searched } from "./keep-searches.ts";

export interface SearchInWorldOptions {
  /** Each searches one task at a time. */
  envs: readonly Env[];
  jobs: readonly SearchJob[];
  policy: CandidatePolicy;
  /** Name of the searcher, for the record. */
  actor: string;
  /** Steps that one task may take; without limit by default. */
  maxSteps?: number;
  signal: AbortSignal;
}

/** In the order of the jobs. The result does not depend on the number of environments. */
export async function searchInWorld(options: SearchInWorldOptions): Promise<Searched[]> {
  const { envs, jobs, policy, actor, maxSteps = Infinity, signal } = options;
  const results: Searched[] = [];
  let next = 0;
  await Promise.all(
    envs.map(async (world) => {
      while (next < jobs.length) {
        const index = next++;
        const { task, config } = jobs[index] as SearchJob;
        await using env = createReplayingEnv({ env: world, maxSteps });
        const proposing = policy.proposing();
        const result = await searchTree({
          env,
          task,
          policy: proposing,
          config,
          actor,
          source: "real",
          signal,
        });
        results[index] = { ...result, realSteps: env.worldSteps };
      }
    }),
  );
  return results;
}

/** Tasks that share what is left of a budget. Fixed, so that no result depends on the number of environments. */
export const WAVE = 8;

/** Steps that each task of a wave may take. 0: too little is left to search it. */
export function shareOf(budget: number, tasks: number, maxSteps: number): number {
  return Math.min(maxSteps, Math.floor(budget / tasks));
}

/** Of a task that no step was left for. */
export const NOT_SEARCHED: Searched = {
  solutions: [],
  certainties: [],
  expansions: 0,
  answers: 0,
  firstSolvedAt: null,
  isExhausted: false,
  realSteps: 0,
};
