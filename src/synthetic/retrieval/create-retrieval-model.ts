/** Calibrates a model on its own buffer: it leaves out trajectories in turn and predicts them from the rest. */

import { type HeldOutOptions, holdOutQuestions } from "../buffer/held-out-questions.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { predictedPage, truthOf } from "../measure/step-truth.ts";
import { calibrate, type Calibration, type CalibrationSample } from "../certainty.ts";
import { RetrievalModel, type RetrievalModelOptions } from "./retrieval-model.ts";

export interface CalibrationOptions extends HeldOutOptions {
  /** Awaited after each question. A caller can show the progress here, and throw to end the work. */
  onQuestion?: (asked: number, questions: number) => void | Promise<void>;
}

async function calibrateOnBuffer(
  buffer: ReplayBuffer,
  { onQuestion, ...options }: CalibrationOptions,
): Promise<Calibration> {
  const samples: CalibrationSample[] = [];
  const { parts, count } = holdOutQuestions(buffer, options);
  for (const { rest, steps } of parts) {
    const model = new RetrievalModel({ buffer: rest });
    for (const step of steps) {
      const prediction = model.predict(step.query);
      const { basis, support } = prediction;
      samples.push({ basis, support, truth: truthOf(predictedPage(prediction, step), step) });
      await onQuestion?.(samples.length, count);
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
