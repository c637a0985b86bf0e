/**
 * Which entries a replay buffer gives for learning. A selector weighs the entries; sampling draws in proportion to the
 * weights, with replacement. The names are those of DreamerV3's replay (Hafner et al. 2023, arXiv:2301.04104).
 */

import type { Random } from "../../core/random.ts";
import type { BufferEntry } from "./entry.ts";

/** Weights ≥ 0 of the entries, oldest first. At least one is above 0. */
export type Selector = (entries: readonly BufferEntry[]) => number[];

/** Every entry is equally probable. */
export const selectUniformly: Selector = (entries) => entries.map(() => 1);

/** The weight of an entry halves with every `halfLife` newer entries. */
export function selectRecent(halfLife: number): Selector {
  return (entries) => entries.map((_, i) => 0.5 ** ((entries.length - 1 - i) / halfLife));
}

/**
 * Prioritized experience replay (Schaul et al. 2016, arXiv:1511.05952, eq. 1): P(i) = p_i^α / Σ p_k^α. The importance
 * weights that correct the bias (§3.4) are the learner's affair.
 *
 * @param priority p ≥ 0 of an entry
 * @param alpha 0 is uniform. 0.6: Schaul et al. 2016, Table 3, proportional variant
 */
export function selectByPriority(priority: (entry: BufferEntry) => number, alpha = 0.6): Selector {
  return (entries) => entries.map((entry) => priority(entry) ** alpha);
}

/** Chooses a selector by its share, then an entry with it. */
export function selectFromMixture(
  parts: readonly { share: number; selector: Selector }[],
): Selector {
  return (entries) => {
    const weights = entries.map(() => 0);
    for (const { share, selector } of parts) {
      const own = selector(entries);
      const total = own.reduce((sum, weight) => sum + weight, 0);
      own.forEach((weight, i) => (weights[i] = (weights[i] ?? 0) + (share * weight) / total));
    }
    return weights;
  };
}

/** @returns `count` entries, with replacement; none of an empty list */
export function sampleEntries(
  entries: readonly BufferEntry[],
  count: number,
  selector: Selector,
  random: Random,
): BufferEntry[] {
  if (entries.length === 0) return [];
  const bounds: number[] = [];
  let total = 0;
  for (const weight of selector(entries)) bounds.push((total += weight));
  return Array.from({ length: count }, () => {
    const drawn = random.next() * total;
    let [low, high] = [0, bounds.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((bounds[middle] as number) > drawn) high = middle;
      else low = middle + 1;
    }
    return entries[low] as BufferEntry;
  });
}
