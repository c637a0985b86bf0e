/** Calibrates a model on its own buffer: trajectories are left out in turn and predicted from the rest. */

import type { Prediction } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { calibrate, type Calibration, type CalibrationSample } from "./certainty.ts";
import { htmlOf } from "../dream-transport.ts";
import type { ExperienceRecord } from "../buffer/experience-records.ts";
import { ownEffect } from "../tree/own-effect.ts";
import { applyEdits } from "../tree/page-diff.ts";
import { parseTree } from "../tree/page-tree.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel, type RetrievalModelOptions } from "./retrieval-model.ts";
import {
  changeBetween,
  compareChanges,
  countNodes,
  f1,
  forceSteps,
  type ForcedStep,
} from "../buffer/teacher-forcing.ts";

export interface CalibrationOptions {
  /** Parts the buffer is cut into, each predicted from the others. */
  folds?: number;
  /** Questions asked at most, spread evenly. */
  maxSamples?: number;
  /** Waited for after each question: the place to show how far it is, and to throw when it shall end. */
  onQuestion?: (asked: number, questions: number) => void | Promise<void>;
}

/** The page a prediction leads to, the browser's own doing included. */
export function predictedPage(prediction: Prediction, step: ForcedStep): PageSnapshot {
  if (prediction.change.kind === "none") return unansweredPage(step);
  const page = { url: prediction.change.url, html: htmlOf(prediction) ?? "" };
  return unansweredPage({ ...step, before: page });
}

/** The page when the site does nothing: what was typed or chosen shows, and that is all. */
export function unansweredPage({ query: { cause }, before }: ForcedStep): PageSnapshot {
  if (cause.kind === "request" || before.html === "") return before;
  const edits = ownEffect(parseTree(before.html), cause.event);
  return { url: before.url, html: applyEdits(before.html, edits) };
}

/** An answer is right that leads where the site does and changes what the site does, up to one node in ten. */
const RIGHT_F1 = 0.9;

/** 1 for a right answer, else 0. */
export function truthOf(predicted: PageSnapshot, { truth, before }: ForcedStep): number {
  if (predicted.url !== truth.url) return 0;
  const start = countNodes(before);
  const overlap = compareChanges(
    changeBetween(start, countNodes(predicted)),
    changeBetween(start, countNodes(truth)),
  );
  return f1(overlap) >= RIGHT_F1 ? 1 : 0;
}

async function calibrateOnBuffer(
  buffer: ReplayBuffer,
  { folds = 2, maxSamples = 200, onQuestion }: CalibrationOptions,
): Promise<Calibration> {
  const samples: CalibrationSample[] = [];
  const ids = buffer.trajectoryIds;
  const byTrajectory = new Map<string, ExperienceRecord[]>();
  for (const record of buffer.records) {
    const list = byTrajectory.get(record.trajectory);
    if (list === undefined) byTrajectory.set(record.trajectory, [record]);
    else list.push(record);
  }
  const stride = Math.max(1, Math.ceil(buffer.size / maxSamples));
  let position = 0;
  for (let fold = 0; fold < Math.min(folds, ids.length); fold++) {
    const left = ids.filter((_, i) => i % folds === fold);
    const model = new RetrievalModel({ buffer: buffer.withoutTrajectories(left) });
    for (const id of left)
      for (const step of forceSteps(byTrajectory.get(id) ?? [])) {
        if (position++ % stride !== 0) continue;
        const prediction = model.predict(step.query);
        samples.push({
          basis: prediction.basis,
          support: prediction.support,
          truth: truthOf(predictedPage(prediction, step), step),
        });
        await onQuestion?.(samples.length, Math.ceil(buffer.size / stride));
      }
  }
  return calibrate(samples);
}

/** A model of the buffer whose certainty is calibrated on the buffer. */
export async function createRetrievalModel(
  options: RetrievalModelOptions & CalibrationOptions,
): Promise<RetrievalModel> {
  const calibration = options.calibration ?? (await calibrateOnBuffer(options.buffer, options));
  return new RetrievalModel({ ...options, calibration });
}
