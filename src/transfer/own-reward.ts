/** A model's own reward as a measure: how often it differs from the scores of real episodes. */

import type { Trajectory } from "../core/trajectory.ts";
import { readEpisode } from "../synthetic/measure/recorded-episode.ts";
import type { ReasoningModel } from "../synthetic/reasoning/reasoning-model.ts";

/** A model's own reward at the end of real episodes, against their scores. A share of nothing is null. */
export interface OwnRewardFidelity {
  realFailures: number;
  realSuccesses: number;
  /** Share of real failures that the model calls a success. */
  falseSuccess: number | null;
  /** Share of real successes that the model calls a failure. */
  falseFailure: number | null;
  /** Episodes without a verdict. They are left out of the shares. */
  noVerdict: number;
}

/** One call for each scored episode that was recorded with pages. */
export async function measureOwnReward(
  model: Pick<ReasoningModel, "judgeOutcome">,
  episodes: readonly Trajectory[],
  onEpisode?: (asked: number) => void | Promise<void>,
): Promise<OwnRewardFidelity> {
  const counts = { failures: 0, successes: 0, falseSuccess: 0, falseFailure: 0, noVerdict: 0 };
  for (const [at, real] of episodes.entries()) {
    const episode = readEpisode(real);
    const page = episode.states.at(-1)?.page;
    if (real.score?.status !== "scored" || page === undefined) continue;
    const last = real.transitions.at(-1)?.action;
    const { reward } = await model.judgeOutcome({
      goal: real.goal,
      session: episode.sessionAt(real.transitions.length),
      page,
      answer: last?.kind === "stop" ? last.answer : "",
    });
    await onEpisode?.(at + 1);
    if (reward === null) counts.noVerdict++;
    else if (real.score.value === 1) {
      counts.successes++;
      if (reward === 0) counts.falseFailure++;
    } else {
      counts.failures++;
      if (reward === 1) counts.falseSuccess++;
    }
  }
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  return {
    realFailures: counts.failures,
    realSuccesses: counts.successes,
    falseSuccess: share(counts.falseSuccess, counts.failures),
    falseFailure: share(counts.falseFailure, counts.successes),
    noVerdict: counts.noVerdict,
  };
}
