/** Two evaluations of the same tasks, episode by episode. */

import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import { type Estimate, pairedDifference, successRate } from "../statistics.ts";
import { bootstrapRandom, outcomesOf } from "./evaluation-summary.ts";

export interface EvaluationComparison {
  /** Of the episodes that both scored. */
  first: Estimate | null;
  second: Estimate | null;
  /** Second minus first. Null without a common episode. */
  difference: Estimate | null;
  /** Task and trial of the episodes that only one of them solved. */
  onlyFirst: string[];
  onlySecond: string[];
  /** Episodes that one of them did not score or did not play. They are in no figure. */
  leftOut: number;
}

export function compareEvaluations(
  first: readonly EpisodeResult[],
  second: readonly EpisodeResult[],
): EvaluationComparison {
  const [all, others] = [outcomesOf(first), outcomesOf(second)];
  const keyOf = ({ taskId, seed }: { taskId: string; seed: number }): string =>
    seed === 1 ? taskId : `${taskId} (trial ${seed})`;
  const successes = new Map(others.map((outcome) => [keyOf(outcome), outcome.success]));
  const common = all.filter((outcome) => successes.has(keyOf(outcome)));
  const commonKeys = new Set(common.map(keyOf));
  const commonOthers = others.filter((outcome) => commonKeys.has(keyOf(outcome)));
  const solvedOnlyBy = (isFirst: boolean): string[] =>
    common
      .filter((outcome) => outcome.success === isFirst)
      .map(keyOf)
      .filter((key) => successes.get(key) === !isFirst);
  const played = new Set(
    [...first, ...second].map(({ taskId, trial }) => keyOf({ taskId, seed: trial })),
  );
  return {
    first: successRate(common, bootstrapRandom()),
    second: successRate(commonOthers, bootstrapRandom()),
    difference: pairedDifference(commonOthers, common, bootstrapRandom()),
    onlyFirst: solvedOnlyBy(true),
    onlySecond: solvedOnlyBy(false),
    leftOut: played.size - common.length,
  };
}
