/**
 * The value loss of PPO for one state (Schulman et al. 2017, arXiv:1707.06347, eq. 9), and its clipped form:
 *
 *     L      = ½ (V − R)²                                                dL/dV = V − R
 *     L_clip = ½ max((V − R)², (clip(V, V_old − ε, V_old + ε) − R)²)     dL/dV = 0 where the clipped term is the greater
 *
 * The paper has no clipped form. It comes from OpenAI Baselines, and Andrychowicz et al. 2021 (arXiv:2006.05990) measured
 * that it does not help. L is to be lowered.
 */
export interface ValueStep {
  /** V(s) as it is now. */
  value: number;
  /** V_old(s) when the rollout was collected. */
  oldValue: number;
  /** R; see `generalized-advantage.ts`. */
  target: number;
}

export interface ValueLoss {
  /** L. */
  loss: number;
  /** dL/dV. */
  gradient: number;
  /** Whether the clipped term counts, so that the step teaches nothing more. */
  isClipped: boolean;
}

/** @param clipRange ε > 0; null: no clipping */
export function valueLoss(
  { value, oldValue, target }: ValueStep,
  clipRange: number | null = null,
): ValueLoss {
  const error = value - target;
  const plain = { loss: error ** 2 / 2, gradient: error, isClipped: false };
  if (clipRange === null) return plain;
  const held = Math.min(Math.max(value, oldValue - clipRange), oldValue + clipRange);
  const heldLoss = (held - target) ** 2 / 2;
  return heldLoss > plain.loss ? { loss: heldLoss, gradient: 0, isClipped: true } : plain;
}
