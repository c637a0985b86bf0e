/** Whether certainties mean what they say: of all answers given with 0.7, seven in ten should be right. */

import { z } from "zod";
import type { ExperienceModel } from "../../core/experience.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { readRecords } from "../buffer/experience-records.ts";
import { forceSteps } from "../buffer/teacher-forcing.ts";
import { ShareSchema, shareOf } from "./share.ts";
import { predictedPage, truthOf } from "./step-truth.ts";

const BINS = 10;

export interface JudgedAnswer {
  /** 0–1. */
  certainty: number;
  /** 1 for a right answer, else 0: see `truthOf`. */
  truth: number;
}

const BinSchema = z.strictObject({
  from: z.number().describe("least certainty"),
  to: z.number().describe("certainty below this; the last bin includes 1"),
  certainty: z.number().nullable().describe("mean certainty; null for an empty bin"),
  right: ShareSchema.describe("answers that were right"),
});

export const CalibrationSchema = z.strictObject({
  error: z.number().nullable().describe("expected calibration error; null without answers"),
  answers: z.int().describe("answers judged"),
  bins: z.array(BinSchema).describe("the reliability table"),
});
export type Calibration = z.infer<typeof CalibrationSchema>;

/** Asks a model about each step of held-out episodes, with the real past. @returns each answer and its real page */
export async function judgeAnswers(
  model: ExperienceModel,
  heldOut: readonly Trajectory[],
): Promise<(JudgedAnswer & { url: string })[]> {
  const judged: (JudgedAnswer & { url: string })[] = [];
  for (const trajectory of heldOut)
    for (const step of forceSteps(readRecords(trajectory))) {
      const prediction = await model.predict(step.query);
      const truth = truthOf(predictedPage(prediction, step), step);
      judged.push({ certainty: prediction.certainty, truth, url: step.truth.url });
    }
  return judged;
}

/** The reliability table and its error. */
export function measureCalibration(judged: readonly JudgedAnswer[]): Calibration {
  const bins = Array.from({ length: BINS }, (_, bin) => {
    const inside = inBin(judged, bin);
    const sum = inside.reduce((total, { certainty }) => total + certainty, 0);
    return {
      from: bin / BINS,
      to: (bin + 1) / BINS,
      certainty: inside.length === 0 ? null : sum / inside.length,
      right: shareOf(inside.filter(({ truth }) => truth === 1).length, inside.length),
    };
  });
  return {
    error: judged.length === 0 ? null : calibrationError(judged),
    answers: judged.length,
    bins,
  };
}

/**
 * Expected calibration error (Naeini et al. 2015, "Obtaining well calibrated probabilities using Bayesian binning"):
 *
 *     ECE = Σ_b n_b / n · | mean certainty in b − share right in b |     over ten equal bins b
 */
export function calibrationError(judged: readonly JudgedAnswer[]): number {
  let error = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const gap = inBin(judged, bin).reduce(
      (sum, { certainty, truth }) => sum + certainty - truth,
      0,
    );
    error += Math.abs(gap);
  }
  return judged.length === 0 ? 0 : error / judged.length;
}

function inBin(judged: readonly JudgedAnswer[], bin: number): JudgedAnswer[] {
  return judged.filter(({ certainty }) => Math.min(BINS - 1, Math.floor(certainty * BINS)) === bin);
}
