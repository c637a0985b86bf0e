/**
 * The clipped surrogate of PPO (Schulman et al. 2017, arXiv:1707.06347, eq. 7), which GRPO takes over (Shao et al.
 * 2024, arXiv:2402.03300, eq. 3), for one step:
 *
 *     L  = min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â)        ρ = π(a|s) / π_old(a|s) = exp(log π − log π_old)
 *     dL/d log π(a|s) = ρ Â  where the first term of the minimum counts,  0 where the clipped one does
 *
 * The clipped term is the smaller one where ρ has already moved by more than ε in the direction that Â asks for. A step
 * back is never clipped. L is to be raised: an optimizer that descends takes −L.
 */

export interface SurrogateStep {
  /** log π(a|s) of the policy as it is now, in nats. */
  logprob: number;
  /** log π_old(a|s) of the policy that acted. */
  oldLogprob: number;
  /** Â; see `advantage.ts`. */
  advantage: number;
}

export interface ClippedSurrogate {
  /** L. */
  value: number;
  /** dL/d log π(a|s). */
  gradient: number;
  /** ρ. */
  ratio: number;
  /** Whether the clipped term counts, so that the step teaches nothing more. */
  isClipped: boolean;
}

/** @param clipRange ε > 0 */
export function clippedSurrogate(
  { logprob, oldLogprob, advantage }: SurrogateStep,
  clipRange: number,
): ClippedSurrogate {
  const ratio = Math.exp(logprob - oldLogprob);
  const isClipped = advantage > 0 ? ratio > 1 + clipRange : ratio < 1 - clipRange;
  const bound = advantage > 0 ? 1 + clipRange : 1 - clipRange;
  return {
    value: (isClipped ? bound : ratio) * advantage,
    gradient: isClipped ? 0 : ratio * advantage,
    ratio,
    isClipped,
  };
}
