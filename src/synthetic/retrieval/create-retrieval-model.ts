/** Calibrates a model on its own buffer: it leaves out trajectories in turn and predicts them from the rest. */

import type { ExperienceRecord } from "../buffer/experience-records.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { forceSteps } from "../buffer/teacher-forcing.ts";
import { predictedPage, truthOf } from "../measure/step-truth.ts";
import { calibrate, type Calibration, type CalibrationSample } from "./certainty.ts";
import { RetrievalModel, type RetrievalModelOptions } from "./retrieval-model.ts";

export interface CalibrationOptions {
  /** Parts the buffer is cut into, each predicted from the others. */
  folds?: number;
  /** Questions asked at most, spread evenly. */
  maxSamples?: number;
  /** Awaited after each question. A caller can show the progress here, and throw to end the work. */
  onQuestion?: (asked: number, questions: number) => void | Promise<void>;
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
