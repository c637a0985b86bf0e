/** Fidelity over cost, as a table and as a picture. */

import type { TotalUsage } from "../../core/usage.ts";
import { toPicture } from "../../transfer/chart-picture.ts";
import { curveChart } from "../../transfer/charts.ts";
import { formatTable } from "./text-table.ts";
import type { OwnRewardFidelity } from "../../transfer/own-reward.ts";
import type { Measure, ReasonedFidelityRow } from "../../transfer/reasoned-fidelity.ts";
import type { Estimate } from "../../transfer/statistics.ts";

const SHOWN: readonly [Measure, string][] = [
  ["nextUrl", "next URL"],
  ["changeF1", "F1"],
  ["exactPage", "exact"],
];
const COSTS = ["asked", "tokens/step", "s/step", "unread"];

export function formatReasoned(
  model: string,
  rows: readonly ReasonedFidelityRow[],
  ownReward: OwnRewardFidelity | null,
  spent: TotalUsage,
): string[] {
  const steps = rows[0]?.fidelity.steps ?? 0;
  const { inputTokens, outputTokens, usd } = spent;
  return [
    `${steps} held-out steps, asked of ${model}:`,
    "",
    ...formatTable(
      ["", ...SHOWN.map(([, head]) => head), ...COSTS],
      rows.map((row) => [
        nameOf(row),
        ...SHOWN.map(([measure]) => share(row.estimates[measure])),
        `${(100 * row.reasonedShare).toFixed(0)} %`,
        (row.promptTokens + row.completionTokens).toFixed(0),
        row.seconds.toFixed(2),
        String(row.unreadable),
      ]),
    ),
    "",
    "What a language model adds, step by step:",
    "",
    ...formatTable(
      ["", ...SHOWN.map(([, head]) => head)],
      rows.flatMap((row) => {
        const { gain } = row;
        if (gain === null) return [];
        const name = `${nameOf(row)} − ${gain.over}`;
        return [[name, ...SHOWN.map(([measure]) => difference(gain.estimates[measure]))]];
      }),
    ),
    "",
    "In brackets: 95 % intervals, which resample task templates; none with a single template.",
    "asked: steps that the language model was asked about. A kept reply counts the seconds that it once took.",
    ...(ownReward === null ? [] : [formatOwnReward(ownReward)]),
    `All calls so far: ${inputTokens} + ${outputTokens} tokens${usd > 0 ? `, $${usd.toFixed(4)}` : ""}.`,
  ];
}

const nameOf = ({ name, sureFrom }: ReasonedFidelityRow): string =>
  sureFrom === null ? name : `hybrid, sure from ${sureFrom}`;

const share = (estimate: Estimate | null): string =>
  withInterval(estimate, (value) => value.toFixed(2));

const difference = (estimate: Estimate | null): string =>
  withInterval(estimate, (value) => `${value > 0 ? "+" : ""}${value.toFixed(2)}`);

function withInterval(estimate: Estimate | null, write: (value: number) => string): string {
  if (estimate === null) return "–";
  const { mean, ci95 } = estimate;
  return ci95 === null ? write(mean) : `${write(mean)} (${ci95.map(write).join(" to ")})`;
}

function formatOwnReward({
  realFailures,
  realSuccesses,
  falseSuccess,
  falseFailure,
  noVerdict,
}: OwnRewardFidelity): string {
  const share = (value: number | null): string => (value === null ? "–" : value.toFixed(2));
  return `Its own reward: ${share(falseSuccess)} of ${realFailures} real failures called a success, ${share(falseFailure)} of ${realSuccesses} real successes called a failure, ${noVerdict} without a verdict.`;
}

/** F1 over what can be known, over the share of steps that the language model was asked about. */
export function reasonedChart(model: string, rows: readonly ReasonedFidelityRow[]): string {
  const pointOf = ({ reasonedShare, fidelity, estimates }: ReasonedFidelityRow) => ({
    x: Math.round(100 * reasonedShare),
    mean: fidelity.knowableF1,
    ci95: estimates.knowableF1?.ci95 ?? null,
  });
  const hybrids = rows.filter(({ name }) => name === "hybrid" || name === "retrieval");
  const alone = rows.filter(({ name }) => name === "language model");
  const points = hybrids.map(pointOf).toSorted((a, b) => a.x - b.x);
  const chart = curveChart(
    `Fidelity over the share of steps that ${model} was asked about`,
    [
      { name: "hybrid", color: "#2563eb", points },
      { name: "model alone", color: "#d97706", points: alone.map(pointOf) },
    ],
    { xName: "% of steps asked", yName: "F1 of what can be known", bend: 1_000_000 },
  );
  return toPicture(chart);
}
