/** Replays dreamed plans on the real sites, within a budget of real steps. */

import type { Env } from "../../core/env.ts";
import { transferAction } from "../../core/element-reference.ts";
import { CALLER_MISTAKES, DreamgymError } from "../../core/errors.ts";
import { runEpisodes } from "../../core/run-episodes.ts";
import type { EpisodeFailure } from "../../core/trajectory.ts";
import { describePlan, type Plan, statusOf } from "./dreamed-plans.ts";
import type { PlanOutcome } from "./plan-table.ts";
import { spreadEvenly } from "./spread-evenly.ts";

export interface ReplayPlansOptions {
  /** Real environments. They run in parallel. */
  envs: readonly Env[];
  plans: readonly Plan[];
  /** Real steps to spend, at most. */
  budget: number;
  onReplay?: (done: number, planned: number) => void;
  signal?: AbortSignal;
}

/** This many failures in a row are not chance: the sites or the browsers are broken. */
const MAX_FAILURES_IN_A_ROW = 6;

/** The outcome of every plan, in the order of the plans. Plans beyond the budget are `not replayed`. */
export async function replayPlans(options: ReplayPlansOptions): Promise<PlanOutcome[]> {
  const { envs, plans, signal } = options;
  const outcomes = new Map<Plan, Pick<PlanOutcome, "real" | "isExecutable">>();
  const chosen = withinBudget(plans, options.budget);
  if (chosen.length > 0)
    await runEpisodes({
      pool: envs,
      jobs: chosen,
      async play(plan, env) {
        const { failure, ...outcome } = await replayPlan(env, plan, signal);
        outcomes.set(plan, outcome);
        options.onReplay?.(outcomes.size, chosen.length);
        return failure;
      },
      maxFailuresInARow: { env: MAX_FAILURES_IN_A_ROW },
      ...(signal && { signal }),
    });
  return plans.map((plan) => ({
    ...describePlan(plan.task, plan.episode.id),
    dreamed: statusOf(plan.episode.score),
    ...(outcomes.get(plan) ?? { real: "not replayed", isExecutable: null }),
  }));
}

/**
 * The plans to replay, as far as their steps fit: those that succeed in the dream, then those that fail in it, each
 * spread over sites and templates. So the share of successes that hold is known first. Unscored plans cost nothing.
 */
function withinBudget(plans: readonly Plan[], budget: number): Plan[] {
  const spread = (status: PlanOutcome["dreamed"]): Plan[] =>
    spreadEvenly(
      plans.filter(({ episode }) => statusOf(episode.score) === status),
      ({ task }) => task,
    );
  let left = budget;
  return [...spread("success"), ...spread("failure")].filter(({ episode }) => {
    const steps = episode.transitions.length;
    if (steps > left) return false;
    left -= steps;
    return true;
  });
}

interface Replay extends Pick<PlanOutcome, "real" | "isExecutable"> {
  failure: EpisodeFailure | null;
}

/**
 * Plays a plan's actions on the real site. Elements are found again by role, name and place. An action whose element
 * is missing is a wasted step, as in the other direction (`replayInDream`).
 */
async function replayPlan(
  env: Env,
  { task, episode }: Plan,
  signal: AbortSignal | undefined,
): Promise<Replay> {
  let isExecutable = true;
  try {
    let observation = await env.reset({ task, seed: episode.seed, ...(signal && { signal }) });
    for (const { action, observation: dreamed } of episode.transitions) {
      signal?.throwIfAborted();
      const own = transferAction(action, dreamed, observation);
      const result = await env.step(own ?? { kind: "scroll", direction: "down" });
      observation = result.observation;
      if (own === null || observation.lastActionError !== null) isExecutable = false;
      if (result.terminated || result.truncated)
        return { real: statusOf(result.score), isExecutable, failure: null };
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof DreamgymError) || CALLER_MISTAKES.has(error.code)) throw error;
    const failure = { part: "env" as const, reason: error.message };
    return { real: "failed", isExecutable: null, failure };
  }
  // The plan broke off in the dream, so neither world scores it.
  return { real: "unscored", isExecutable, failure: null };
}
