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
interface StepFidelity {
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

interface Answer {
  page: PageSnapshot;
  certainty: number | null;
}

type Answerer = (step: ForcedStep) => Promise<Answer>;

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
  const known = wordsOfBuffer(buffer);
  const episodes = heldOut.map((trajectory) => forceSteps(readRecords(trajectory)));
  const measure = (answer: Answerer): Promise<StepFidelity> =>
    measureAnswers(episodes, known, answer);
  const dream = await measure(async (step) => {
    const prediction: Prediction = await model.predict(step.query);
    return { page: predictedPage(prediction, step), certainty: prediction.certainty };
  });
  const still = await measure((step) =>
    Promise.resolve({ page: unansweredPage(step), certainty: null }),
  );
  const copy = await measure((step) => {
    const nearest = buffer.nearest(step.query, 1)[0];
    return Promise.resolve({
      page: nearest?.record.after ?? unansweredPage(step),
      certainty: null,
    });
  });
  return { model: dream, baselines: { "nothing changes": still, "copy the nearest page": copy } };
}

async function measureAnswers(
  episodes: readonly ForcedStep[][],
  known: ReadonlySet<string>,
  answer: Answerer,
): Promise<StepFidelity> {
  let [steps, urls, change, knowable, exact] = [0, 0, 0, 0, 0];
  const judged: { certainty: number; truth: number }[] = [];
  for (const episode of episodes) {
    const heard = new Set<string>();
    for (const step of episode) {
      const { page, certainty } = await answer(step);
      const [before, real, predicted] = [step.before, step.truth, page].map(countNodes) as [
        Map<string, number>,
        Map<string, number>,
        Map<string, number>,
      ];
      hear(heard, step);
      const [realChange, change_] = [changeBetween(before, real), changeBetween(before, predicted)];
      const all = f1(compareChanges(change_, realChange));
      steps++;
      const rightUrl = page.url === step.truth.url;
      urls += rightUrl ? 1 : 0;
      change += all;
      knowable += f1(compareChanges(change_, realChange, (node) => canBeKnown(node, known, heard)));
      exact += rightUrl && changeBetween(real, predicted).size === 0 ? 1 : 0;
      if (certainty !== null) judged.push({ certainty, truth: truthOf(page, step) });
    }
  }
  const share = (sum: number): number => (steps === 0 ? 0 : sum / steps);
  return {
    steps,
    nextUrl: share(urls),
    changeF1: share(change),
    knowableF1: share(knowable),
    exactPage: share(exact),
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
