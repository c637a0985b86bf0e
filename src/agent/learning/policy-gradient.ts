/**
 * The gradient that GRPO and PPO share, of one step of experience:
 *
 *     J = min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β D(π‖π_ref) + c H(π)
 *     ρ and the clipped surrogate as in `rl/clipped-surrogate.ts`        D = π_ref/π − log(π_ref/π) − 1
 */

import { clippedSurrogate } from "../../rl/clipped-surrogate.ts";
import { entropy, logProbabilities } from "../network/distribution.ts";
import type { Decision, Network } from "../network/network.ts";

/** One step to learn from. */
export interface Sample {
  state: Decision;
  chosen: number;
  /** Â. */
  advantage: number;
  oldLogprob: number;
  /** Of the reference policy; equal to `oldLogprob` where β is 0. */
  referenceLogprob: number;
}

export interface ObjectiveConfig {
  /** ε. */
  clipRange: number;
  /** β. */
  klCoefficient: number;
  /** c. */
  entropyCoefficient: number;
  temperature: number;
}

/** Sums over the samples of an update: divided by `count` they are the metrics. */
export interface SampleTotals {
  surrogate: number;
  clipped: number;
  approxKl: number;
  referenceKl: number;
  entropy: number;
  count: number;
}

export const noTotals = (): SampleTotals => ({
  surrogate: 0,
  clipped: 0,
  approxKl: 0,
  referenceKl: 0,
  entropy: 0,
  count: 0,
});

/** Adds the gradient of −J at one step, and counts for the metrics. */
export function addSampleGradient(
  network: Network,
  { state, chosen, advantage, oldLogprob, referenceLogprob }: Sample,
  { clipRange, klCoefficient, entropyCoefficient, temperature }: ObjectiveConfig,
  totals: SampleTotals,
): void {
  const hiddens = new Float32Array((state.groupOffsets.length - 1) * network.config.hidden);
  const logs = logProbabilities(network.forward(state, hiddens), temperature);
  const logprob = logs[chosen] as number;
  const { value, gradient, ratio, isClipped } = clippedSurrogate(
    { logprob, oldLogprob, advantage },
    clipRange,
  );
  const referenceRatio = Math.exp(referenceLogprob - logprob);
  const spread = entropy(logs);
  // dJ/d log π(a|s): of the clipped surrogate, and of −β D.
  const byLogprob = gradient - klCoefficient * (1 - referenceRatio);
  const gradients = new Float64Array(logs.length);
  for (let i = 0; i < logs.length; i++) {
    const log = logs[i] as number;
    const probability = Math.exp(log);
    const byEntropy = -probability * (log + spread);
    gradients[i] =
      -(byLogprob * ((i === chosen ? 1 : 0) - probability) + entropyCoefficient * byEntropy) /
      temperature;
  }
  network.backward(state, hiddens, gradients);
  totals.count++;
  totals.surrogate += value;
  totals.clipped += Number(isClipped);
  totals.approxKl += ratio - 1 - (logprob - oldLogprob);
  totals.referenceKl += referenceRatio - 1 - (referenceLogprob - logprob);
  totals.entropy += spread;
}

/** @param scale factor of negative advantages, 0 to 1 */
export function scaleNegative(advantage: number, scale: number): number {
  return advantage < 0 ? advantage * scale : advantage;
}
