/** Long work on an experience model shows its progress, and ends when it is stopped. */

import { setImmediate } from "node:timers/promises";
import type { ExperienceModel } from "../core/experience.ts";
import type { WorkReport } from "./work-report.ts";

export interface WatchOptions {
  report: Pick<WorkReport, "update">;
  signal: AbortSignal;
}

/** Answers between two pauses: one takes about a millisecond, so Ctrl-C works within a fraction of a second. */
const ANSWERS_A_BREATH = 50;

/** For `createRetrievalModel`: shows the questions asked, and ends between two of them. */
export function watchCalibration({
  report,
  signal,
}: WatchOptions): (asked: number, questions: number) => Promise<void> {
  return async (asked, questions) => {
    report.update(`learning the dream: question ${asked} of ${questions}`, {
      done: asked,
      total: questions,
    });
    await setImmediate();
    signal.throwIfAborted();
  };
}

/** Dreams run without ever waiting for anything, so nothing else would let a signal through. */
export function watchModel(
  model: ExperienceModel,
  { report, signal }: WatchOptions,
): ExperienceModel {
  let answers = 0;
  const judgeOutcome = model.judgeOutcome?.bind(model);
  return {
    ...(judgeOutcome && { judgeOutcome }),
    unpredictedRequests: model.unpredictedRequests ?? [],
    async predict(query) {
      const prediction = await model.predict(query);
      answers++;
      if (answers % ANSWERS_A_BREATH === 0) {
        report.update(`dreaming: ${answers} answers`);
        await setImmediate();
        signal.throwIfAborted();
      }
      return prediction;
    },
  };
}
