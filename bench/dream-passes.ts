/** Work in a dream, pass after pass over the same tasks, and how fast each pass was. */

import type { ForkableEnv } from "../src/core/env.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Observation } from "../src/core/observation.ts";
import type { PastStep, Policy, ProposingPolicy } from "../src/core/policy.ts";
import type { Task } from "../src/core/task.ts";

/** The speed of one pass. The first pass sees each page for the first time. */
export interface PassSpeed {
  perSecond: number;
  /** Time of all threads of the process for one. It varies less than `perSecond` on a busy machine. */
  cpuMs: number;
}

interface PassesOptions {
  tasks: readonly Task[];
  passes: number;
  /** In ms. */
  now: () => number;
  /** Computing time of the process so far, in ms. */
  cpuNow: () => number;
}

/** @param work works on a task, and returns how many of the counted things it did */
async function measurePasses(
  { tasks, passes, now, cpuNow }: PassesOptions,
  work: (task: Task, index: number, pass: number) => Promise<number>,
): Promise<PassSpeed[]> {
  const speeds: PassSpeed[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const [start, cpuStart] = [now(), cpuNow()];
    let count = 0;
    for (const [index, task] of tasks.entries()) count += await work(task, index, pass);
    speeds.push({
      perSecond: (1000 * count) / (now() - start),
      cpuMs: (cpuNow() - cpuStart) / count,
    });
  }
  return speeds;
}

export interface StepPassesOptions extends PassesOptions {
  /** `createExperienceEnv` over the model to measure. */
  env: ForkableEnv;
  /** Makes a new policy for each episode, from the pass and the task's index. */
  policyFor: (pass: number, index: number) => Policy;
}

/** Speed of dreamed steps, policy included. */
export function measureSteps({
  env,
  policyFor,
  ...options
}: StepPassesOptions): Promise<PassSpeed[]> {
  return measurePasses(options, async (task, seed, pass) => {
    const { transitions } = await runEpisode({
      env,
      policy: policyFor(pass, seed),
      task,
      seed,
      id: `bench-${seed}`,
      actor: "bench",
      source: "synthetic",
    });
    return transitions.length;
  });
}

export interface ExpansionPassesOptions extends PassesOptions {
  env: ForkableEnv;
  policy: ProposingPolicy;
  /** Expansions for each task. */
  expansions: number;
}

/** Actions that are tried on each page, the likeliest first. */
const TRIED = 4;

/**
 * Speed of node expansions, as a tree search makes them: fork the page's episode, perform an action, observe, and rate
 * all candidates. Breadth first, so that all implementations expand the same nodes.
 */
export function measureExpansions({
  env,
  policy,
  expansions,
  ...options
}: ExpansionPassesOptions): Promise<PassSpeed[]> {
  return measurePasses(options, async (task, seed) => {
    const start = { env, history: [] as PastStep[], observation: await env.reset({ task, seed }) };
    const queue = [start];
    let count = 0;
    for (const node of queue) {
      for (const action of await likeliest(policy, task, node)) {
        if (count === expansions) return count;
        count++;
        const child = node.env.fork();
        const { observation, terminated, truncated } = await child.step(action);
        if (terminated || truncated) continue;
        const history = [...node.history, { observation: node.observation, action }];
        queue.push({ env: child, history, observation });
      }
    }
    return count;
  });
}

async function likeliest(
  policy: ProposingPolicy,
  { goal }: Task,
  { history, observation }: { history: PastStep[]; observation: Observation },
): Promise<PastStep["action"][]> {
  const proposals = await policy.propose({ goal, history, observation });
  return proposals
    .filter(({ action }) => action.kind !== "stop")
    .toSorted((a, b) => b.logprob - a.logprob)
    .slice(0, TRIED)
    .map(({ action }) => action);
}
