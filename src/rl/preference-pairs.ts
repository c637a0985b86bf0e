/** Pairs of a better and a worse trajectory of the same task, to learn preferences from. */

import { groupBy } from "../core/group-by.ts";
import type { Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { outcomeReward } from "./rollout.ts";

export interface TrajectoryPair {
  chosen: Trajectory;
  rejected: Trajectory;
}

/**
 * Pairs trajectories of different outcomes, such as what a search found with rollouts that failed. Only scored ones
 * count. A task whose trajectories all ended alike gives no pair.
 *
 * @param perTask the most pairs of one task; they are drawn without replacement
 */
export function pairByOutcome(
  trajectories: readonly Trajectory[],
  { perTask, random }: { perTask: number; random: Random },
): TrajectoryPair[] {
  const scored = trajectories.filter(({ score }) => score?.status === "scored");
  const byTask = groupBy(scored, ({ taskId }) => taskId);
  return [...byTask.values()].flatMap((ofTask) => {
    const pairs = ofTask.flatMap((chosen) =>
      ofTask
        .filter((rejected) => outcomeReward(rejected) < outcomeReward(chosen))
        .map((rejected) => ({ chosen, rejected })),
    );
    return random.shuffle(pairs).slice(0, perTask);
  });
}
