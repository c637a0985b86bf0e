/** What the RL of all arms shares. */

import type { TrainIteration } from "../rl/train.ts";
import type { CompareOptions } from "./compare.ts";
import type { TrainArmOptions } from "./train-arm.ts";

export function trainingOptionsOf(
  { records, tasks, onProgress, warn, now, signal }: CompareOptions,
  arm: string,
  seed: number,
  target: number,
): Pick<
  TrainArmOptions,
  "records" | "arm" | "seed" | "target" | "tasks" | "onIteration" | "warn" | "now" | "signal"
> {
  // The same warning comes with nearly every iteration: once is enough, the figures are in metrics.jsonl.
  let isWarned = false;
  return {
    records,
    arm,
    seed,
    target,
    tasks: tasks["train"] ?? [],
    onIteration({ progress, metrics }: TrainIteration) {
      const share = (name: string): string => (100 * (metrics[name] ?? 0)).toFixed(0);
      onProgress(
        `${arm}, seed ${seed}: ${progress.environmentSteps} steps, reward ${share("reward/mean")} %`,
        { done: progress.environmentSteps, total: target },
      );
    },
    warn(message) {
      if (!isWarned) warn(`${arm}, seed ${seed}: ${message}`);
      isWarned = true;
    },
    now,
    signal,
  };
}
