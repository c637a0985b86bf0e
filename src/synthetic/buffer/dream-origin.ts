/** What the entries of a dreamed episode rest on: the answers of the dream up to each of them. */

import type { Prediction, SessionEvent } from "../../core/experience.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import type { DreamOrigin } from "./entry.ts";
import { type ExperienceRecord } from "./experience-records.ts";

/** An answer of the dream, as `ExperienceEnv.answers` lists them. */
export interface AnswerOrigin {
  cause: SessionEvent["cause"];
  prediction: Pick<Prediction, "certainty" | "evidence">;
}

/**
 * A page of an episode rests on the answer that made it and on every earlier one. A record without an answer of its
 * own has certainty 0: nobody knows what it rests on.
 *
 * @param records of one dreamed trajectory, in order
 * @param answers of the same episode, in order
 */
export function originsOf(
  records: readonly ExperienceRecord[],
  answers: readonly AnswerOrigin[],
): DreamOrigin[] {
  const evidence = new Set<string>();
  let certainty = 1;
  let at = 0;
  return records.map((record) => {
    const own = answers.findIndex(({ cause }, i) => i >= at && isCauseOf(record, cause));
    for (const { prediction } of answers.slice(at, own + 1)) {
      certainty = Math.min(certainty, prediction.certainty);
      for (const id of prediction.evidence) evidence.add(id);
    }
    if (own < 0) certainty = 0;
    else at = own + 1;
    return { certainty, evidence: [...evidence] };
  });
}

function isCauseOf(record: ExperienceRecord, cause: SessionEvent["cause"]): boolean {
  if (record.kind === "load")
    return (
      cause.kind === "request" &&
      cause.request.method === record.request.method &&
      withoutFragment(cause.request.url) === record.request.url &&
      JSON.stringify(cause.request.fields ?? []) === JSON.stringify(record.request.fields ?? [])
    );
  return (
    cause.kind === "event" &&
    cause.event.kind === record.event.kind &&
    cause.event.element === record.event.element &&
    cause.event.text === record.event.text
  );
}
