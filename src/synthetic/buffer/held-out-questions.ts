/** Questions whose answers a buffer holds, each asked of a buffer that does not: for calibration. */

import { byTrajectory } from "./experience-records.ts";
import type { ReplayBuffer } from "./replay-buffer.ts";
import { type ForcedStep, forceSteps } from "./teacher-forcing.ts";

export interface HeldOutOptions {
  /** Parts the buffer is cut into, each asked about with the others. */
  folds?: number;
  /** Questions at most, spread evenly. */
  maxSamples?: number;
}

export interface HeldOutQuestions {
  /** The buffer without the trajectories that the questions are taken from. */
  rest: ReplayBuffer;
  steps: ForcedStep[];
}

/** @returns one entry for each fold, and how many questions there are in all */
export function holdOutQuestions(
  buffer: ReplayBuffer,
  { folds = 2, maxSamples = 200 }: HeldOutOptions,
): { parts: HeldOutQuestions[]; count: number } {
  const ids = buffer.trajectoryIds;
  const records = byTrajectory(buffer.records);
  const stride = Math.max(1, Math.ceil(buffer.size / maxSamples));
  let position = 0;
  const parts = Array.from({ length: Math.min(folds, ids.length) }, (_, fold) => {
    const left = ids.filter((_id, i) => i % folds === fold);
    return {
      rest: buffer.withoutTrajectories(left),
      steps: left
        .flatMap((id) => forceSteps(records.get(id) ?? []))
        .filter(() => position++ % stride === 0),
    };
  });
  return { parts, count: Math.ceil(buffer.size / stride) };
}
