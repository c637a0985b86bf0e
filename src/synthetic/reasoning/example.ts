/** A recorded transition as an example of the question that a language model is asked. */

import { eventOfRecord, type ExperienceRecord } from "../buffer/experience-records.ts";
import type { ExperienceQuery, SessionEvent } from "../../core/experience.ts";
import type { PageMemory } from "./known-page.ts";
import type { Example } from "./prompt.ts";

/** @returns null where nothing but the recording itself shows the page that it starts from */
export function exampleOf(
  record: ExperienceRecord,
  memory: PageMemory,
  annotations: ReadonlyMap<string, string> = new Map(),
): Example | null {
  const query: ExperienceQuery = { session: [], page: record.before, cause: causeOf(record) };
  const known = memory.recall(query, record.trajectory);
  if (known === null) return null;
  const status = record.kind === "load" ? record.status : 200;
  return {
    cause: query.cause,
    before: record.before,
    known,
    after: { ...record.after, status },
    reasoning: annotations.get(record.id) ?? null,
  };
}

/** What the browser told the site: of a script that opens a page, the event that started it. */
function causeOf(record: ExperienceRecord): SessionEvent["cause"] {
  const event = eventOfRecord(record);
  if (event !== null) return { kind: "event", event };
  return {
    kind: "request",
    request: (record as Extract<ExperienceRecord, { kind: "load" }>).request,
  };
}
