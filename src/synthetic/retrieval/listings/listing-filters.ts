/** Which items a parameter of a listing keeps: those that hold its words, or those within its bound. */

import { sameSegments, type Listing } from "./listing-factors.ts";
import type { ListItem } from "./site-items.ts";

/** A factor is a search when at least this part of its shown or expected items holds its words. */
const SEARCH_FIT = 0.4;

/** The relation of an item's number at a place to a factor's value: at least it (1), or at most it (-1). */
export interface Bound {
  place: string;
  direction: 1 | -1;
}

/** Number of items that a bound must have kept out in the recordings. */
const KEPT_OUT = 2;

/** A factor's value that may be a bound. */
export const NUMBER = /^\d+(?:\.\d+)?$/u;

/** The place of an item that must contain the factor's value (empty: anywhere in it); null when none must. */
export function findSearchedPlace(
  name: string,
  listings: readonly Listing[],
  pool: readonly ListItem[],
): string | null {
  const asked = listings.flatMap(({ factors, items }) => {
    const value = factors.get(name);
    if (value === undefined) return [];
    return [{ words: wordsOf(value), items, ids: new Set(items.map(({ id }) => id)) }];
  });
  const places = new Set(["", ...pool.flatMap((item) => [...item.texts.keys()])]);
  let best: string | null = null;
  let bestFit = SEARCH_FIT;
  for (const place of places) {
    let [holding, shown, excess] = [0, 0, 0];
    for (const { words, items, ids } of asked) {
      shown += items.length;
      for (const item of items) if (says(item, place, words)) holding++;
      for (const item of pool) if (says(item, place, words) && !ids.has(item.id)) excess++;
    }
    // A search may also look where no entry shows it, and page its results: a fit is enough.
    const fit = holding / (shown + excess);
    if (shown < 2 || fit <= bestFit) continue;
    [best, bestFit] = [place, fit];
  }
  return best;
}

/** The bound that a factor's value sets to a number of each item; null when none fits all recordings. */
export function findBound(name: string, listings: readonly Listing[]): Bound | null {
  const asked = listings.filter(
    ({ factors, items }) => items.length > 0 && NUMBER.test(factors.get(name) ?? ""),
  );
  let best: Bound | null = null;
  let most = KEPT_OUT - 1;
  const places = new Set(asked.flatMap(({ items }) => [...(items[0]?.numbers.keys() ?? [])]));
  for (const place of places)
    for (const direction of [1, -1] as const) {
      const keeps = (item: ListItem, { factors }: Listing): boolean => {
        const number = item.numbers.get(place);
        return number !== undefined && direction * (number - Number(factors.get(name))) >= 0;
      };
      if (!asked.every((listing) => listing.items.every((item) => keeps(item, listing)))) continue;
      const out = new Set<string>();
      for (const listing of asked)
        for (const other of listings)
          if (sameSegments(listing.factors, other.factors))
            for (const item of other.items) if (!keeps(item, listing)) out.add(item.id);
      if (out.size <= most) continue;
      [best, most] = [{ place, direction }, out.size];
    }
  return asked.length < 2 ? null : best;
}

/**
 * Whether an item contains words at a place of it; anywhere for the empty place.
 *
 * @param words in lower case
 */
export function says(item: ListItem, place: string, words: readonly string[]): boolean {
  const text = place === "" ? item.text : item.lowerTexts.get(place);
  return text !== undefined && words.every((word) => text.includes(word));
}

export function wordsOf(text: string): string[] {
  return text.toLowerCase().split(/\s+/u);
}
