/** Rows that `report.html` and `study.md` both show, as texts. */

import { groupBy } from "../core/group-by.ts";
import { formatCount, percent } from "./charts.ts";
import type { CompareResult } from "./compare-result.ts";

/** Stands in a cell that has no value. */
export const NO_VALUE = "–";

/** The measures of a dream that stand for all the others where each seed has its own dream. */
export const MAIN_MEASURES = ["nextUrl", "changeF1", "exactPage", "scoreAgreement", "falseSuccess"];

/** What the searches found, as means over the seeds. */
export const SEARCH_COLUMNS = ["arm", "round", "tasks solved", "plans", "expansions"];

export function searchRows({ searches }: CompareResult): string[][] {
  return [...groupBy(searches, ({ arm, round }) => `${arm} ${round}`).values()].map((own) => {
    const [{ arm, round }] = own;
    const mean = (read: (row: (typeof own)[0]) => number): string =>
      formatCount(Math.round(own.reduce((sum, row) => sum + read(row), 0) / own.length));
    return [
      arm,
      String(round),
      `${mean(({ solved }) => solved)} of ${mean(({ tasks }) => tasks)}`,
      mean(({ plans }) => plans),
      mean(({ expansions }) => expansions),
    ];
  });
}

/** Real steps of an arm until it is as good as its target, and the ratio of both. */
export const MATCH_COLUMNS = [
  "arm",
  "target",
  "real training steps",
  "95 % interval",
  "ratio, training alone",
  "ratio, all",
];

export function matchRows({ stepsToMatch, summary }: CompareResult): string[][] {
  const last = Math.max(0, ...summary.map((point) => point.realSteps));
  const steps = (count: number | null, most: number): string =>
    count === null ? `more than ${formatCount(most)}` : formatCount(count);
  const range = ([low, high]: [number | null, number | null], most: number): string =>
    low === high ? steps(low, most) : `${steps(low, most)} to ${steps(high, most)}`;
  return stepsToMatch.flatMap(
    ({ arm, target, successRate, realSteps, ci95, measured = last, ratios }) =>
      successRate === null || arm === target.arm
        ? []
        : [
            [
              arm,
              `${target.arm} after ${formatCount(target.realSteps)} (${percent(successRate)})`,
              steps(realSteps, measured),
              ci95 === null ? NO_VALUE : range(ci95, measured),
              ...[ratios?.training, ratios?.all].map((ratio) =>
                ratio === null || ratio === undefined
                  ? NO_VALUE
                  : `${ratios?.isLowerBound === true ? "more than " : ""}${ratio.toFixed(1)}`,
              ),
            ],
          ],
  );
}
