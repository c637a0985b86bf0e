/** A recorded listing, and the factors in its URL. */

import { splitUrl } from "../../../page/url-parts.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import type { ListItem } from "./site-items.ts";

/** One list of a recorded page. */
export interface Listing {
  url: string;
  record: LoadRecord;
  /** The factors in its URL: see `factorsOf`. */
  factors: Map<string, string>;
  items: ListItem[];
}

/** The factors in a listing's URL: parameters, and the segments that vary in its shape. */
export function factorsOf(url: string, segments: readonly (string | null)[]): Map<string, string> {
  const parts = splitUrl(url);
  const factors = new Map<string, string>();
  segments.forEach((constant, i) => {
    if (constant === null) factors.set(`segment:${i}`, parts.segments[i] ?? "");
  });
  for (const [name, value] of parts.params) if (value !== "") factors.set(name, value);
  return factors;
}

export function without(factors: ReadonlyMap<string, string>, name: string): Map<string, string> {
  return new Map([...factors].filter(([other]) => other !== name));
}

export function sameSegments(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): boolean {
  return [...a].every(([name, value]) => !name.startsWith("segment") || b.get(name) === value);
}

export function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}
