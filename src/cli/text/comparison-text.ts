/** What a comparison came to, in lines for people. */

import { join } from "node:path";
import type { CompareResult } from "../../transfer/compare-result.ts";
import { verdict } from "../../transfer/report.ts";

/** The last lines: what happened, whatever it was. */
export function describeResult(result: CompareResult, out: string): string {
  const [split = ""] = Object.keys(result.tasks);
  const { lines, total, countedBySite } = result.ledger;
  const rates = result.summary
    .filter((row) => row.split === split)
    .map(
      ({ arm, realSteps, estimate }) =>
        `  ${arm.padEnd(13)} ${String(realSteps).padStart(5)} real steps: ${(100 * estimate.mean).toFixed(1).padStart(5)} % of ${estimate.n}`,
    );
  return [
    `Success on ${split}, greedy:`,
    ...rates,
    `Real interactions: ${total.steps} steps, ${total.requests} requests (the sites counted ${countedBySite}), of these ${lines["collection"]?.steps ?? 0} steps to collect`,
    ...(result.unfinishedSeeds.length === 0
      ? []
      : [
          `Not finished: nothing of seed ${result.unfinishedSeeds.join(", ")} is in these figures.`,
        ]),
    ...describeZeroVariance(result),
    ...(result.seeds.length === 1 ? ["One seed: a demonstration, not evidence."] : []),
    verdict(result),
    `Report: ${join(out, "report.html")}   Data: ${join(out, "compare.json")}`,
  ].join("\n");
}

/** Above this share of zero-variance groups an arm paid for most of its experience and did not learn from it. */
const MOST_GROUPS = 0.7;

function describeZeroVariance({ arms }: CompareResult): string[] {
  const silent = arms.filter((arm) => (arm.fracRewardZeroStd ?? 0) > MOST_GROUPS);
  const names = [...new Set(silent.map(({ arm }) => arm))];
  if (names.length === 0) return [];
  return [
    `Most groups of ${names.join(", ")} were all successes or all failures, and taught nothing: choose tasks nearer to 50 % success.`,
  ];
}
