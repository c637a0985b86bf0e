/** How an episode ended, in one word. */

import type { Trajectory } from "../../../core/trajectory.ts";

export type Outcome = "success" | "failure" | "unscored" | "error" | "no score";

export function outcomeOf({ stopReason, score }: Trajectory): Outcome {
  if (stopReason === "error") return "error";
  if (score === null) return "no score";
  if (score.status === "unscored") return "unscored";
  return score.value === 1 ? "success" : "failure";
}
