/** How much a page is the recorded one. */

import type { Observation } from "../../../core/observation.ts";

export interface PageComparison {
  /** F1 of the nodes by role and name, 0–1. */
  likeness: number;
  /** Another address, or another number of tabs, in words. Null: the same. */
  difference: string | null;
}

/** Null if no page was recorded, but an element alone. */
export function comparePages(expected: Observation, got: Observation): PageComparison | null {
  if (!expected.nodes.some(({ role }) => role === "RootWebArea")) return null;
  return {
    likeness: likenessOf(expected, got),
    difference:
      placeOf(expected.url) !== placeOf(got.url)
        ? `Expected ${expected.url}, got ${got.url}.`
        : expected.tabs.length !== 0 && expected.tabs.length !== got.tabs.length
          ? `Expected ${expected.tabs.length} tabs, got ${got.tabs.length}.`
          : null,
  };
}

/** Numbers in a path may name what an episode made, such as an order, and differ each time. Queries often hold tokens. */
function placeOf(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url;
  return `${parsed.origin}${parsed.pathname.replaceAll(/\d+/gu, "0")}`;
}

function likenessOf(a: Observation, b: Observation): number {
  const count = ({ nodes }: Observation): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { role, name } of nodes) {
      const key = `${role}\n${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const [own, other] = [count(a), count(b)];
  const total = a.nodes.length + b.nodes.length;
  if (total === 0) return 1;
  let shared = 0;
  for (const [key, times] of own) shared += Math.min(times, other.get(key) ?? 0);
  return (2 * shared) / total;
}
