/** What one arm of one seed did and reached, as `compare.json` has it. */

import { addUsage, NO_USAGE, type TotalUsage } from "../core/usage.ts";
import type { Evaluation } from "../real/harness/evaluate-policy.ts";
import { pointsOf, rowsAt } from "./arm-points.ts";
import type { Arm } from "./arms.ts";
import type { CompareConfig } from "./compare-config.ts";
import type { CompareResult } from "./compare-result.ts";
import type { FinishedRecords, Training } from "./run-records.ts";

interface RecordsOfArms {
  config: CompareConfig;
  records: Pick<FinishedRecords, "evaluations" | "expenses" | "trainings">;
}

export function describeArm(
  { config, records }: RecordsOfArms,
  arm: Arm,
  seed: number,
): CompareResult["arms"][number] {
  const trainings = records.trainings.filter((training) => training.seed === seed);
  const lastOf = (name: string | null): Training | undefined =>
    trainings
      .filter((training) => training.arm === name)
      .toSorted((a, b) => a.target - b.target)
      .at(-1);
  const imagined = lastOf(arm.imagination);
  const own = lastOf(arm.name);
  const trained = own ?? (arm.real === null ? imagined : undefined);
  const splits = config.evaluate.map(({ split }) => split);
  const costs = records.evaluations.flatMap((row) =>
    row.arm === arm.name && row.seed === seed ? (row.usage ?? []) : [],
  );
  return {
    arm: arm.name,
    seed,
    dreamSteps: imagined?.steps ?? 0,
    realSteps: arm.real === null ? 0 : (trained?.steps ?? paidFor(records, arm.name, seed)),
    gradientSteps: trained?.gradientSteps ?? 0,
    rehearsedSteps: trained?.rehearsedSteps ?? 0,
    unscoredDreams: imagined?.unscoredEpisodes ?? 0,
    fracRewardZeroStd: trained?.fracRewardZeroStd ?? null,
    usage: costs.length === 0 ? null : costs.reduce<TotalUsage>(addUsage, NO_USAGE),
    curve: splits.flatMap((split) =>
      pointsOf(config, arm).flatMap((realSteps) => {
        const rows = rowsAt(records.evaluations, arm, split, realSteps).filter(
          (row) => row.seed === seed,
        );
        if (rows.length === 0) return [];
        const count = (status: Evaluation["status"]): number =>
          rows.filter((row) => row.status === status).length;
        const n = count("success") + count("failure");
        return [
          {
            split,
            realSteps,
            successRate: n === 0 ? null : count("success") / n,
            n,
            unscored: count("unscored"),
            failed: count("error"),
          },
        ];
      }),
    ),
  };
}

/** The real training steps of an arm that searched: it has no training of its own. */
function paidFor({ expenses }: RecordsOfArms["records"], name: string, wanted: number): number {
  return expenses
    .filter(({ line, arm, seed }) => line === "training" && arm === name && seed === wanted)
    .reduce((sum, { steps }) => sum + steps, 0);
}
