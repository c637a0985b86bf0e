/** The k nearest entries found so far. */

import type { BufferEntry } from "./entry.ts";

export interface RankedEntry {
  entry: BufferEntry;
  similarity: number;
}

export class NearestList {
  readonly #k: number;
  /** Nearest first; of equally near ones the older first. */
  readonly entries: RankedEntry[] = [];

  constructor(k: number) {
    this.#k = Math.max(0, k);
  }

  get #isFull(): boolean {
    return this.entries.length >= this.#k;
  }

  /** An entry with less similarity does not enter. -1 while there is room for any. */
  get worst(): number {
    return this.#isFull ? (this.entries.at(-1)?.similarity ?? Infinity) : -1;
  }

  /** An entry with the similarity `worst` that arrived later does not enter. */
  get worstOrder(): number {
    return this.#isFull ? (this.entries.at(-1)?.entry.order ?? -1) : Infinity;
  }

  /** Returns whether the entry entered. */
  offer(entry: BufferEntry, similarity: number): boolean {
    const { worst, worstOrder } = this;
    if (similarity < worst || (similarity === worst && entry.order > worstOrder)) return false;
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(similarity, entry.order, this.entries[middle] as RankedEntry)) high = middle;
      else low = middle + 1;
    }
    this.entries.splice(low, 0, { entry, similarity });
    if (this.entries.length > this.#k) this.entries.pop();
    return true;
  }
}

function isBefore(similarity: number, order: number, other: RankedEntry): boolean {
  return (
    similarity > other.similarity || (similarity === other.similarity && order < other.entry.order)
  );
}
