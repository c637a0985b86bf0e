/**
 * Advantages without a value function. Axes: `_G` rollouts of one task, `_T` steps of one rollout.
 */

/** Keeps the division finite; far below the std of any mixed group of outcome rewards. */
const EPSILON = 1e-6;

/**
 * Group-relative advantage, GRPO (Shao et al. 2024, arXiv:2402.03300, §4.1.2):
 *
 *     Â_i = (r_i − mean(r)) / (std(r) + ε)
 *
 * with the standard deviation of the group itself (divided by G). Dividing by it is GRPO's own; Dr. GRPO
 * (arXiv:2503.20783) leaves it out: `normalizeByStd: false`. A group whose rewards are all equal gives zeros: no signal.
 *
 * @param rewards_G returns of the rollouts of one task
 */
export function groupRelativeAdvantages(
  rewards_G: readonly number[],
  { normalizeByStd = true } = {},
): number[] {
  if (rewards_G.every((reward) => reward === rewards_G[0])) return rewards_G.map(() => 0);
  const mean = rewards_G.reduce((sum, reward) => sum + reward, 0) / rewards_G.length;
  const variance =
    rewards_G.reduce((sum, reward) => sum + (reward - mean) ** 2, 0) / rewards_G.length;
  const scale = normalizeByStd ? Math.sqrt(variance) + EPSILON : 1;
  return rewards_G.map((reward) => (reward - mean) / scale);
}
