/** The baselines that a dream must beat: two experience models that understand nothing, behind the same port. */

import type { ExperienceModel, ExperienceQuery, Prediction } from "../../core/experience.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";

/** Requests and events change nothing. Only the start page, which every episode needs, is the nearest recorded one. */
export function createStillModel(buffer: ReplayBuffer): ExperienceModel {
  const copy = createCopyModel(buffer);
  return {
    predict(query) {
      if (query.page === null && query.session.length === 0) return copy.predict(query);
      return nothing("whatever is asked, nothing changes", 1);
    },
  };
}

/** Every answer is a copy of the page that followed the most similar recorded request or event. */
export function createCopyModel(buffer: ReplayBuffer): ExperienceModel {
  return {
    predict(query: ExperienceQuery): Prediction {
      const nearest = buffer.nearest(query, 1)[0];
      if (nearest === undefined) return nothing("nothing similar was recorded", 0);
      const { record } = nearest;
      const { html } = record.after;
      // A page that a script changes keeps its address, whatever page it is copied from.
      const url =
        record.kind === "reaction" && query.page !== null ? query.page.url : record.after.url;
      const status = record.kind === "load" ? record.status : 200;
      const redirectStatus = record.kind === "load" ? record.redirectStatus : null;
      return {
        reasoning: `the page that followed the most similar experience, ${record.id}`,
        next: { kind: "page", url, status, redirectStatus, html },
        evidence: [record.id],
        certainty: 1,
      };
    },
  };
}

function nothing(reasoning: string, certainty: number): Prediction {
  return { reasoning, next: { kind: "unchanged" }, evidence: [], certainty };
}
