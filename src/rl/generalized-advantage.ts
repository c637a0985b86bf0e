/**
 * Generalized advantage estimation, GAE (Schulman et al. 2016, arXiv:1506.02438, eq. 16), for one rollout of T steps:
 *
 *     δ_t = r_t + γ V(s_t+1) − V(s_t)
 *     Â_t = Σ_l (γλ)^l δ_t+l  =  δ_t + γλ Â_t+1        R_t = Â_t + V(s_t)
 *
 * λ trades bias for variance. With λ = 1, Â_t is the discounted return less V(s_t). With λ = 0 it is δ_t alone.
 *
 * A rollout ends in one of two ways, and `finalValue`, the V(s_T) of the last δ, says which:
 *
 * - It terminated: nothing comes after it, so V(s_T) is 0.
 * - It was truncated by a limit that is not part of the task. Then it would have continued, and V(s_T) is the value of
 *   its last state (partial-episode bootstrapping, Pardo et al. 2018, arXiv:1712.00378).
 *
 * A limit that is part of the task, such as a step limit at which the task is scored, terminates the rollout.
 */
export interface ValuedRollout {
  /** r_t of each step. */
  rewards_T: readonly number[];
  /** V(s_t) of the state before each step. */
  values_T: readonly number[];
  /** V(s_T) of the state after the last step; 0 where the rollout terminated. */
  finalValue: number;
  /** γ, discount for each step, 0 to 1. */
  gamma: number;
  /** λ, 0 to 1. */
  lambda: number;
}

export interface GeneralizedAdvantages {
  /** Â_t. */
  advantages_T: number[];
  /** R_t, the TD(λ) return: what a value function learns to predict. */
  returns_T: number[];
}

export function generalizedAdvantages({
  rewards_T,
  values_T,
  finalValue,
  gamma,
  lambda,
}: ValuedRollout): GeneralizedAdvantages {
  const advantages_T = rewards_T.map(() => 0);
  let nextAdvantage = 0;
  let nextValue = finalValue;
  for (let t = rewards_T.length - 1; t >= 0; t--) {
    const value = values_T[t] as number;
    const delta = (rewards_T[t] as number) + gamma * nextValue - value;
    nextAdvantage = delta + gamma * lambda * nextAdvantage;
    advantages_T[t] = nextAdvantage;
    nextValue = value;
  }
  const returns_T = advantages_T.map((advantage, t) => advantage + (values_T[t] as number));
  return { advantages_T, returns_T };
}
