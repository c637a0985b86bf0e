/**
 * Proximal Policy Optimization (Schulman et al. 2017, arXiv:1707.06347, Algorithm 1 and eq. 9) for the embedded policy:
 *
 *     J   = mean over steps of  min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β D(π‖π_ref) + c H(π)
 *     L_V = mean over steps of  ½ (V(s_t) − R_t)²
 *     Â_t and R_t as in `rl/generalized-advantage.ts`; Â is normalized over the batch; the rest as in `policy-gradient.ts`
 *
 * Differences from the paper: V has parameters and a learning rate of its own (`network/value-head.ts`), so L_V has no
 * coefficient. The reward is the outcome, at the last step. The step limit is part of the task and its outcome is scored,
 * so a truncated rollout counts as terminated unless `bootstrapTruncated` is set.
 */

import { z } from "zod";
import { generalizedAdvantages } from "../../rl/generalized-advantage.ts";
import type { Learner, Metrics } from "../../rl/learner.ts";
import { outcomeReward } from "../../rl/rollout.ts";
import { valueLoss } from "../../rl/value-loss.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { ValueHead } from "../network/value-head.ts";
import { scaleNegative } from "./policy-gradient.ts";
import {
  createPolicyLearner,
  type CreditedStep,
  type LearnerOptions,
  PolicyLearnerConfigSchema,
} from "./policy-learner.ts";
import { readSteps } from "./read-steps.ts";

export const PpoConfigSchema = PolicyLearnerConfigSchema.extend({
  gamma: z.number().min(0).max(1).default(1).describe("γ, discount for each step"),
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe("λ of the advantages; 0.95: Schulman et al. 2017, Table 3"),
  valueLearningRate: z.number().positive().default(0.003).describe("of Adam, for the value head"),
  valueClipRange: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("ε of the clipped value loss; null: not clipped"),
  bootstrapTruncated: z
    .boolean()
    .default(false)
    .describe("whether a rollout cut by the step limit counts the value of its last state"),
  normalizeAdvantages: z.boolean().default(true).describe("to mean 0 and std 1 over each batch"),
  maxGradientNorm: z
    .number()
    .positive()
    .default(0.5)
    .describe("a longer policy gradient is shortened to it; 0.5: OpenAI Baselines"),
});
export type PpoConfig = z.infer<typeof PpoConfigSchema>;

/** A step with what both halves learn from. */
interface ValuedStep extends CreditedStep {
  /** R. */
  target: number;
  /** V before the update. */
  oldValue: number;
}

/** Keeps divisions finite where all values are equal, up to rounding. */
const EPSILON = 1e-8;

/** A learner that improves `policy` in place, and `policy.valueHead`, which it adds if there is none. */
export function createPpoLearner(
  policy: CandidatePolicy,
  config: Partial<PpoConfig> = {},
  options: LearnerOptions = {},
): Learner {
  const full = PpoConfigSchema.parse(config);
  const head = (policy.valueHead ??= new ValueHead(policy.network.config));
  let predicted: Metrics = {};
  let valueSum = 0;
  return createPolicyLearner<ValuedStep>(policy, full, options, {
    name: "ppo",
    maxGradientNorm: full.maxGradientNorm,
    credit(groups) {
      const steps = groups.flatMap(({ trajectories }) =>
        trajectories.flatMap((trajectory) => valueSteps(policy, head, trajectory, full)),
      );
      valueSum = 0;
      predicted = predictionMetrics(steps);
      const scaled = full.normalizeAdvantages ? normalize(steps) : steps;
      return scaled.map((step) => ({
        ...step,
        advantage: scaleNegative(step.advantage, full.negativeScale),
      }));
    },
    learnValues(batch) {
      for (const { state, oldValue, target } of batch) {
        const value = head.value(state);
        const { loss, gradient } = valueLoss({ value, oldValue, target }, full.valueClipRange);
        valueSum += loss;
        head.addGradient(state, gradient);
      }
      head.network.update({ learningRate: full.valueLearningRate }, 1 / batch.length);
    },
    metrics: ({ surrogate, gradientNorm, minibatches, count }) => ({
      "ppo/policy_loss": -surrogate / Math.max(count, 1),
      "ppo/value_loss": valueSum / Math.max(count, 1),
      ...predicted,
      "ppo/grad_norm": gradientNorm / Math.max(minibatches, 1),
    }),
  });
}

function valueSteps(
  policy: CandidatePolicy,
  head: ValueHead,
  trajectory: Trajectory,
  { gamma, lambda, bootstrapTruncated }: PpoConfig,
): ValuedStep[] {
  const { goal, finalObservation: observation, stopReason } = trajectory;
  const steps = readSteps(policy, trajectory);
  const values_T = steps.map(({ state }) => head.value(state));
  const isCut = bootstrapTruncated && stopReason === "truncated";
  const { advantages_T, returns_T } = generalizedAdvantages({
    rewards_T: steps.map((_, t) => (t === steps.length - 1 ? outcomeReward(trajectory) : 0)),
    values_T,
    finalValue: isCut
      ? head.value(policy.featurize({ goal, history: steps.map(({ past }) => past), observation }))
      : 0,
    gamma,
    lambda,
  });
  return steps.map((step, t) => ({
    ...step,
    advantage: advantages_T[t] as number,
    target: returns_T[t] as number,
    oldValue: values_T[t] as number,
  }));
}

function normalize(steps: readonly ValuedStep[]): ValuedStep[] {
  const advantages = steps.map(({ advantage }) => advantage);
  const mean = meanOf(advantages);
  const std = Math.sqrt(varianceOf(advantages));
  return steps.map((step) => ({ ...step, advantage: (step.advantage - mean) / (std + EPSILON) }));
}

/** How well V predicted R, before it learned from it. */
function predictionMetrics(steps: readonly ValuedStep[]): Metrics {
  const variance = varianceOf(steps.map(({ target }) => target));
  const left = varianceOf(steps.map(({ target, oldValue }) => target - oldValue));
  return {
    "ppo/explained_variance": variance < EPSILON ? 0 : 1 - left / variance,
    "ppo/value_mean": meanOf(steps.map(({ oldValue }) => oldValue)),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
}
