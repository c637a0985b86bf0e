/** A dream as text for a person: its fidelity, and one episode step by step next to the real one. */

import type { Colors } from "picocolors/types.js";
import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { Score } from "../../core/score.ts";
import type { DreamedAnswer } from "../../synthetic/dream-transport.ts";
import type { Provenance } from "../../synthetic/buffer/replay-buffer.ts";
import type { DreamedReplay } from "../../synthetic/measure/closed-loop-fidelity.ts";
import { changeBetween, compareChanges, f1 } from "../../synthetic/buffer/teacher-forcing.ts";
import type { CompareResult } from "../../transfer/compare-result.ts";

/** Differing nodes, and pieces of evidence, shown at a step. */
const SHOWN_NODES = 8;
const SHOWN_EVIDENCE = 3;

/** In the order of the table: step by step, then whole episodes. */
const MEASURES: [key: string, label: string][] = [
  ["steps", "steps asked"],
  ["nextUrl", "next URL"],
  ["changeF1", "F1 of the change"],
  ["knowableF1", "F1 over what can be known"],
  ["exactPage", "page right to the last node"],
  ["calibrationError", "calibration error"],
  ["episodes", "whole episodes replayed"],
  ["scoreAgreement", "same score"],
  ["realFailures", "really failed, scored in both"],
  ["falseSuccess", "false success, of these"],
  ["realSuccesses", "really solved, scored in both"],
  ["falseFailure", "false failure, of these"],
  ["unscored", "unscored"],
  ["missingElements", "actions without their element"],
];

/** Measures that are counts, not shares. */
const COUNTS = new Set(["steps", "episodes", "realFailures", "realSuccesses"]);

/** A table of the dream and its baselines. It leaves whole episodes out if none was replayed. */
export function formatFidelity({ model, baselines }: CompareResult["fidelity"]): string[] {
  const columns = [model, ...Object.values(baselines)];
  const heads = ["the dream", ...Object.keys(baselines)];
  const at = MEASURES.findIndex(([key]) => key === "episodes");
  const measures = MEASURES.slice(0, model["episodes"] === 0 ? at : undefined);
  const cell = (key: string, value: unknown): string => {
    if (typeof value !== "number") return "–";
    return COUNTS.has(key) ? String(value) : value.toFixed(3);
  };
  return [
    ["", ...heads],
    ...measures.map(([key, label]) => [label, ...columns.map((column) => cell(key, column[key]))]),
  ].map(([label = "", ...cells]) =>
    [
      label.padEnd(30),
      ...cells.map((text, column) => text.padStart(heads[column]?.length ?? 0)),
    ].join("  "),
  );
}

export interface TellReplayOptions {
  replay: DreamedReplay;
  /** How many of the first step's answers are the start pages. */
  startPages: number;
  provenance: (evidence: string) => Provenance | null;
  paint: Colors;
}

/** Line by line. The dream continues from its own pages, so what it missed early is missing later too. */
export function formatReplay(options: TellReplayOptions): string[] {
  const { replay, startPages, paint } = options;
  const { real, steps, finalObservation, score } = replay;
  const dreamed = [...steps.map(({ observation }) => observation), finalObservation];
  const seen = [...real.transitions.map(({ observation }) => observation), real.finalObservation];
  const lines = [
    paint.bold(`${real.id}: ${real.goal}`),
    `real: ${formatScore(real.score)}   dreamed: ${formatScore(score)}`,
    "",
    paint.bold("start"),
    ...formatChange(null, seen[0], null, dreamed[0], paint),
    ...(steps[0]?.answers ?? [])
      .slice(0, startPages)
      .flatMap((answer) => formatAnswer(answer, options)),
  ];
  steps.forEach(({ action, answers }, i) => {
    const transition = real.transitions[i];
    if (transition === undefined) return;
    const done = describeAction(transition.action, transition.observation);
    lines.push("", paint.bold(`step ${i + 1}  ${done}`));
    if (action === null) lines.push(paint.red("  not done in the dream: its element is not there"));
    lines.push(...formatChange(seen[i], seen[i + 1], dreamed[i], dreamed[i + 1], paint));
    for (const answer of i === 0 ? answers.slice(startPages) : answers)
      lines.push(...formatAnswer(answer, options));
  });
  const left = real.transitions.length - steps.length;
  if (left > 0) lines.push("", `The dream ended ${left} ${left === 1 ? "step" : "steps"} earlier.`);
  return lines;
}

function formatScore(score: Score | null): string {
  if (score === null) return "no score";
  if (score.status === "unscored") return `unscored (${score.reason})`;
  const failed = score.checks.filter(({ passed }) => passed !== true).map(({ detail }) => detail);
  return score.value === 1 ? "success" : `failure (${failed.join("; ")})`;
}

function describeAction(action: Action, { nodes }: Observation): string {
  const { kind, ...details } = action;
  const target = "ref" in action ? nodes.find(({ ref }) => ref === action.ref) : undefined;
  const values = Object.entries(details)
    .filter(([name, value]) => name !== "ref" && value !== false)
    .map(([name, value]) => (value === true ? `and ${name}` : JSON.stringify(value)));
  return [kind, ...(target === undefined ? [] : [nameOf(target)]), ...values].join(" ");
}

const nameOf = ({ role, name }: PageNode): string => `${role} "${name}"`;

type Page = Observation | null | undefined;

/** What the action changed on the real page, and what on the dreamed one. */
function formatChange(
  before: Page,
  after: Page,
  dreamBefore: Page,
  dreamAfter: Page,
  paint: Colors,
): string[] {
  const real = changeBetween(countTexts(before), countTexts(after));
  const dream = changeBetween(countTexts(dreamBefore), countTexts(dreamAfter));
  const overlap = compareChanges(dream, real);
  const isRightUrl = after?.url === dreamAfter?.url;
  const place = (page: Page): string => `${page?.url ?? ""} "${page?.title ?? ""}"`;
  const lines = [
    `  real   ${place(after)}  ${formatSize(real)}`,
    (isRightUrl ? paint.green : paint.red)(
      `  dream  ${place(dreamAfter)}  ${formatSize(dream)}${isRightUrl ? "" : "  another page"}`,
    ),
  ];
  if (overlap.real + overlap.predicted > 0)
    lines.push(`    ${overlap.hits} changes in both, F1 ${f1(overlap).toFixed(2)}`);
  return [
    ...lines,
    ...list("only real ", subtract(real, dream)).map((line) => paint.yellow(line)),
    ...list("only dream", subtract(dream, real)).map((line) => paint.magenta(line)),
  ];
}

function formatSize(change: ReadonlyMap<string, number>): string {
  const sum = (sign: string): number =>
    [...change].reduce((total, [text, times]) => total + (text.startsWith(sign) ? times : 0), 0);
  return change.size === 0 ? "nothing changes" : `+${sum("+")} −${sum("-")} nodes`;
}

/** Nodes as texts with how often each occurs. Focus is left out: the browser sets it, not the site. */
function countTexts(page: Page): Map<string, number> {
  const counts = new Map<string, number>();
  for (const node of page?.nodes ?? []) {
    const { focused: _focused, ...states } = node.states;
    const text = [
      nameOf(node),
      ...(node.value === undefined ? [] : [`= "${node.value}"`]),
      ...(node.url === undefined ? [] : [`→ ${node.url}`]),
      ...(Object.keys(states).length === 0 ? [] : [JSON.stringify(states)]),
    ].join(" ");
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

function subtract(from: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): string[] {
  return [...from].flatMap(([text, times]) => {
    const left = times - (other.get(text) ?? 0);
    return left <= 0 ? [] : [`${text}${left === 1 ? "" : ` (${left} times)`}`];
  });
}

/** Added nodes before removed ones, and named nodes before nameless ones. */
function list(label: string, all: readonly string[]): string[] {
  const rank = (text: string): number =>
    (text.startsWith("+") ? 0 : 2) + (text.endsWith(' ""') ? 1 : 0);
  const texts = all.toSorted((a, b) => rank(a) - rank(b));
  return [
    ...texts.slice(0, SHOWN_NODES).map((text) => `    ${label} ${text[0]} ${text.slice(1)}`),
    ...(texts.length > SHOWN_NODES
      ? [`    ${label} … and ${texts.length - SHOWN_NODES} more`]
      : []),
  ];
}

function formatAnswer(
  { cause, prediction }: DreamedAnswer,
  { provenance, paint }: TellReplayOptions,
): string[] {
  const { reasoning, evidence, certainty } = prediction;
  const asked =
    cause.kind === "request"
      ? `${cause.request.method} ${cause.request.url}`
      : `a script, on ${cause.event.kind}`;
  const sources = evidence.slice(0, SHOWN_EVIDENCE).map((id) => {
    const source = provenance(id);
    return source === null ? id : `${id} (${source.actor}, task ${source.taskId})`;
  });
  const more = evidence.length - sources.length;
  return [
    paint.cyan(`  asked  ${asked}  certainty ${certainty.toFixed(2)}`),
    paint.dim(`    why      ${reasoning}`),
    paint.dim(
      `    evidence ${sources.length === 0 ? "none" : sources.join(", ")}${more > 0 ? ` and ${more} more` : ""}`,
    ),
  ];
}
