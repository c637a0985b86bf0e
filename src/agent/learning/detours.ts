/** Steps that were taken back. They did not make an episode succeed, so the policy does not imitate them. */

import type { PastStep } from "../../core/policy.ts";
import { looksSame } from "../../page/repeated-action.ts";

/**
 * Numbers of the steps that lead away from a page and, by going back, to a page that looks the same: the actor
 * considered them a mistake. Circles that close in another way stay, because they may have had an effect that no
 * page shows. The longest circles are cut first, starting from the beginning.
 */
export function findDetours(steps: readonly PastStep[]): Set<number> {
  const detours = new Set<number>();
  for (let step = 0; step < steps.length; step++) {
    const { observation } = steps[step] as PastStep;
    const back = steps.findLastIndex(
      (later, index) =>
        steps[index - 1]?.action.kind === "goBack" && looksSame(later.observation, observation),
    );
    while (step < back) detours.add(step++);
  }
  return detours;
}
