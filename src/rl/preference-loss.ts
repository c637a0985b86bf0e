/**
 * Direct preference optimization, DPO (Rafailov et al. 2023, arXiv:2305.18290, eq. 7), for one pair: `chosen` (y_w) is
 * better than `rejected` (y_l).
 *
 *     r(y) = β (log π(y) − log π_ref(y))        L = −log σ(m)        m = r(y_w) − r(y_l)
 *     dL/dlog π(y_w) = −β σ(−m)                 dL/dlog π(y_l) = β σ(−m)
 *
 * r is the implicit reward. σ(−m) is near 1 where the policy orders the pair wrongly, and near 0 where it has learned it.
 * log π(y) is the sum over the steps of y. Steps that both share cancel in m. L is to be lowered.
 */
export interface PreferencePair {
  /** log π(y_w) and log π_ref(y_w), in nats. */
  chosen: PairLogprobs;
  /** log π(y_l) and log π_ref(y_l). */
  rejected: PairLogprobs;
}

interface PairLogprobs {
  /** Of the policy as it is now. */
  logprob: number;
  /** Of the reference policy, which does not learn. */
  referenceLogprob: number;
}

export interface PreferenceLoss {
  /** L. */
  loss: number;
  /** dL/dlog π(y_w), never above 0. dL/dlog π(y_l) is its negative. */
  gradient: number;
  /** r(y_w) and r(y_l). */
  chosenReward: number;
  rejectedReward: number;
}

/** @param beta β > 0: the greater, the sooner a pair counts as learned, and the closer the policy stays to the reference */
export function preferenceLoss({ chosen, rejected }: PreferencePair, beta: number): PreferenceLoss {
  const chosenReward = beta * (chosen.logprob - chosen.referenceLogprob);
  const rejectedReward = beta * (rejected.logprob - rejected.referenceLogprob);
  const margin = chosenReward - rejectedReward;
  // log(1 + e^−m), written so that no power of e overflows.
  const loss = Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
  return { loss, gradient: -beta / (1 + Math.exp(margin)), chosenReward, rejectedReward };
}
