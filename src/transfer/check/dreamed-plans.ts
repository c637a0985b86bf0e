/** Where plans come from: a plan is an episode that ended in the dream, to be tried in reality afterwards. */

import { runEpisode } from "../../core/episode.ts";
import type { Policy, ProposingPolicy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { searchTree } from "../../rl/tree-search.ts";
import type { ExperienceEnv } from "../../synthetic/experience-env.ts";
import { type DreamedReplay, replayInDream } from "../../synthetic/measure/closed-loop-fidelity.ts";
import type { PlanOutcome } from "./plan-table.ts";

export interface Plan {
  task: Task;
  /** Played in the dream. */
  episode: Trajectory;
}

/** The plans of one maker. */
export interface PlanSet {
  /** Who made them. */
  source: string;
  /** Number of tasks that plans were sought for. */
  tasks: number;
  plans: readonly Plan[];
}

/** The first plan that a tree search finds in the dream for each task, if it finds one. */
export async function planBySearch(
  env: ExperienceEnv,
  policy: ProposingPolicy,
  tasks: readonly Task[],
  { expansions, onTask, signal }: PlanBySearchOptions,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const [index, task] of tasks.entries()) {
    const config = { expansions, solutions: 1 };
    const search = { env, task, policy, config, source: "synthetic" as const };
    const { solutions } = await searchTree({ ...search, ...(signal && { signal }) });
    for (const episode of solutions) plans.push({ task, episode });
    onTask?.(index + 1);
  }
  return plans;
}

export interface PlanBySearchOptions {
  /** Actions to try for a task, at most. */
  expansions: number;
  onTask?: (done: number) => void;
  signal?: AbortSignal;
}

/** A policy's own episodes in the dream, one a task. */
export async function planByPolicy(
  env: ExperienceEnv,
  policy: Policy,
  tasks: readonly Task[],
  onPlan: (done: number) => void = () => {},
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const task of tasks) {
    const id = `plan-${task.id}`;
    const episode = await runEpisode({
      env,
      policy,
      task,
      seed: 0,
      id,
      actor: "policy",
      source: "synthetic",
    });
    plans.push({ task, episode });
    onPlan(plans.length);
  }
  return plans;
}

/**
 * Recorded episodes as plans: their actions are played in the dream. Reality is known already, so they cost no real
 * step. Episodes without a known task or a real score are left out.
 */
export async function compareRecordedPlans(
  env: ExperienceEnv,
  tasks: ReadonlyMap<string, Task>,
  heldOut: readonly Trajectory[],
): Promise<PlanOutcome[]> {
  const outcomes: PlanOutcome[] = [];
  for (const real of heldOut) {
    const task = tasks.get(real.taskId);
    if (task === undefined || real.score === null) continue;
    const replay: DreamedReplay = await replayInDream(env, task, real);
    outcomes.push({
      ...describePlan(task, real.id),
      dreamed: statusOf(replay.score),
      real: statusOf(real.score),
      isExecutable: null,
    });
  }
  return outcomes;
}

export function statusOf(score: Trajectory["score"]): "success" | "failure" | "unscored" {
  if (score?.status !== "scored") return "unscored";
  return score.value === 1 ? "success" : "failure";
}

export function describePlan(
  task: Task,
  planId: string,
): Pick<PlanOutcome, "planId" | "taskId" | "templateId" | "site" | "goal"> {
  const { id: taskId, templateId, sites, goal } = task;
  return { planId, taskId, templateId, site: sites.join("+"), goal };
}
