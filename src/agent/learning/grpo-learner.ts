/**
 * Group Relative Policy Optimization (Shao et al. 2024, arXiv:2402.03300, eq. 3) for the embedded policy:
 *
 *     J = mean over steps of  min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β D(π‖π_ref) + c H(π)
 *     Â as in `rl/advantage.ts`, the same for every step of a rollout; the rest as in `policy-gradient.ts`
 *
 * Differences from the paper: the mean is over all steps of a minibatch (DAPO's token mean, arXiv:2503.14476), not
 * per rollout first. An entropy bonus keeps cloned policies exploring. Zero-variance groups are left out instead of
 * pulling on D and H alone.
 */

import { z } from "zod";
import { groupRelativeAdvantages } from "../../rl/advantage.ts";
import type { Learner } from "../../rl/learner.ts";
import { outcomeReward } from "../../rl/rollout.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { scaleNegative } from "./policy-gradient.ts";
import {
  createPolicyLearner,
  type LearnerOptions,
  PolicyLearnerConfigSchema,
} from "./policy-learner.ts";
import { readSteps } from "./read-steps.ts";

export const GrpoConfigSchema = PolicyLearnerConfigSchema.extend({
  normalizeByStd: z.boolean().default(true).describe("divide advantages by the group's std"),
});
export type GrpoConfig = z.infer<typeof GrpoConfigSchema>;

/** A learner that improves `policy` in place. */
export function createGrpoLearner(
  policy: CandidatePolicy,
  config: Partial<GrpoConfig> = {},
  options: LearnerOptions = {},
): Learner {
  const full = GrpoConfigSchema.parse(config);
  return createPolicyLearner(policy, full, options, {
    name: "grpo",
    credit: (groups) =>
      groups.flatMap(({ trajectories }) => {
        const advantages_G = groupRelativeAdvantages(trajectories.map(outcomeReward), full);
        return trajectories.flatMap((trajectory, member) => {
          const advantage = scaleNegative(advantages_G[member] as number, full.negativeScale);
          if (advantage === 0) return [];
          return readSteps(policy, trajectory).map((step) => ({ ...step, advantage }));
        });
      }),
  });
}
