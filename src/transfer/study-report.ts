/** `study.md`: a study in Markdown. Every figure comes from the study's own results. */

import { ARMS } from "./arms.ts";
import { formatCount, percent, signedPoints } from "./charts.ts";
import { toPicture } from "./chart-picture.ts";
import type { CompareResult } from "./compare-result.ts";
import { paidChart } from "./result-curves.ts";
import {
  MAIN_MEASURES,
  MATCH_COLUMNS,
  matchRows,
  NO_VALUE,
  SEARCH_COLUMNS,
  searchRows,
} from "./result-rows.ts";
import type { StudyResult } from "./run-study.ts";
import type { Estimate } from "./statistics.ts";

/** @param picture name of the file with `drawStudy`'s picture, next to the page */
export function renderStudy(study: StudyResult, command: string, picture: string): string {
  const { main } = study;
  const split = main.paired.split;
  return `# Study: what training in the dream saves

Written by \`${command}\`. All figures come from its own run: preset \`${main.preset}\`, sites ${main.sites.join(", ")}, ${main.seeds.length} seeds${main.collections === "per-seed" ? ", each with its own offline collection" : " with one offline collection"}, ${main.tasks[split] ?? 0} tasks of \`${split}\`. One collection costs ${formatCount(main.offline.realSteps)} real steps. Intervals are 95 %, clustered by template and seed.
${main.seeds.length < 8 ? `\n> ${main.seeds.length} seed${main.seeds.length === 1 ? "" : "s"}: this shows the machinery. A claim needs eight.\n` : ""}
## The answer

![Success on ${split} over all real steps that an arm has paid for](${picture})

The picture shows the share of tasks solved, over all real steps that an arm has paid for: ${formatCount(main.offline.realSteps)} for the recordings, and those of its training. Bands are 95 % intervals.

${answers(main)}

## Success by arm

${successTable(main)}

${oracleLine(main)}

## Real steps for the same success

How many real training steps an arm needs to solve as many tasks as its target. A ratio of 4 means four times as many real steps as the target took, 0.25 a quarter of them: training alone, and with the offline collection that both start from.

${table(MATCH_COLUMNS, matchRows(main))}

## What the searches found

${table(SEARCH_COLUMNS, searchRows(main))}

## Without one thing

Each row repeats an arm on the first seeds of the study without one thing. The difference is what the thing gives.

${ablationTable(study)}

## Other sites

${otherTable(study)}

## Fidelity of each dream

${fidelityTable(main)}

## What it cost

${costTable(main)}

${Object.entries(study.seconds)
  .map(([part, seconds]) => `- ${part}: ${(seconds / 60).toFixed(1)} minutes`)
  .join("\n")}
`;
}

/** The picture of the page: an SVG file. */
export function drawStudy({ main }: StudyResult): string {
  return toPicture(paidChart(main, main.paired.split));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "None.";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function interval({ mean, ci95 }: Estimate, format: (value: number) => string): string {
  return ci95 === null
    ? format(mean)
    : `${format(mean)} (${format(ci95[0])} to ${format(ci95[1])})`;
}

/** The differences that the claim rests on. */
const CLAIMS: readonly [treatment: string, control: string][] = [
  ["dream", "bc"],
  ["dream", "placebo"],
  ["dream", "bc-real"],
  ["dream-real", "bc-real"],
  ["dream-real", "placebo-real"],
  ["dream-coevolve", "dream-real"],
  ["dream", "search-real"],
];

/** One table for each split, the main one first. */
function answers({ comparisons, tasks }: CompareResult): string {
  return Object.keys(tasks)
    .map((split) => `Tasks of \`${split}\`:\n\n${answersOn(split, comparisons)}`)
    .join("\n\n");
}

function answersOn(split: string, comparisons: CompareResult["comparisons"]): string {
  const rows = CLAIMS.flatMap(([treatment, control]) => {
    const found = comparisons.find(
      (row) => row.treatment === treatment && row.control === control && row.split === split,
    );
    if (found === undefined) return [];
    const { realSteps, controlSteps = realSteps, estimate } = found;
    const at = (arm: string, steps: number): string => `${arm} after ${formatCount(steps)}`;
    return [
      [
        at(treatment, realSteps),
        at(control, controlSteps),
        interval(estimate, signedPoints),
        verdictOf(estimate),
        formatCount(estimate.n),
      ],
    ];
  });
  return table(["arm, real training steps", "minus", "points", "", "pairs"], rows);
}

function verdictOf({ ci95 }: Estimate): string {
  if (ci95 === null) return "nothing can be said";
  if (ci95[0] > 0) return "ahead";
  return ci95[1] < 0 ? "behind" : "no difference could be shown";
}

function successTable({ summary }: CompareResult): string {
  const splits = [...new Set(summary.map(({ split }) => split))];
  const rows = ARMS.filter(({ name }) => name !== "oracle").flatMap(({ name }) => {
    const own = summary.filter(({ arm }) => arm === name);
    const last = Math.max(...own.map(({ realSteps }) => realSteps));
    if (own.length === 0) return [];
    const cells = splits.map((split) => {
      const point = own.find((row) => row.split === split && row.realSteps === last);
      return point === undefined ? NO_VALUE : interval(point.estimate, percent);
    });
    return [[name, formatCount(last), ...cells]];
  });
  return table(["arm", "real training steps", ...splits], rows);
}

function oracleLine({ summary, paired: { split } }: CompareResult): string {
  const point = summary.find((row) => row.arm === "oracle" && row.split === split);
  if (point === undefined) return "The ceiling (`oracle`) was not measured.";
  return `The ceiling, which nobody can have: the same search in the true world, unpaid (\`oracle\`), gives ${interval(point.estimate, percent)}. It is part of no comparison.`;
}

function ablationTable({ ablations }: StudyResult): string {
  return table(
    ["without", "arm", "success without it", "difference, points", "pairs"],
    ablations.map(({ without, arm, success, difference }) => [
      without,
      arm,
      success === null ? NO_VALUE : interval(success, percent),
      difference === null ? NO_VALUE : interval(difference, signedPoints),
      difference === null ? NO_VALUE : formatCount(difference.n),
    ]),
  );
}

function otherTable({ others, skipped }: StudyResult): string {
  const rows = others.map(({ name, result }) => {
    const split = result.paired.split;
    const success = (arm: string): string => {
      const point = result.summary.find(
        (row) => row.arm === arm && row.split === split && row.realSteps === 0,
      );
      return point === undefined ? NO_VALUE : interval(point.estimate, percent);
    };
    return [name, ...["bc", "dream", "placebo", "oracle"].map(success)];
  });
  const left = skipped.map(({ name, reason }) => `\n${name} was left out: ${reason}`);
  return table(["site", "bc", "dream", "placebo", "oracle (ceiling)"], rows) + left.join("\n");
}

function fidelityTable({ fidelities, fidelity, seeds }: CompareResult): string {
  const own = Object.entries(fidelities);
  const dreams = own.length > 0 ? own : [[seeds.join(", "), fidelity] as const];
  return table(
    ["seed", ...MAIN_MEASURES],
    dreams.map(([seed, { model }]) => [
      seed,
      ...MAIN_MEASURES.map((measure) => {
        const value = model[measure];
        return typeof value === "number" ? value.toFixed(3) : NO_VALUE;
      }),
    ]),
  );
}

function costTable({ ledger }: CompareResult): string {
  return table(
    ["line", "episodes", "real steps", "requests"],
    Object.entries(ledger.lines).map(([line, { episodes, steps, requests }]) => [
      line,
      ...[episodes, steps, requests].map(formatCount),
    ]),
  );
}
