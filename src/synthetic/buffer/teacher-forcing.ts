/** Real episodes as questions to a model, each with the real past and the real answer. */

import type { ExperienceQuery, SessionEvent } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { eventOfRecord, type ExperienceRecord } from "./experience-records.ts";
import { parsePage } from "../../page/page-document.ts";

export interface ForcedStep {
  record: ExperienceRecord;
  query: ExperienceQuery;
  /** The page before, or an empty one. */
  before: PageSnapshot;
  truth: PageSnapshot;
}

const NO_PAGE: PageSnapshot = { url: "about:blank", html: "" };

/** @param records of one trajectory, in order */
export function forceSteps(records: readonly ExperienceRecord[]): ForcedStep[] {
  const session: SessionEvent[] = [];
  return records.map((record) => {
    const sent: SessionEvent["cause"] =
      record.kind === "load"
        ? { kind: "request", request: record.request }
        : { kind: "event", event: record.event };
    const event = eventOfRecord(record);
    const cause: SessionEvent["cause"] = event === null ? sent : { kind: "event", event };
    const query: ExperienceQuery = { session: [...session], page: record.before, cause };
    // A session remembers what the site saw: of a script that opens a page, the request.
    session.push({ cause: sent, before: record.before, after: record.after });
    return { record, query, before: record.before ?? NO_PAGE, truth: record.after };
  });
}

/** A page's nodes as texts, with how often each occurs. Focus is left out: the browser sets it. */
export function countNodes({ html, url }: PageSnapshot): Map<string, number> {
  const counts = new Map<string, number>();
  if (html === "") return counts;
  for (const { role, name, value, url: link, states } of parsePage(html, url).nodes) {
    const { focused: _, ...told } = states;
    const text = `${role}|${name}|${value ?? ""}|${link ?? ""}|${JSON.stringify(told)}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

type Counts = ReadonlyMap<string, number>;

/** The nodes that appeared (`+`) and disappeared (`-`), with how often. */
export function changeBetween(before: Counts, after: Counts): Map<string, number> {
  const change = new Map<string, number>();
  for (const node of new Set([...before.keys(), ...after.keys()])) {
    const difference = (after.get(node) ?? 0) - (before.get(node) ?? 0);
    if (difference !== 0) change.set(`${difference > 0 ? "+" : "-"}${node}`, Math.abs(difference));
  }
  return change;
}

export interface Overlap {
  hits: number;
  predicted: number;
  real: number;
}

/** @param counts selects the real nodes to count; by default all */
export function compareChanges(
  predicted: Counts,
  real: Counts,
  counts: (node: string) => boolean = () => true,
): Overlap {
  const overlap: Overlap = { hits: 0, predicted: 0, real: 0 };
  for (const [node, times] of predicted) if (counts(node)) overlap.predicted += times;
  for (const [node, times] of real) {
    if (!counts(node)) continue;
    overlap.real += times;
    overlap.hits += Math.min(times, predicted.get(node) ?? 0);
  }
  return overlap;
}

/** Harmonic mean of precision and recall; 1 when both sides are empty. */
export function f1({ hits, predicted, real }: Overlap): number {
  return predicted + real === 0 ? 1 : (2 * hits) / (predicted + real);
}
