/** The part of an unfinished comparison that can be reported: its finished seeds. */

import { armsOf, type CompareConfig } from "./compare-config.ts";
import { evaluatedAs, pointsOf } from "./arm-points.ts";
import type { SummarizeOptions } from "./summarize.ts";

type Part = Pick<SummarizeOptions, "config" | "records"> & { unfinishedSeeds: number[] };

/**
 * A seed is finished when each of its arms was evaluated at each of its points, on as many tasks of a split as any
 * other. All evaluations of a split use the same tasks. With unfinished seeds, two arms would be compared on different
 * seeds.
 */
export function finishedPart({
  config,
  records,
}: Pick<SummarizeOptions, "config" | "records">): Part {
  const counts = new Map<string, number>();
  const count = (point: string, seed: number): number => counts.get(`${point} ${seed}`) ?? 0;
  for (const { arm, seed, split, realSteps } of records.evaluations) {
    const point = `${arm} ${split} ${realSteps}`;
    counts.set(`${point} ${seed}`, count(point, seed) + 1);
  }
  const points = evaluationPoints(config);
  const most = new Map<string, number>();
  for (const { point, split } of points)
    for (const seed of config.seeds)
      most.set(split, Math.max(most.get(split) ?? 0, count(point, seed)));
  const isFinished = (seed: number): boolean =>
    points.every(
      ({ point, split }) => count(point, seed) > 0 && count(point, seed) === most.get(split),
    );
  const seeds = config.seeds.filter(isFinished);
  return {
    config: { ...config, seeds },
    records: {
      evaluations: records.evaluations.filter(({ seed }) => seeds.includes(seed)),
      trainings: records.trainings.filter(({ seed }) => seeds.includes(seed)),
      rounds: records.rounds.filter(({ seed }) => seeds.includes(seed)),
      expenses: records.expenses.filter(({ seed }) => seed === null || seeds.includes(seed)),
    },
    unfinishedSeeds: config.seeds.filter((seed) => !seeds.includes(seed)),
  };
}

/** All points at which a seed is evaluated, as "arm split steps". */
function evaluationPoints(config: CompareConfig): { point: string; split: string }[] {
  return armsOf(config).flatMap((arm) => {
    const all = pointsOf(config, arm);
    return config.evaluate.flatMap(({ split, points }) =>
      all
        .filter((_, i) => points === "all" || i === 0 || i === all.length - 1)
        .map((realSteps) => ({
          point: `${evaluatedAs(arm, realSteps)} ${split} ${realSteps}`,
          split,
        })),
    );
  });
}
