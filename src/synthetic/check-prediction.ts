/** The one door for the answers of an experience model, embedded or foreign. */

import { ModelError } from "../core/errors.ts";
import {
  PredictionSchema,
  type ExperienceModel,
  type Prediction,
  type SessionEvent,
} from "../core/experience.ts";

/**
 * The model with its answers checked. A model may keep an answer and return it again: each object is checked once.
 * `predict` throws a ModelError that names the fields that do not fit.
 */
export function withCheckedAnswers(model: ExperienceModel): ExperienceModel {
  const checked = new WeakSet<object>();
  const judgeOutcome = model.judgeOutcome?.bind(model);
  return {
    ...(judgeOutcome && { judgeOutcome }),
    unpredictedRequests: model.unpredictedRequests ?? [],
    async predict(query) {
      const answer = await model.predict(query);
      if (checked.has(answer)) return answer;
      const prediction = checkPrediction(answer, query.cause);
      checked.add(prediction);
      return prediction;
    },
  };
}

function checkPrediction(answer: unknown, cause: SessionEvent["cause"]): Prediction {
  const { error } = PredictionSchema.safeParse(answer);
  // The answer itself is passed on, not a copy: the model recognises its own objects again.
  if (error === undefined) return answer as Prediction;
  const fields = error.issues.map(({ path, message }) => `\`${path.join(".")}\`: ${message}`);
  const asked =
    cause.kind === "request"
      ? `${cause.request.method} ${cause.request.url}`
      : `a ${cause.event.kind} event`;
  throw new ModelError(
    `Expected the experience model to answer ${asked} with a \`Prediction\`, got ${fields.join("; ")}. Correct the return value of \`predict\`.`,
    { cause: error },
  );
}
