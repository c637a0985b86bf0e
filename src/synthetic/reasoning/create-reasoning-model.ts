/** A reasoning model whose stated certainty is calibrated on its own buffer. */

import { holdOutQuestions } from "../buffer/held-out-questions.ts";
import { calibrate, type CalibrationSample } from "../certainty.ts";
import { predictedPage, truthOf } from "../measure/step-truth.ts";
import { ReasoningModel, type ReasoningModelOptions } from "./reasoning-model.ts";

interface ReasoningCalibrationOptions {
  /** Calls to the language model that calibration may cost. 0: what it states is believed. */
  samples: number;
  /** Awaited after each question. A caller can show the progress here, and throw to end the work. */
  onQuestion?: (asked: number, questions: number) => void | Promise<void>;
}

/**
 * The share of held-out questions that the language model answers right, near each certainty that it states. Language
 * models state too much, small ones most of all.
 */
export async function calibrateReasoning(
  options: ReasoningModelOptions,
  { samples: maxSamples, onQuestion }: ReasoningCalibrationOptions,
): Promise<(stated: number) => number> {
  if (maxSamples === 0) return (stated) => stated;
  const samples: CalibrationSample[] = [];
  const { parts, count } = holdOutQuestions(options.buffer, { maxSamples });
  for (const { rest, steps } of parts) {
    const model = new ReasoningModel({ ...options, buffer: rest });
    for (const step of steps) {
      const prediction = await model.predict(step.query);
      const truth = truthOf(predictedPage(prediction, step), step);
      samples.push({ basis: "reasoned", support: prediction.certainty, truth });
      await onQuestion?.(samples.length, count);
    }
  }
  const calibration = calibrate(samples);
  return (stated) => calibration("reasoned", stated);
}
