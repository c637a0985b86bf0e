/** The order in which a list shows its items: a comparison that recorded lists keep, or the recorded places. */

import { overlap } from "../../tree/page-diff.ts";
import type { Listing } from "./listing-factors.ts";
import type { ListItem } from "./site-items.ts";

export type Comparison = (a: ListItem, b: ListItem) => number;

/** Pairs of neighbours that must differ: equal neighbours say nothing about an order. */
const STRICT_PAIRS = 3;

/** The first comparison that every list keeps, by a number or a text of its items; null when none does. */
export function findOrder(lists: readonly (readonly ListItem[])[]): Comparison | null {
  const keys = new Set(lists.flatMap((items) => items.flatMap((item) => [...item.texts.keys()])));
  for (const key of keys)
    for (const direction of [1, -1])
      for (const compare of [byNumber(key, direction), byText(key, direction)])
        if (isKept(compare, lists)) return compare;
  return null;
}

function isKept(compare: Comparison, lists: readonly (readonly ListItem[])[]): boolean {
  let strict = 0;
  const holds = lists.every((items) =>
    items.every((item, i) => {
      const next = items[i + 1];
      if (next === undefined) return true;
      const order = compare(item, next);
      if (order < 0) strict++;
      return order <= 0;
    }),
  );
  return holds && strict >= STRICT_PAIRS;
}

function byNumber(key: string, direction: number) {
  return (a: ListItem, b: ListItem): number =>
    direction * ((a.numbers.get(key) ?? 0) - (b.numbers.get(key) ?? 0));
}

function byText(key: string, direction: number) {
  return (a: ListItem, b: ListItem): number => {
    const [x, y] = [a.texts.get(key) ?? "", b.texts.get(key) ?? ""].map((t) => t.toLowerCase()) as [
      string,
      string,
    ];
    return x === y ? 0 : direction * (x < y ? -1 : 1);
  };
}

/** Mean place of each item in the listings that are ordered alike, 0 first to 1 last. */
export function ranksIn(
  listings: readonly Listing[],
  order: ReadonlyMap<string, string>,
  ordering: ReadonlySet<string>,
): Map<string, number> {
  const places = new Map<string, number[]>();
  for (const { factors, items } of listings) {
    if ([...ordering].some((name) => factors.get(name) !== order.get(name))) continue;
    items.forEach(({ id }, i) => {
      const list = places.get(id) ?? [];
      list.push(i / Math.max(1, items.length - 1));
      places.set(id, list);
    });
  }
  return new Map(
    [...places].map(([id, list]) => [
      id,
      list.reduce((sum, place) => sum + place, 0) / list.length,
    ]),
  );
}

/** 0–1: the share of places with the right item, half, and of right items anywhere, half. */
export function likeOrder(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length);
  if (length === 0) return 1;
  const inPlace = a.filter((id, i) => b[i] === id).length / length;
  return 0.5 * inPlace + 0.5 * overlap(new Set(a), new Set(b));
}
