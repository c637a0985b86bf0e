/** Hashing of features into rows of the network's table. */

/** Mixes integers into one well-spread hash (the finaliser steps of MurmurHash3). */
export function mix(a: number, b = 0, c = 0, d = 0): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + b, 0xc2b2ae35);
  hash = Math.imul((hash ^ (hash >>> 15)) + c, 0x27d4eb2f);
  hash = Math.imul((hash ^ (hash >>> 14)) + d, 0x165667b1);
  return hash ^ (hash >>> 16);
}

/**
 * Gathers row numbers. The lower half of the table is for structural features, which hold in any world; the upper
 * half for features with words in them, which training may drop at random.
 */
export class FeatureWriter {
  readonly #half: number;
  #rows = new Int32Array(4096);
  count = 0;

  constructor(tableBits: number) {
    this.#half = 2 ** (tableBits - 1);
  }

  /** @param template which feature; the other arguments are its values */
  structural(template: number, a = 0, b = 0, c = 0): void {
    this.#push(mix(template, a, b, c) & (this.#half - 1));
  }

  lexical(template: number, a = 0, b = 0, c = 0): void {
    this.#push((mix(template, a, b, c) & (this.#half - 1)) | this.#half);
  }

  /** What was written, in a new array; the writer is empty afterwards. */
  take(): Int32Array {
    const rows = this.#rows.slice(0, this.count);
    this.count = 0;
    return rows;
  }

  #push(row: number): void {
    if (this.count === this.#rows.length) {
      const grown = new Int32Array(2 * this.#rows.length);
      grown.set(this.#rows);
      this.#rows = grown;
    }
    this.#rows[this.count++] = row;
  }
}
