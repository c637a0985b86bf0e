/** Fidelity over cost, as a table and as a picture. */

import type { TotalUsage } from "../../core/usage.ts";
import { curveChart } from "../../transfer/charts.ts";
import type { OwnRewardFidelity, ReasonedFidelityRow } from "../../transfer/reasoned-fidelity.ts";

export function formatReasoned(
  model: string,
  rows: readonly ReasonedFidelityRow[],
  ownReward: OwnRewardFidelity | null,
  spent: TotalUsage,
): string[] {
  const steps = rows[0]?.fidelity.steps ?? 0;
  const heads = ["asked", "next URL", "F1", "knowable", "exact", "tokens/step", "s/step", "unread"];
  const table = rows.map((row) => [
    row.sureFrom === null ? row.name : `hybrid, sure from ${row.sureFrom}`,
    `${(100 * row.reasonedShare).toFixed(0)} %`,
    row.fidelity.nextUrl.toFixed(3),
    row.fidelity.changeF1.toFixed(3),
    row.fidelity.knowableF1.toFixed(3),
    row.fidelity.exactPage.toFixed(3),
    (row.promptTokens + row.completionTokens).toFixed(0),
    row.seconds.toFixed(2),
    String(row.unreadable),
  ]);
  const { inputTokens, outputTokens, usd } = spent;
  return [
    `${steps} held-out steps, asked of ${model}:`,
    "",
    ...[["", ...heads], ...table].map(([label = "", ...cells]) =>
      [
        label.padEnd(22),
        ...cells.map((text, at) => text.padStart(Math.max(8, heads[at]?.length ?? 0))),
      ].join("  "),
    ),
    "",
    "asked: steps that the language model was asked about. A kept reply counts the seconds that it once took.",
    ...(ownReward === null ? [] : [formatOwnReward(ownReward)]),
    `All calls so far: ${inputTokens} + ${outputTokens} tokens${usd > 0 ? `, $${usd.toFixed(4)}` : ""}.`,
  ];
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
  const pointOf = ({ reasonedShare, fidelity }: ReasonedFidelityRow) => ({
    x: 100 * reasonedShare,
    mean: fidelity.knowableF1,
    ci95: null,
  });
  const hybrids = rows.filter(({ name }) => name === "hybrid" || name === "retrieval");
  const alone = rows.filter(({ name }) => name === "language model");
  const points = hybrids.map(pointOf).toSorted((a, b) => a.x - b.x);
  return curveChart(
    `Fidelity over the share of steps that ${model} was asked about`,
    [
      { name: "hybrid", color: "#2563eb", points },
      { name: "model alone", color: "#d97706", points: alone.map(pointOf) },
    ],
    { xName: "% of steps asked", bend: 1_000_000 },
  );
}
