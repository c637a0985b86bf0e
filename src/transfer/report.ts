/** `report.html`: one self-contained page on a comparison, for people. All of it is drawn from `compare.json`. */

import { ARMS } from "./arms.ts";
import { type Curve, curveChart, differenceChart, escapeHtml, percent } from "./charts.ts";
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
<p>Same tasks, same seeds, greedy policies; percentage points with 95 % intervals clustered by template${oneSeed ? "" : " and seed"}.</p>
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
<h2>Budget of real interactions</h2>
<p>Every request the sites received belongs to one line; the sites counted ${result.ledger.countedBySite.toLocaleString("en-US")} on their own.</p>
${ledgerTable(result)}
<h2>Fidelity of the dream</h2>
<p>Replay of real <code>dev</code> trajectories, whose entities the dream has never seen.</p>
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
  const points = `${difference >= 0 ? "+" : "−"}${(100 * Math.abs(difference)).toFixed(1)} points`;
  if (n === 0) return "dream-real and bc-real have no scored task in common: nothing can be said.";
  const interval =
    ci95 === null
      ? "no interval"
      : `95 % interval ${(100 * ci95[0]).toFixed(1)} to ${(100 * ci95[1]).toFixed(1)}`;
  const meaning =
    ci95 === null || result.seeds.length === 1
      ? "one seed cannot tell whether that is the dream's doing"
      : ci95[0] > 0
        ? "the dream's warm start helped"
        : ci95[1] < 0
          ? "the dream's warm start did harm"
          : "no difference could be shown";
  return `dream-real − bc-real on ${split}: ${points} (${interval}, ${n} pairs): ${meaning}.`;
}

function splitsOf(result: CompareResult): string[] {
  return [...new Set(result.summary.map(({ split }) => split))];
}

function curveSection(result: CompareResult, split: string): string {
  const curves = ARMS.flatMap((arm): Curve[] => {
    const points = result.summary
      .filter((row) => row.arm === arm.name && row.split === split && row.estimate.n > 0)
      .sort((a, b) => a.realSteps - b.realSteps)
      .map(({ realSteps, estimate }) => ({
        x: realSteps,
        mean: estimate.mean,
        ci95: estimate.ci95,
      }));
    const color = COLORS[arm.name] ?? "#000";
    return points.length === 0 ? [] : [{ name: arm.name, color, dashed: !arm.real, points }];
  });
  return `<h2>Success on ${escapeHtml(split)} (${result.tasks[split] ?? 0} tasks)</h2><figure>${curveChart(`success on ${split}`, curves)}</figure>`;
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
      if (last === undefined || last.estimate.n === 0) return "–";
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
  return table(
    ["arm", "until it stands where … stands", "real training steps", "95 % interval"],
    stepsToMatch
      .filter(({ successRate }) => successRate !== null)
      .map(({ arm, target, successRate, realSteps, ci95 }) => [
        arm,
        `${target.arm} after ${target.realSteps.toLocaleString("en-US")} (${percent(successRate ?? 0)})`,
        steps(realSteps),
        ci95 === null ? "–" : `${steps(ci95[0])} to ${steps(ci95[1])}`,
      ]),
  );
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
    measures.map((measure) => [measure, ...columns.map(([, values]) => cell(values[measure]))]),
  );
}

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
svg{width:100%;height:auto;font:12px system-ui,sans-serif}svg .grid{stroke:#e4e9ee}svg .label{font-weight:600}
table{border-collapse:collapse;background:#fff;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{border:1px solid #e2e8ee;padding:.35rem .6rem;text-align:right}th[scope=row],thead th:first-child{text-align:left}
.episode td{width:48%;text-align:center;vertical-align:top}.episode img{width:100%;border:1px solid #ccd5dd}
dt{font-weight:600}dt span{display:inline-block;width:.8em;height:.8em;border-radius:50%;margin-right:.5em}dd{margin:0 0 .5em 1.3em}
`;
