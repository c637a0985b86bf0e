/** `report.html`: one self-contained page on a comparison, for people. All of it is drawn from `compare.json`. */

import { ARMS } from "./arms.ts";
import {
  type Curve,
  curveChart,
  differenceChart,
  escapeHtml,
  percent,
  signedPoints,
} from "./charts.ts";
import type { CompareResult } from "./compare-result.ts";
import type { PicturedStep, SideBySide } from "./side-by-side.ts";

/** Okabe–Ito, told apart by the colour-blind. */
const COLORS: Record<string, string> = {
  bc: "#555555",
  "bc-real": "#0072b2",
  dream: "#e69f00",
  "dream-real": "#d55e00",
  placebo: "#cc79a7",
  "placebo-real": "#a3578a",
  "real-scratch": "#009e73",
};

export function renderReport(result: CompareResult, episode: SideBySide | null): string {
  const oneSeed = result.seeds.length === 1;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>dreamgym compare: ${escapeHtml(result.preset)}</title><style>${STYLE}</style></head><body><main>
<h1>What did dreaming save?</h1>
<p class="lead">Preset <code>${escapeHtml(result.preset)}</code>, ${result.seeds.length} seed${oneSeed ? "" : "s"}, on ${result.sites.map(escapeHtml).join(", ")}, offline data of ${result.offline.episodes} real episodes (${result.offline.realSteps.toLocaleString("en-US")} steps).</p>
${result.unfinishedSeeds.length === 0 ? "" : `<p class="warning">Not finished: nothing of seed${result.unfinishedSeeds.length === 1 ? "" : "s"} ${result.unfinishedSeeds.join(", ")} is in these figures.</p>`}
${oneSeed ? '<p class="warning">One seed: a demonstration, not evidence.</p>' : ""}
<p class="verdict">${escapeHtml(verdict(result))}</p>
${splitsOf(result)
  .map((split) => curveSection(result, split))
  .join("\n")}
<h2>Paired differences</h2>
<p>Same tasks, same seeds, greedy policies; percentage points with 95 % intervals clustered by template${oneSeed ? "" : " and seed"}. All seeds rest on one collection of offline data: what another one would give is in no interval.</p>
<figure>${differenceChart(
    "paired differences",
    result.comparisons.map(({ treatment, control, split, estimate }) => ({
      label: `${treatment} − ${control}, ${split}`,
      ...estimate,
    })),
  )}</figure>
<h2>Real steps to the same success</h2>
<p>First crossing of the straight-lined curve on ${escapeHtml(result.stepsToMatch[0]?.split ?? "")}; all warm arms rest on the same ${result.offline.realSteps.toLocaleString("en-US")} offline real steps besides.</p>
${stepsToMatchTable(result)}
<h2>Success at the last point</h2>${finalTable(result)}
<h2>Practice</h2>
<p>How much each arm practised in its last phase: an arm with real RL practised before it as the arm from which it starts. Means over seeds.</p>
${practiceTable(result)}
${placeboCaveat(result)}
<h2>Budget of real interactions</h2>
<p>${ledgerCaption(result)}</p>
${ledgerTable(result)}
<h2>Fidelity of the dream</h2>
<p>Replay of real <code>dev</code> trajectories, whose entities the dream has never seen. Shares and F1 go from 0 to 1.</p>
${fidelityTable(result)}
${episode === null ? "" : episodeSection(episode)}
<h2>Arms</h2><dl>${ARMS.map((arm) => `<dt><span style="background:${COLORS[arm.name]}"></span>${arm.name}</dt><dd>${escapeHtml(arm.description)}</dd>`).join("")}</dl>
<h2>Time</h2>${table(
    ["phase", "seconds"],
    Object.entries(result.seconds).map(([phase, seconds]) => [phase, seconds.toFixed(1)]),
  )}
</main></body></html>
`;
}

/** What the comparison says on its question, whatever that is. */
export function verdict(result: CompareResult): string {
  const { split, difference, ci95, n } = result.paired;
  if (difference === null)
    return "dream-real and bc-real have no scored task in common: nothing can be said.";
  const interval =
    ci95 === null
      ? "no interval"
      : `95 % interval ${signedPoints(ci95[0])} to ${signedPoints(ci95[1])}`;
  return `dream-real − bc-real on ${split}: ${signedPoints(difference)} points (${interval}, ${n} pairs): ${meaningOf(result)}.`;
}

/** A gain that the placebo shares is none of what the dream knows. */
function meaningOf({ seeds, paired: { split, ci95 }, comparisons }: CompareResult): string {
  if (seeds.length === 1) return "one seed cannot tell whether that is the dream's doing";
  if (ci95 === null) return "one template cannot tell whether that is the dream's doing";
  if (ci95[1] < 0) return "the dream's warm start did harm";
  if (ci95[0] <= 0) return "no difference could be shown";
  const overPlacebo = comparisons.find(
    (other) =>
      other.treatment === "dream-real" && other.control === "placebo-real" && other.split === split,
  );
  return (overPlacebo?.estimate.ci95?.[0] ?? 0) > 0
    ? "the dream's warm start helped, and more than the placebo's"
    : "the dream's warm start helped, but not shown to be more than the placebo's: it need not be what the dream knows of the sites";
}

function splitsOf(result: CompareResult): string[] {
  return [...new Set(result.summary.map(({ split }) => split))];
}

function curveSection(result: CompareResult, split: string): string {
  const curves = ARMS.flatMap((arm): Curve[] => {
    const points = result.summary
      .filter((row) => row.arm === arm.name && row.split === split)
      .sort((a, b) => a.realSteps - b.realSteps)
      .map(({ realSteps, estimate }) => ({
        x: realSteps,
        mean: estimate.mean,
        ci95: estimate.ci95,
      }));
    const color = COLORS[arm.name] ?? "#000";
    return points.length === 0 ? [] : [{ name: arm.name, color, points }];
  });
  return `<h2>Success on ${escapeHtml(split)} (${result.tasks[split] ?? 0} tasks)</h2><figure>${curveChart(`success on ${split}`, curves)}<figcaption>Share of scored greedy episodes that succeeded, with 95 % intervals: bands along a curve, a bar where an arm takes no real step and is evaluated once. Bands may overlap where the paired difference below is sure: that is the one to judge by.</figcaption></figure>`;
}

function finalTable(result: CompareResult): string {
  const splits = splitsOf(result);
  const rows = ARMS.map((arm) => [
    arm.name,
    ...splits.map((split) => {
      const last = result.summary
        .filter((row) => row.arm === arm.name && row.split === split)
        .sort((a, b) => a.realSteps - b.realSteps)
        .at(-1);
      if (last === undefined) return "–";
      const { mean, ci95, n } = last.estimate;
      const interval = ci95 === null ? "" : ` (${percent(ci95[0])} to ${percent(ci95[1])})`;
      return `${percent(mean)}${interval}, n = ${n}, ${last.realSteps} real steps`;
    }),
  ]);
  return table(["arm", ...splits], rows);
}

function stepsToMatchTable({ stepsToMatch, summary }: CompareResult): string {
  const measured = Math.max(0, ...summary.map((point) => point.realSteps));
  const steps = (count: number | null): string =>
    (count ?? `more than ${measured.toLocaleString("en-US")}`).toLocaleString("en-US");
  const range = ([low, high]: [number | null, number | null]): string =>
    low === high ? steps(low) : `${steps(low)} to ${steps(high)}`;
  return table(
    ["arm", "until it stands where … stands", "real training steps", "95 % interval"],
    stepsToMatch
      .filter(({ successRate }) => successRate !== null)
      .map(({ arm, target, successRate, realSteps, ci95 }) => [
        arm,
        `${target.arm} after ${target.realSteps.toLocaleString("en-US")} (${percent(successRate ?? 0)})`,
        steps(realSteps),
        ci95 === null ? "–" : range(ci95),
      ]),
  );
}

function practiceTable(result: CompareResult): string {
  const rows = ARMS.filter((arm) => arm.imagination !== null || arm.real).map((arm) => {
    const mean = meansOf(result, arm.name);
    const count = (value: number | null): string =>
      value === null ? "–" : Math.round(value).toLocaleString("en-US");
    const zeroVarianceShare = mean(({ fracRewardZeroStd }) => fracRewardZeroStd);
    return [
      arm.name,
      arm.real ? "real browsers" : arm.imagination === "placebo" ? "the placebo" : "the dream",
      count(mean(({ realSteps, dreamSteps }) => (arm.real ? realSteps : dreamSteps))),
      withRehearsed(count(mean(({ gradientSteps }) => gradientSteps)), mean),
      zeroVarianceShare === null ? "–" : percent(zeroVarianceShare),
    ];
  });
  return table(["arm", "practised in", "steps", "gradient steps", "zero-variance groups"], rows);
}

/** The control is only as good as its likeness: said where the placebo learned less than the dream. */
function placeboCaveat(result: CompareResult): string {
  const steps = ({ gradientSteps }: CompareResult["arms"][number]): number => gradientSteps;
  const [dream, placebo] = [meansOf(result, "dream")(steps), meansOf(result, "placebo")(steps)];
  if (dream === null || placebo === null || placebo >= dream) return "";
  return `<p class="warning">The placebo took ${Math.round(placebo)} gradient steps to the dream's ${Math.round(dream)}: so few of its groups are mixed that it ended at its limit. It does not rule out that as many steps would have helped by themselves.</p>`;
}

function withRehearsed(steps: string, mean: ReturnType<typeof meansOf>): string {
  const rehearsed = Math.round(mean(({ rehearsedSteps }) => rehearsedSteps) ?? 0);
  return rehearsed === 0 ? steps : `${steps}, of these ${rehearsed} on demonstrations alone`;
}

function meansOf(
  { arms }: CompareResult,
  name: string,
): (read: (arm: CompareResult["arms"][number]) => number | null) => number | null {
  const own = arms.filter(({ arm }) => arm === name);
  return (read) => {
    const values = own.map(read).filter((value) => value !== null);
    return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
  };
}

function ledgerCaption({ ledger }: CompareResult): string {
  const counted = `the sites counted ${ledger.countedBySite.toLocaleString("en-US")} on their own`;
  if (ledger.cutOffs === 0)
    return `Every request the sites received belongs to one line; ${counted}.`;
  return `Every request the sites received belongs to one line, but of ${ledger.cutOffs} piece${ledger.cutOffs === 1 ? "" : "s"} of work that a kill or Ctrl-C cut off: the episodes that ran at that moment may not be counted; ${counted}.`;
}

function ledgerTable(result: CompareResult): string {
  const row = (name: string, entry: CompareResult["ledger"]["total"]): string[] => [
    name,
    ...[entry.episodes, entry.steps, entry.requests, entry.failedEpisodes].map((n) =>
      n.toLocaleString("en-US"),
    ),
  ];
  return table(
    ["line", "episodes", "steps", "requests", "failed episodes"],
    [
      ...Object.entries(result.ledger.lines).map(([name, entry]) => row(name, entry)),
      row("total", result.ledger.total),
    ],
  );
}

function fidelityTable(result: CompareResult): string {
  const columns: [string, Record<string, unknown>][] = [
    ["the dream", result.fidelity.model],
    ...Object.entries(result.fidelity.baselines),
  ];
  const measures = [...new Set(columns.flatMap(([, values]) => Object.keys(values)))];
  const cell = (value: unknown): string =>
    typeof value === "number" ? (Number.isInteger(value) ? String(value) : value.toFixed(3)) : "–";
  return table(
    ["measure", ...columns.map(([name]) => name)],
    measures.map((measure) => [
      MEASURES[measure] ?? measure,
      ...columns.map(([, values]) => cell(values[measure])),
    ]),
  );
}

/** In words; formulas are in docs/algorithms/experience-model.md. */
const MEASURES: Record<string, string> = {
  steps: "steps asked one by one",
  nextUrl: "share of steps that end at the right URL",
  changeF1: "F1 of what changes on the page",
  knowableF1: "F1 of the change, over what could be known",
  exactPage: "share of pages right to the last node",
  calibrationError: "calibration error of the certainty",
  episodes: "whole episodes replayed",
  realFailures: "real failures among the scored",
  realSuccesses: "real successes among the scored",
  scoreAgreement: "share of equal scores",
  falseSuccess: "real failures dreamed as success",
  falseFailure: "real successes dreamed as failure",
  unscored: "share of episodes not scored",
  missingElements: "share of actions whose element is missing",
};

function episodeSection({ goal, dreamed, real }: SideBySide): string {
  const cell = (step: PicturedStep | undefined): string => {
    if (step === undefined) return "<td></td>";
    const picture =
      step.picture === null
        ? "<p>no picture</p>"
        : `<img src="${step.picture}" alt="the page before the action" loading="lazy">`;
    return `<td>${picture}<code>${escapeHtml(step.action)}</code></td>`;
  };
  const length = Math.max(dreamed.steps.length, real.steps.length);
  const rows = Array.from(
    { length },
    (_, i) =>
      `<tr><th scope="row">${i + 1}</th>${cell(dreamed.steps[i])}${cell(real.steps[i])}</tr>`,
  );
  return (
    `<h2>One episode, dreamed and real</h2><p>${escapeHtml(goal)}</p>` +
    `<table class="episode"><thead><tr><th>step</th><th>dreamed: ${escapeHtml(dreamed.outcome)}</th>` +
    `<th>real: ${escapeHtml(real.outcome)}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([first, ...rest]) =>
      `<tr><th scope="row">${escapeHtml(first ?? "")}</th>${rest.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head.map((cell) => `<th scope="col">${escapeHtml(cell)}</th>`).join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;color:#1c2733;background:#fafbfc;margin:0}
main{max-width:960px;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.9rem;margin:.2em 0}h2{margin-top:2.2em;font-size:1.25rem}
.lead{color:#4a5a6a}.verdict{font-size:1.15rem;background:#eef4fb;border-left:4px solid #0072b2;padding:.7em 1em}
.warning{background:#fff4de;border-left:4px solid #e69f00;padding:.6em 1em}
figure{margin:0;background:#fff;border:1px solid #e2e8ee;border-radius:8px;padding:.6rem}
figcaption{color:#4a5a6a;font-size:.9rem;padding:.2rem .4rem .4rem}
svg{width:100%;height:auto;font:12px system-ui,sans-serif}svg .grid{stroke:#e4e9ee}svg .label{font-weight:600;paint-order:stroke;stroke:#fff;stroke-width:4px}
table{border-collapse:collapse;background:#fff;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{border:1px solid #e2e8ee;padding:.35rem .6rem;text-align:right}th[scope=row],thead th:first-child{text-align:left}
.episode td{width:48%;text-align:center;vertical-align:top}.episode img{width:100%;border:1px solid #ccd5dd}
dt{font-weight:600}dt span{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.5em}dd{margin:0 0 .5em 1.3em}
`;
