/** Whether an episode in a dream counts as a plan of its task. */

import type { Score } from "../core/score.ts";

/**
 * A success counts. So does an episode with a check that cannot be decided, if another check passed and none failed:
 * the right requests were sent, but no recording shows the page that answers them.
 */
export function countsAsPlan(score: Score | null): boolean {
  if (score === null) return false;
  if (score.status === "scored") return score.value === 1;
  const passed = score.checks.map((check) => check.passed);
  return passed.includes(true) && !passed.includes(false);
}
