/** What a comparison came to, in lines for people. */

import { join } from "node:path";
import { addUsage, NO_USAGE } from "../../core/usage.ts";
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
    ...describeCost(result),
    ...(result.unfinishedSeeds.length === 0
      ? []
      : [
          `Not finished: nothing of seed ${result.unfinishedSeeds.join(", ")} is in these figures.`,
        ]),
    ...describeZeroVariance(result),
    ...(result.seeds.length === 1 ? ["One seed: a demonstration, not evidence."] : []),
    verdict(result),
    ...describeSaving(result),
    `Report: ${join(out, "report.html")}   Data: ${join(out, "compare.json")}`,
    `Look at the recorded episodes: dreamgym view ${out}`,
  ].join("\n");
}

function describeCost({ arms, agent = "" }: CompareResult): string[] {
  const costs = arms.flatMap(({ arm, usage }) => (arm === "agent" && usage !== null ? usage : []));
  const { inputTokens, outputTokens, usd } = costs.reduce(addUsage, NO_USAGE);
  if (inputTokens + outputTokens === 0) return [];
  return [`${agent} took ${inputTokens} tokens in and ${outputTokens} out, $${usd.toFixed(4)}.`];
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

/** The main figures as a newcomer reads them: with and without the dream, before and after real training. */
export function describeSaving({ summary, tasks, offline }: CompareResult): string[] {
  const [split = ""] = Object.keys(tasks);
  const rateOf = (arm: string, at: "first" | "last"): { rate: string; steps: number } | null => {
    const rows = summary
      .filter((row) => row.arm === arm && row.split === split)
      .sort((a, b) => a.realSteps - b.realSteps);
    const row = at === "first" ? rows[0] : rows.at(-1);
    if (row === undefined) return null;
    return { rate: `${(100 * row.estimate.mean).toFixed(0)} %`, steps: row.realSteps };
  };
  const [bc, dream] = [rateOf("bc", "first"), rateOf("dream", "first")];
  if (bc === null || dream === null) return [];
  const [bcReal, dreamReal] = [rateOf("bc-real", "last"), rateOf("dream-real", "last")];
  const placebo = rateOf("placebo", "first");
  return [
    "",
    `In words: ${offline.realSteps} real steps were recorded.`,
    `  An agent that only imitates the recordings solves ${bc.rate} of the tasks of ${split}.`,
    ...(bcReal === null
      ? []
      : [`  With ${bcReal.steps} more real steps of training: ${bcReal.rate}.`]),
    `  Trained in the dream instead, with no further real step: ${dream.rate}.`,
    ...(dreamReal === null
      ? []
      : [`  With ${dreamReal.steps} real steps after the dream: ${dreamReal.rate}.`]),
    ...(placebo === null
      ? []
      : [`  In a dream that answers wrongly, as a control: ${placebo.rate}.`]),
    "",
  ];
}
