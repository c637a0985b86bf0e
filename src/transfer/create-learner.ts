/** The learner that the settings of a training name. */

import { createGrpoLearner } from "../agent/learning/grpo-learner.ts";
import type { LearnerOptions } from "../agent/learning/policy-learner.ts";
import { createPpoLearner } from "../agent/learning/ppo-learner.ts";
import type { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import type { Learner } from "../rl/learner.ts";
import type { ArmTrainingConfig } from "./compare-config.ts";

/** @param policy improved in place */
export function createLearner(
  policy: CandidatePolicy,
  { algorithm, grpo, ppo }: Pick<ArmTrainingConfig, "algorithm" | "grpo" | "ppo">,
  options: LearnerOptions,
): Learner {
  return algorithm === "ppo"
    ? createPpoLearner(policy, ppo, options)
    : createGrpoLearner(policy, grpo, options);
}
