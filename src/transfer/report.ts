/** `report.html`: one self-contained page about a comparison, for people. It shows the content of `compare.json`. */

import { curveChart, differenceChart, escapeHtml, formatCount, signedPoints } from "./charts.ts";
import type { CompareResult } from "./compare-result.ts";
import { REPORT_STYLE } from "./report-style.ts";
import {
  armsIn,
  costTable,
  fidelitiesTable,
  fidelityTable,
  finalTable,
  ledgerCaption,
  ledgerTable,
  placeboCaveat,
  searchTable,
  stepsToMatchTable,
  timeTable,
  trainingTable,
} from "./report-tables.ts";
import { ARM_COLORS, curvesOf, paidChart } from "./result-curves.ts";
import type { PicturedStep, SideBySide } from "./side-by-side.ts";

export function renderReport(result: CompareResult, episode: SideBySide | null): string {
  const oneSeed = result.seeds.length === 1;
  const offlineSteps = formatCount(result.offline.realSteps);
  const [firstSplit = "", ...otherSplits] = splitsOf(result);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>dreamgym compare: ${escapeHtml(result.preset)}</title><style>${REPORT_STYLE}</style></head><body><main>
<h1>What did training in the dream save?</h1>
<p class="lead">Preset <code>${escapeHtml(result.preset)}</code>, ${result.seeds.length} seed${oneSeed ? "" : "s"}, on ${result.sites.map(escapeHtml).join(", ")}. The offline data are ${result.offline.episodes} real episodes (${offlineSteps} steps).</p>
${unfinishedWarning(result)}
${oneSeed ? '<p class="warning">One seed: a demonstration, not evidence.</p>' : ""}
<p class="verdict">${escapeHtml(verdict(result))}</p>
${paidSection(result, firstSplit)}
${armList(result)}
${curveSection(result, firstSplit)}
${otherSplits.map((split) => curveSection(result, split)).join("\n")}
<h2>Paired differences</h2>
<p>Success rates of two arms on the same tasks and seeds, subtracted. In percentage points, with 95 % intervals clustered by template${oneSeed ? "" : " and seed"}. ${
    result.collections === "per-seed"
      ? "Each seed has its own collection of offline data: the intervals cover what another collection would change."
      : "All seeds share one collection of offline data: the intervals do not show what another collection would change."
  }</p>
<figure>${differenceChart(
    "paired differences",
    result.comparisons.map(({ treatment, control, split, estimate }) => ({
      label: `${treatment} − ${control}`,
      note: `${split}, n = ${formatCount(estimate.n)}`,
      mean: estimate.mean,
      ci95: estimate.ci95,
    })),
  )}</figure>
<h2>Real steps to the same success</h2>
<p>Real training steps until the curve of an arm on ${escapeHtml(result.stepsToMatch[0]?.split ?? "")} first reaches the success of the target. Curves are straight between two points. A ratio compares the steps with those of the target: training alone, and with the offline data. Every arm but real-scratch also learned from the ${offlineSteps} real steps of the offline data.</p>
${stepsToMatchTable(result)}
<h2>Success at the last point</h2>${finalTable(result)}
${searchTable(result)}
<h2>Training</h2>
<p>The last phase of each arm, as means over seeds. An arm that ends in real browsers did the training of its warm start before.</p>
${trainingTable(result)}
${placeboCaveat(result)}
<h2>Budget of real interactions</h2>
<p>${ledgerCaption(result)}</p>
${ledgerTable(result)}
${costTable(result)}
<h2>Fidelity of the dream</h2>
<p>Measured on real <code>dev</code> episodes about entities that the dream has not seen. Shares and F1 range from 0 to 1.</p>
${fidelityTable(result)}
${fidelitiesTable(result)}
${episode === null ? "" : episodeSection(episode)}
<h2>Time</h2>${timeTable(result)}
</main></body></html>
`;
}

function unfinishedWarning({ unfinishedSeeds }: CompareResult): string {
  if (unfinishedSeeds.length === 0) return "";
  const seeds = `seed${unfinishedSeeds.length === 1 ? "" : "s"} ${unfinishedSeeds.join(", ")}`;
  return `<p class="warning">This run is not finished. The figures leave out ${seeds}.</p>`;
}

/** The answer to the main question, positive or not. */
export function verdict(result: CompareResult): string {
  const { treatment, control, split, difference, ci95, n } = result.paired;
  if (difference === null)
    return `${treatment} and ${control} have no scored task in common: nothing can be said.`;
  const interval =
    ci95 === null
      ? "no interval"
      : `95 % interval ${signedPoints(ci95[0])} to ${signedPoints(ci95[1])}`;
  return `${treatment} − ${control} on ${split}: ${signedPoints(difference)} points (${interval}, ${formatCount(n)} pairs): ${meaningOf(result)}.`;
}

/** A gain that the placebo also has does not come from the dream's knowledge. */
function meaningOf({ seeds, paired, comparisons }: CompareResult): string {
  const { treatment, split, ci95 } = paired;
  const [what, control] =
    treatment === "dream-real"
      ? ["the dream's warm start", "the placebo's"]
      : ["training in the dream", "training in the placebo"];
  if (seeds.length === 1) return "one seed cannot show whether the dream is the cause";
  if (ci95 === null) return "one template cannot show whether the dream is the cause";
  if (ci95[1] < 0) return `${what} did harm`;
  if (ci95[0] <= 0) return "no difference could be shown";
  const overPlacebo = comparisons.find(
    (other) =>
      other.treatment === treatment &&
      other.control === treatment.replace("dream", "placebo") &&
      other.split === split,
  );
  return (overPlacebo?.estimate.ci95?.[0] ?? 0) > 0
    ? `${what} helped, and more than ${control}`
    : `${what} helped, but not shown to be more than ${control}: the cause may be something other than the dream's knowledge of the sites`;
}

function splitsOf(result: CompareResult): string[] {
  return [...new Set(result.summary.map(({ split }) => split))];
}

/** The first picture: what success costs in real steps. */
function paidSection(result: CompareResult, split: string): string {
  return `<h2>What success on ${escapeHtml(split)} costs (${result.tasks[split] ?? 0} tasks)</h2><figure>${paidChart(result, split)}<figcaption>Share of scored episodes that succeeded, over all real steps that an arm has paid for: ${formatCount(result.offline.realSteps)} to collect the offline data, and those of its training. An arm further left and higher up is better. Bands are 95 % intervals.${confirmedNote(result)}</figcaption></figure>`;
}

function confirmedNote({ confirmed }: CompareResult): string {
  return confirmed === "all"
    ? ""
    : " Chromium evaluates the first and the last point of an arm. The text browser, which runs no scripts, evaluates those in between.";
}

function curveSection(result: CompareResult, split: string): string {
  const curves = curvesOf(result, split, (_arm, steps) => steps);
  return `<h2>Success on ${escapeHtml(split)} (${result.tasks[split] ?? 0} tasks)</h2><figure>${curveChart(`success on ${split}`, curves)}<figcaption>Share of scored episodes that succeeded; the policy is greedy. Bands and bars are 95 % intervals. Arms on the left take no real training step.${confirmedNote(result)} Two bands may overlap although the paired difference is clear: judge by the paired differences below.</figcaption></figure>`;
}

function armList(result: CompareResult): string {
  const items = armsIn(result).map(
    ({ name, description }) =>
      `<dt><span style="background:${ARM_COLORS[name]}"></span>${name}</dt><dd>${escapeHtml(description)}${name === "agent" && result.agent !== undefined ? ` (${escapeHtml(result.agent)})` : ""}</dd>`,
  );
  return `<dl class="arms">${items.join("")}</dl>`;
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
    `<h2>One episode, in the dream and in the real browser</h2><p>${escapeHtml(goal)}</p>` +
    `<table class="episode"><thead><tr><th>step</th><th>dream: ${escapeHtml(dreamed.outcome)}</th>` +
    `<th>real: ${escapeHtml(real.outcome)}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`
  );
}
