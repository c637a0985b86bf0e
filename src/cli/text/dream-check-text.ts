/** A dream check as text for a person: each measure as a small table under a line that says how to read it. */

import type { Colors } from "picocolors/types.js";
import type { Share } from "../../synthetic/measure/share.ts";
import type { DreamCheck } from "../../transfer/check/dream-check-result.ts";
import { describeRequirement } from "../../transfer/check/dream-gate.ts";
import type { PlanReport, PlanTable } from "../../transfer/check/plan-table.ts";
import { formatTable } from "./text-table.ts";

const NO_VALUE = "–";
/** Templates and disagreements listed. */
const LISTED = 8;
/** Width of the bars of the reliability picture. */
const BAR = 30;

export function formatDreamCheck(check: DreamCheck, paint: Colors): string[] {
  const section = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ["", paint.bold(title), ...lines];
  return [
    `Learned from ${check.learned} episodes (${check.answers} answers of the sites), asked about ${check.heldOut} others.`,
    describeCost(check),
    ...check.plans.flatMap((report) =>
      section(`Plans: ${describeSource(report.source)}`, formatPlans(report)),
    ),
    ...section("Single actions, by how much they really changed", formatChanges(check)),
    ...section("Several dreamed actions in a row", formatHorizons(check)),
    ...section("Certainty: is it right as often as it says?", formatCalibration(check)),
    ...section("Actions that a world refuses", formatContract(check)),
    ...section("Where the dream is wrong most often", formatWeakSpots(check)),
    ...section("Gate", formatGate(check, paint)),
  ];
}

function describeCost({ cost, world }: DreamCheck): string {
  if (cost === null) return "No real step was taken.";
  return `Real cost: ${cost.steps} steps in ${cost.episodes} episodes, ${cost.requests} requests, in ${world === "text" ? "the text browser" : "Chromium"}.`;
}

const SOURCES: Record<string, string> = {
  recorded: "held-out real episodes, played in the dream",
  policy: "a cloned policy's episodes in the dream, replayed in reality",
  search: "what tree search found in the dream, replayed in reality",
};
const describeSource = (source: string): string => SOURCES[source] ?? source;

function formatPlans(report: PlanReport): string[] {
  const { all, sites, templates } = report;
  const wrong = templates
    .filter(({ onlyDream, onlyReality }) => onlyDream.count + onlyReality.count > 0)
    .toSorted((a, b) => b.onlyDream.count - a.onlyDream.count)
    .slice(0, LISTED);
  const head = [
    "",
    "plans",
    "both",
    "only dream",
    "only real",
    "neither",
    "hold",
    "95 %",
    "not scored",
  ];
  const row = (name: string, table: PlanTable): string[] => [
    name,
    String(table.plans),
    ...[table.both, table.onlyDream, table.onlyReality, table.neither].map(({ count }) =>
      String(count),
    ),
    percent(table.holds),
    interval(table.holds),
    String(table.plans - table.scored),
  ];
  const { count, of } = report.solvedInDream;
  return [
    ...(report.source === "recorded" ? [] : [`Solved in the dream: ${count} of ${of} tasks.`]),
    ...formatTable(head, [
      ...sites.map((own) => row(own.site, own)),
      row("all", all),
      ...wrong.map((own) => row(`  ${own.site} ${own.templateId}`, own)),
    ]),
    `"hold": of the plans that succeed in the dream, those that succeed in reality. ${describeUnscored(all)}`,
    ...(all.executable.of === 0
      ? []
      : [
          `${all.executable.count} of ${all.executable.of} replayed plans found every element and met no refusal in reality.`,
        ]),
  ];
}

function describeUnscored(table: PlanTable): string {
  const parts = [
    [table.unscoredInDream, "unscored in the dream"],
    [table.unscoredInReality, "unscored in reality"],
    [table.failed, "failed on the site or the browser"],
    [table.notReplayed, "not replayed: no budget"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return told.length === 0
    ? "All were scored in both worlds."
    : `Not scored, and never counted as failures: ${told.join(", ")}.`;
}

function formatChanges({ changes, changesBySite, skippedStates }: DreamCheck): string[] {
  const head = ["nodes changed", "actions", "looks right", "is right", "both", "wrong below", "F1"];
  const row = (name: string, change: DreamCheck["changes"][number]): string[] => [
    name,
    String(change.steps),
    percent(change.looksRight),
    percent(change.isRight),
    percent(change.rightInBoth),
    percent(change.wrongUnderSurface),
    figure(change.changeF1),
  ];
  const overall = changesBySite.filter(({ size }) => size === "all");
  return [
    ...formatTable(head, [
      ...changes.map((change) => row(change.size, change)),
      ...overall.map((change) => row(`  ${change.site}`, change)),
    ]),
    '"looks right": URL and every node. "is right": links, forms and the next answer.',
    '"wrong below": of those that look right, those that are not.',
    ...(skippedStates === 0
      ? []
      : [
          `${skippedStates} recorded states could not be restored, such as ones with several tabs.`,
        ]),
  ];
}

function formatHorizons({ horizons }: DreamCheck): string[] {
  const head = ["actions", "walks", "right URL", "95 %", "looks right", "95 %", "F1", "no element"];
  return formatTable(
    head,
    horizons.map(({ horizon, walks, rightUrl, looksRight, changeF1, missingElement }) => [
      String(horizon),
      String(walks),
      percent(rightUrl),
      interval(rightUrl),
      percent(looksRight),
      interval(looksRight),
      figure(changeF1),
      percent(missingElement),
    ]),
  );
}

/** Bars show the share that was right, and `|` marks the certainty that the dream gave. */
function formatCalibration({ calibration: { all, sites } }: DreamCheck): string[] {
  const bins = all.bins.filter(({ right }) => right.of > 0);
  return [
    ...formatTable(
      ["certainty", "answers", "right", ""],
      bins.map(({ from, to, certainty, right }) => [
        `${from.toFixed(1)}–${to.toFixed(1)}`,
        String(right.of),
        percent(right),
        drawBar(right.share ?? 0, certainty ?? 0),
      ]),
    ),
    `Expected calibration error ${figure(all.error)} (0 is best); by site: ${sites.map(({ site, error }) => `${site} ${figure(error)}`).join(", ") || NO_VALUE}.`,
    "Bars: the share that was right. The mark | is the certainty that the dream gave.",
  ];
}

function drawBar(right: number, certainty: number): string {
  const bar = "█"
    .repeat(Math.round(right * BAR))
    .padEnd(BAR, "·")
    .split("");
  bar[Math.min(BAR - 1, Math.round(certainty * BAR))] = "|";
  return bar.join("");
}

function formatContract({ contract }: DreamCheck): string[] {
  const head = [
    "",
    "actions",
    "both accept",
    "same refusal",
    "other words",
    "only dream",
    "only real",
  ];
  const wrong = contract.flatMap(({ all }) => all.disagreements).slice(0, LISTED);
  const said = (sentence: string | null): string =>
    sentence === null ? "accepts" : `"${sentence}"`;
  return [
    ...formatTable(
      head,
      contract.map(({ source, all }) => [
        source === "recorded" ? "recorded actions" : "mistakes, done live",
        ...[
          all.actions,
          all.bothAccept,
          all.sameRefusal,
          all.otherWords,
          all.onlyDreamAccepts,
          all.onlyRealAccepts,
        ].map(String),
      ]),
    ),
    ...wrong.map(
      ({ site, what, real, dreamed, times }) =>
        `  ${times} × ${site}, ${what}: reality ${said(real)}, the dream ${said(dreamed)}`,
    ),
  ];
}

function formatWeakSpots({ weakSpots: { pages, templates } }: DreamCheck): string[] {
  const of = ({ wrong }: (typeof pages)[number]): string[] => [
    `${wrong.count} of ${wrong.of}`,
    percent(wrong),
  ];
  const rows = [
    ...pages.map((spot) => [`${spot.site} ${spot.page}`, ...of(spot)]),
    ...templates.map((spot) => [`${spot.site} template ${spot.templateId}`, ...of(spot)]),
  ];
  return rows.length === 0 ? [] : formatTable(["actions that lead to", "wrong", ""], rows);
}

function formatGate({ gate }: DreamCheck, paint: Colors): string[] {
  const mark = (passed: boolean | null): string => {
    if (passed === null) return paint.dim("not measured");
    return passed ? paint.green("passed") : paint.red("failed");
  };
  const verdict = gate.passed
    ? paint.green("The gate is passed: training may use this dream.")
    : paint.red("The gate is not passed: this dream is not true enough to train in.");
  return [
    ...gate.requirements.map(
      (requirement) => `${mark(requirement.passed)}  ${describeRequirement(requirement)}`,
    ),
    verdict,
    ...(gate.passed ? [] : gate.advice),
    ...(gate.enabled ? [] : ["The config switches the gate off, so it stops nothing."]),
  ];
}

const percent = ({ share }: Share): string =>
  share === null ? NO_VALUE : `${(100 * share).toFixed(0)} %`;
const interval = ({ ci95 }: Share): string =>
  ci95 === null ? NO_VALUE : `${(100 * ci95[0]).toFixed(0)}–${(100 * ci95[1]).toFixed(0)}`;
const figure = (value: number | null): string => (value === null ? NO_VALUE : value.toFixed(2));
