/**
 * The model's own reward at the end of a dreamed episode (DreamGym, eq. 4). A simulator that grades itself inflates
 * success, so the task's checks decide wherever there are any, and the own reward is a measure next to them.
 */

import type { ExperienceModel, OutcomeClaim, SessionEvent } from "../core/experience.ts";
import type { Evaluator } from "../core/evaluator.ts";
import type { Score } from "../core/score.ts";

/**
 * `unasked`: the model is not asked. `measured`: it is asked, and its reward changes no score. `where-no-check`: the
 * same, and its reward is the score of a task without checks.
 */
export type OwnReward = "unasked" | "measured" | "where-no-check";

/** The `kind` of the check result that marks a score as the model's own. */
const OWN_REWARD_CHECK = "model_reward";

export interface ClaimingOptions {
  model: ExperienceModel;
  /** The events of the episode. */
  session: readonly SessionEvent[];
  ownReward: Exclude<OwnReward, "unasked">;
  onClaim: (claim: OutcomeClaim) => void;
}

export function createClaimingEvaluator(
  evaluator: Evaluator,
  { model, session, ownReward, onClaim }: ClaimingOptions,
): Evaluator {
  return {
    async evaluate(task, outcome) {
      const score = await evaluator.evaluate(task, outcome);
      const { goal, checks } = task;
      const { finalPage: page, answer } = outcome;
      const claim = await model.judgeOutcome?.({ goal, session, page, answer });
      if (claim === undefined) return score;
      onClaim(claim);
      return ownReward === "where-no-check" && checks.length === 0 ? scoreOf(claim) : score;
    },
  };
}

function scoreOf({ reward, reasoning }: OutcomeClaim): Score {
  const passed = reward === null ? null : reward === 1;
  const checks = [{ kind: OWN_REWARD_CHECK, passed, detail: reasoning }];
  if (reward === null)
    return { status: "unscored", reason: "The model gave no verdict on its own dream.", checks };
  return { status: "scored", value: reward, checks };
}
