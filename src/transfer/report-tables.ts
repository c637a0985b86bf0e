/** The tables of `report.html`, as HTML text. */

import { type Arm, ARMS } from "./arms.ts";
import { escapeHtml, formatCount, percent } from "./charts.ts";
import type { CompareResult } from "./compare-result.ts";
import {
  MAIN_MEASURES,
  MATCH_COLUMNS,
  matchRows,
  NO_VALUE,
  SEARCH_COLUMNS,
  searchRows,
} from "./result-rows.ts";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first ?? "")}</th>${rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table></div>`;
}

/** The arms that a result is about, in their order. */
export function armsIn({ arms, summary }: CompareResult): Arm[] {
  const names = new Set([...arms, ...summary].map(({ arm }) => arm));
  return ARMS.filter(({ name }) => names.has(name));
}

export function finalTable(result: CompareResult): string {
  const { summary } = result;
  const splits = [...new Set(summary.map(({ split }) => split))];
  const rows = armsIn(result).map((arm) => [
    arm.name,
    ...splits.map((split) => {
      const last = summary
        .filter((row) => row.arm === arm.name && row.split === split)
        .sort((a, b) => a.realSteps - b.realSteps)
        .at(-1);
      if (last === undefined) return NO_VALUE;
      const { mean, ci95, n } = last.estimate;
      const interval = ci95 === null ? "" : ` (${percent(ci95[0])} to ${percent(ci95[1])})`;
      return `${percent(mean)}${interval}, n = ${formatCount(n)}, ${formatCount(last.realSteps)} real steps`;
    }),
  ]);
  return table(["arm", ...splits], rows);
}

export function stepsToMatchTable(result: CompareResult): string {
  return table(MATCH_COLUMNS, matchRows(result));
}

type Read = (arm: CompareResult["arms"][number]) => number | null;

/** Mean over the seeds of an arm that have a value. */
function meansOf({ arms }: CompareResult, name: string): (read: Read) => number | null {
  const own = arms.filter(({ arm }) => arm === name);
  return (read) => {
    const values = own.map(read).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
  };
}

export function trainingTable(result: CompareResult): string {
  const trained = armsIn(result).filter((arm) => arm.imagination !== null || arm.real !== null);
  const rows = trained.map((arm) => {
    const mean = meansOf(result, arm.name);
    const count = (read: Read): string => {
      const value = mean(read);
      return value === null ? NO_VALUE : formatCount(Math.round(value));
    };
    const zeroVariance = mean(({ fracRewardZeroStd }) => fracRewardZeroStd);
    const rehearsed = Math.round(mean(({ rehearsedSteps }) => rehearsedSteps) ?? 0);
    const gradientSteps = count((row) => row.gradientSteps);
    return [
      arm.name,
      placeOf(arm),
      count(({ realSteps, dreamSteps }) => (arm.real === null ? dreamSteps : realSteps)),
      rehearsed === 0
        ? gradientSteps
        : `${gradientSteps}, of these ${formatCount(rehearsed)} on demonstrations alone`,
      zeroVariance === null ? NO_VALUE : percent(zeroVariance),
    ];
  });
  return table(["arm", "trained in", "steps", "gradient steps", "zero-variance groups"], rows);
}

function placeOf({ real, imagination }: Arm): string {
  if (real !== null) return "the real sites";
  if (imagination === "truth") return "the true world, unpaid";
  return imagination === "placebo" ? "the placebo" : "the dream";
}

/** Empty without a search. */
export function searchTable(result: CompareResult): string {
  if (result.searches.length === 0) return "";
  return `<h2>Search</h2><p>Means over seeds. A task counts as solved when the search found a plan for it, in this round or an earlier one.</p>${table(SEARCH_COLUMNS, searchRows(result))}`;
}

/** What the language models of the arms cost, over all seeds. Empty where none was asked. */
export function costTable({ arms }: CompareResult): string {
  const counted = arms.flatMap(({ arm, curve, usage }) => {
    if (usage === null || usage.inputTokens + usage.outputTokens === 0) return [];
    return [
      { arm, usage, episodes: curve.reduce((sum, { n, unscored }) => sum + n + unscored, 0) },
    ];
  });
  if (counted.length === 0) return "";
  const rows = [...new Set(counted.map(({ arm }) => arm))].map((name) => {
    const own = counted.filter(({ arm }) => arm === name);
    const sum = (read: (row: (typeof own)[number]) => number): number =>
      own.reduce((total, row) => total + read(row), 0);
    const [episodes, usd] = [sum((row) => row.episodes), sum(({ usage }) => usage.usd)];
    const tokens = [sum(({ usage }) => usage.inputTokens), sum(({ usage }) => usage.outputTokens)];
    return [
      name,
      formatCount(episodes),
      ...tokens.map(formatCount),
      `$${usd.toFixed(4)}`,
      `$${(usd / Math.max(1, episodes)).toFixed(4)}`,
    ];
  });
  return `<h2>What language models cost</h2><p>The decisions of all evaluated episodes, at the price that was given.</p>${table(["arm", "episodes", "tokens in", "tokens out", "dollars", "dollars an episode"], rows)}`;
}

/** The dream of each seed, if each seed has its own. */
export function fidelitiesTable({ fidelities }: CompareResult): string {
  const rows = Object.entries(fidelities);
  if (rows.length === 0) return "";
  const cell = (value: unknown): string =>
    typeof value === "number" ? value.toFixed(3) : NO_VALUE;
  return table(
    ["seed", ...MAIN_MEASURES.map((measure) => MEASURES[measure] ?? measure)],
    rows.map(([seed, { model }]) => [
      seed,
      ...MAIN_MEASURES.map((measure) => cell(model[measure])),
    ]),
  );
}

/** A control with less training than the dream is a weak control. The report warns about it. */
export function placeboCaveat(result: CompareResult): string {
  const steps: Read = ({ gradientSteps }) => gradientSteps;
  const [dream, placebo] = [meansOf(result, "dream")(steps), meansOf(result, "placebo")(steps)];
  if (dream === null || placebo === null || placebo >= dream) return "";
  return `<p class="warning">The placebo took ${Math.round(placebo)} gradient steps to the dream's ${Math.round(dream)}. Most of its groups had zero variance, so it stopped at its limit. It cannot show that as many gradient steps alone would not have helped.</p>`;
}

export function ledgerCaption({ ledger: { countedBySite, cutOffs } }: CompareResult): string {
  const counted = `The sites counted ${formatCount(countedBySite)} requests themselves.`;
  if (cutOffs === 0) return `Each request that the sites received belongs to one line. ${counted}`;
  const pieces = `${cutOffs} piece${cutOffs === 1 ? "" : "s"} of work`;
  return `A kill or Ctrl-C interrupted ${pieces}: the requests of episodes that ran at that moment may be missing. Each other request belongs to one line. ${counted}`;
}

export function ledgerTable({ ledger }: CompareResult): string {
  const row = (name: string, entry: CompareResult["ledger"]["total"]): string[] => [
    name,
    ...[entry.episodes, entry.steps, entry.requests, entry.failedEpisodes].map(formatCount),
  ];
  return table(
    ["line", "episodes", "steps", "requests", "failed episodes"],
    [
      ...Object.entries(ledger.lines).map(([name, entry]) => row(name, entry)),
      row("total", ledger.total),
    ],
  );
}

export function fidelityTable({ fidelity }: CompareResult): string {
  const columns: [string, Record<string, unknown>][] = [
    ["the dream", fidelity.model],
    ...Object.entries(fidelity.baselines),
  ];
  const measures = [...new Set(columns.flatMap(([, values]) => Object.keys(values)))];
  const cell = (value: unknown): string => {
    if (value === null) return "none to judge";
    if (typeof value !== "number") return NO_VALUE;
    return Number.isInteger(value) ? formatCount(value) : value.toFixed(3);
  };
  return table(
    ["measure", ...columns.map(([name]) => name)],
    measures.map((measure) => [
      MEASURES[measure] ?? measure,
      ...columns.map(([, values]) => cell(values[measure])),
    ]),
  );
}

/** Explains the measures in words. The formulas are in docs/algorithms/experience-model.md. */
const MEASURES: Record<string, string> = {
  steps: "single steps predicted",
  nextUrl: "share of steps with the right next URL",
  changeF1: "F1 of the change on the page",
  knowableF1: "F1 of the change, over knowable nodes",
  exactPage: "share of pages predicted exactly",
  calibrationError: "calibration error of the certainty",
  episodes: "whole episodes replayed",
  realFailures: "real failures, scored in both worlds",
  realSuccesses: "real successes, scored in both worlds",
  scoreAgreement: "share of equal scores",
  falseSuccess: "share of real failures that succeed in the dream",
  falseFailure: "share of real successes that fail in the dream",
  unscored: "share of episodes that the dream does not score",
  missingElements: "share of actions without their element in the dream",
};

export function timeTable({ seconds }: CompareResult): string {
  const format = (value: number): string =>
    value.toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return table(
    ["phase", "seconds"],
    Object.entries(seconds).map(([phase, value]) => [phase, format(value)]),
  );
}
