/** How similar a recorded cause is to the one that is asked about, 0–1. */

import type { ExperienceQuery } from "../../core/experience.ts";
import { splitUrl } from "../../page/url-parts.ts";
import { eventOfRecord, type ExperienceRecord } from "./experience-records.ts";

export type CauseQuery = Pick<ExperienceQuery, "cause" | "page">;

type NamedValues = readonly (readonly [string, string])[];

/** Same method, path, parameters and fields; for an input event the same page and element. */
export function similarityTo({ cause, page }: CauseQuery, record: ExperienceRecord): number {
  if (cause.kind === "request") {
    if (record.kind !== "load" || record.request.method !== cause.request.method) return 0;
    const fields = shareOfEqual(record.request.fields ?? [], cause.request.fields ?? []);
    return blendLoad(urlSimilarity(record.request.url, cause.request.url), fields);
  }
  const event = eventOfRecord(record);
  if (event?.kind !== cause.event.kind || page === null || record.before === null) return 0;
  const isSameElement = event.element === cause.event.element;
  return blendReaction(urlSimilarity(record.before.url, page.url), isSameElement);
}

/** 1 for equal URLs; the share of equal segments and parameters; 0 for another origin or another depth. */
export function urlSimilarity(a: string, b: string): number {
  if (a === b) return 1;
  const [mine, other] = [splitUrl(a), splitUrl(b)];
  if (mine.origin !== other.origin || mine.segments.length !== other.segments.length) return 0;
  const equal = mine.segments.filter((segment, i) => segment === other.segments[i]).length;
  return blendUrl(equal, mine.segments.length, shareOfEqual(mine.params, other.params));
}

export function blendLoad(url: number, fields: number): number {
  return 0.75 * url + 0.25 * fields;
}

export function blendReaction(url: number, isSameElement: boolean): number {
  return 0.7 * url + 0.3 * (isSameElement ? 1 : 0);
}

/** For two different URLs of one origin and one depth. */
export function blendUrl(equalSegments: number, segments: number, params: number): number {
  const path = segments === 0 ? 1 : (equalSegments + 0.25) / (segments + 0.25);
  return 0.95 * (0.75 * path + 0.25 * params);
}

/**
 * Names in common count half, equal values the other half; 1 for two empty lists.
 *
 * @param equal names in common with equal values
 * @param common names in common
 * @param all names in either list
 */
export function shareOf(equal: number, common: number, all: number): number {
  return all === 0 ? 1 : (equal + 0.5 * (common - equal)) / all;
}

function shareOfEqual(a: NamedValues, b: NamedValues): number {
  const [mine, other] = [firstValues(a), firstValues(b)];
  let [equal, common] = [0, 0];
  for (const [name, value] of mine) {
    const theirs = other.get(name);
    if (theirs === undefined) continue;
    common++;
    if (theirs === value) equal++;
  }
  return shareOf(equal, common, mine.size + other.size - common);
}

/** The first value of each name. */
export function firstValues(list: NamedValues): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of list) if (!values.has(name)) values.set(name, value);
  return values;
}
