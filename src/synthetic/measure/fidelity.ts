/**
 * How true the dream is. The model predicts held-out real episodes step by step (teacher-forced). The dream also
 * replays their actions whole (free-running) to compare scores. Two baselines answer the same questions.
 */

import type { Prediction } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { readRecords } from "../buffer/experience-records.ts";
import { OPEN_PLACE } from "../tree/open-place.ts";
import { parseTree } from "../tree/page-tree.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import type { ExperienceModel } from "../../core/experience.ts";
import {
  changeBetween,
  compareChanges,
  countNodes,
  f1,
  forceSteps,
  type ForcedStep,
} from "../buffer/teacher-forcing.ts";
import { calibrationError } from "./calibration.ts";
import { predictedPage, truthOf, unansweredPage } from "./step-truth.ts";

/** Plain figures, each over all asked steps. */
export interface StepFidelity {
  [measure: string]: number;
  steps: number;
  /** Share of steps that end at the right URL. */
  nextUrl: number;
  /** Mean F1 over steps of the nodes that appeared or disappeared. */
  changeF1: number;
  /** The same, over knowable nodes: their words occur in the buffer or in the episode so far. */
  knowableF1: number;
  /** Share of steps whose page is right to the last node. */
  exactPage: number;
}

/** The same figures of one answer. */
export interface StepMark {
  nextUrl: number;
  changeF1: number;
  knowableF1: number;
  exactPage: number;
  /** Null: the answer came without one. */
  certainty: number | null;
  /** 1 for a right answer, else 0: see `truthOf`. */
  truth: number;
}

/** What a model answers to a step. */
export interface StepAnswer {
  page: PageSnapshot;
  certainty: number | null;
}

export interface StepFidelityReport {
  model: StepFidelity;
  baselines: Record<string, StepFidelity>;
}

export interface StepFidelityOptions {
  model: ExperienceModel;
  buffer: ReplayBuffer;
  /** Real episodes, recorded with pages, that the buffer does not hold. */
  heldOut: readonly Trajectory[];
}

export async function measureSteps({
  model,
  buffer,
  heldOut,
}: StepFidelityOptions): Promise<StepFidelityReport> {
  const marked = await markSteps({ buffer, heldOut }, async (step) => {
    const nearest = buffer.nearest(step.query, 1)[0];
    const still = unansweredPage(step);
    return [
      answerOf(await model.predict(step.query), step),
      { page: still, certainty: null },
      { page: nearest?.record.after ?? still, certainty: null },
    ];
  });
  const of = (place: number): StepFidelity =>
    summarizeMarks(marked.map(({ marks }) => marks[place] as StepMark));
  return {
    model: of(0),
    baselines: { "nothing changes": of(1), "copy the nearest page": of(2) },
  };
}

export const answerOf = (prediction: Prediction, step: ForcedStep): StepAnswer => ({
  page: predictedPage(prediction, step),
  certainty: prediction.certainty,
});

/**
 * Asks about each step of held-out episodes, with the real past, and holds the answers against what the site did.
 *
 * @param answer none, one, or several answers to a step. A step without one is left out
 * @returns a mark for each answer, in the same order
 */
export async function markSteps(
  { buffer, heldOut }: Omit<StepFidelityOptions, "model">,
  answer: (step: ForcedStep, episode: Trajectory) => Promise<readonly StepAnswer[]>,
): Promise<{ episode: Trajectory; marks: StepMark[] }[]> {
  const known = wordsOfBuffer(buffer);
  const marked: { episode: Trajectory; marks: StepMark[] }[] = [];
  for (const episode of heldOut) {
    const heard = new Set<string>();
    for (const step of forceSteps(readRecords(episode))) {
      const answers = await answer(step, episode);
      hear(heard, step);
      if (answers.length === 0) continue;
      const counted = (node: string): boolean => canBeKnown(node, known, heard);
      marked.push({ episode, marks: answers.map((one) => markOf(one, step, counted)) });
    }
  }
  return marked;
}

function markOf(
  { page, certainty }: StepAnswer,
  step: ForcedStep,
  isKnowable: (node: string) => boolean,
): StepMark {
  const [before, real, predicted] = [step.before, step.truth, page].map(countNodes) as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ];
  const [realChange, change] = [changeBetween(before, real), changeBetween(before, predicted)];
  const isRightUrl = page.url === step.truth.url;
  return {
    nextUrl: isRightUrl ? 1 : 0,
    changeF1: f1(compareChanges(change, realChange)),
    knowableF1: f1(compareChanges(change, realChange, isKnowable)),
    exactPage: isRightUrl && changeBetween(real, predicted).size === 0 ? 1 : 0,
    certainty,
    truth: truthOf(page, step),
  };
}

export function summarizeMarks(marks: readonly StepMark[]): StepFidelity {
  const mean = (of: (mark: StepMark) => number): number =>
    marks.length === 0 ? 0 : marks.reduce((sum, mark) => sum + of(mark), 0) / marks.length;
  const judged = marks.flatMap(({ certainty, truth }) =>
    certainty === null ? [] : [{ certainty, truth }],
  );
  return {
    steps: marks.length,
    nextUrl: mean(({ nextUrl }) => nextUrl),
    changeF1: mean(({ changeF1 }) => changeF1),
    knowableF1: mean(({ knowableF1 }) => knowableF1),
    exactPage: mean(({ exactPage }) => exactPage),
    ...(judged.length > 0 && { calibrationError: calibrationError(judged) }),
  };
}

const WORD = /[\p{L}\p{N}]+/gu;

function words(text: string): string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

function wordsOfBuffer(buffer: ReplayBuffer): Set<string> {
  const known = new Set<string>();
  const read = new Set<string>();
  for (const { after } of buffer.records) {
    if (read.has(after.html)) continue;
    read.add(after.html);
    for (const { value } of parseTree(after.html).strings())
      for (const word of words(value)) known.add(word);
  }
  return known;
}

/** The knowledge of the episode itself before a step: its pages, the typed texts, the sent fields. */
function hear(heard: Set<string>, { query, before }: ForcedStep): void {
  const add = (text: string): void => {
    for (const word of words(text)) heard.add(word);
  };
  if (before.html !== "") for (const { value } of parseTree(before.html).strings()) add(value);
  if (query.cause.kind === "event") add(query.cause.event.text ?? "");
  else for (const [, value] of query.cause.request.fields ?? []) add(value);
}

/**
 * Whole numbers and amounts can be computed. Every other word must have been seen before. A place that the dream
 * leaves open claims nothing.
 */
function canBeKnown(node: string, known: ReadonlySet<string>, heard: ReadonlySet<string>): boolean {
  const [, name = "", value = "", url = ""] = node.split("|");
  if (name === OPEN_PLACE) return false;
  return words(`${name} ${value} ${url.replace(/^https?:\/\/[^/]+/u, "")}`).every(
    (word) => /^\d+$/u.test(word) || known.has(word) || heard.has(word),
  );
}
