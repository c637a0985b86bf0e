/**
 * The placebo: the same dream with its answers given to the wrong requests. A gain in the placebo does not come from
 * knowledge of the world.
 */

import type { ExperienceModel, ExperienceQuery, Prediction } from "../core/experience.ts";
import { hashText } from "../core/random.ts";
import type { LoadRecord, ReactionRecord } from "../synthetic/buffer/experience-records.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { diffPages } from "../synthetic/tree/page-diff.ts";
import { applyEdits } from "../synthetic/tree/page-edit.ts";
import { parseTree } from "../synthetic/tree/page-tree.ts";

export interface PlaceboModelOptions {
  model: ExperienceModel;
  /** The records whose requests supply the wrong answers. */
  buffer: ReplayBuffer;
  seed: number;
}

/**
 * Answers each request with the model's answer to another request of the buffer, of the same kind (a page asked for,
 * a change, a script event), chosen by a hash of the request: the same request gives the same wrong answer.
 */
export function createPlaceboModel({ model, buffer, seed }: PlaceboModelOptions): ExperienceModel {
  const loads = buffer.records.filter((record) => record.kind === "load");
  const reactions = buffer.records.filter((record) => record.kind === "reaction");
  const byMethod = {
    GET: loads.filter(({ request }) => request.method === "GET"),
    POST: loads.filter(({ request }) => request.method === "POST"),
  };
  return {
    // What cannot be scored in the dream is not scored here either.
    unpredictedRequests: model.unpredictedRequests ?? [],
    async predict(query) {
      const own = await model.predict(query);
      const pick = <T extends { id: string }>(records: readonly T[], label: string): T | null =>
        records[hashText(label, seed) % Math.max(1, records.length)] ?? null;
      if (query.cause.kind === "event") {
        const { event } = query.cause;
        const alike = reactions.filter((record) => record.event.kind === event.kind);
        const label = `${query.page?.url} ${event.kind} ${event.element}`;
        const wrong = pick(alike, label);
        return wrong === null ? own : await predictEvent(model, query, wrong, own);
      }
      const { request } = query.cause;
      const label = `${request.method} ${request.url} ${JSON.stringify(request.fields)}`;
      const wrong = pick(byMethod[request.method], label);
      return wrong === null ? own : await predictLoad(model, query, wrong, own);
    },
  };
}

async function predictLoad(
  model: ExperienceModel,
  query: ExperienceQuery,
  record: LoadRecord,
  own: Prediction,
): Promise<Prediction> {
  const answer = await model.predict({
    session: query.session,
    page: record.before,
    cause: { kind: "request", request: record.request },
  });
  return { ...answer, certainty: own.certainty };
}

/** A script's change stays on its page: it takes another event's change, where the page has the places for it. */
async function predictEvent(
  model: ExperienceModel,
  query: ExperienceQuery,
  record: ReactionRecord,
  own: Prediction,
): Promise<Prediction> {
  const answer = await model.predict({
    session: query.session,
    page: record.before,
    cause: { kind: "event", event: record.event },
  });
  if (answer.next.kind === "unchanged" || own.next.kind === "unchanged" || query.page === null)
    return { ...own, next: { kind: "unchanged" } };
  const edits = diffPages(parseTree(record.before.html), parseTree(answer.next.html));
  return {
    ...own,
    next: { ...own.next, html: applyEdits(query.page.html, edits) },
    evidence: answer.evidence,
  };
}
