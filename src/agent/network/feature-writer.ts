/** Hashing of features into rows of the network's table. */

import type { Decision } from "./network.ts";

/** Mixes integers into one well-spread hash (the finaliser steps of MurmurHash3). */
export function mix(a: number, b = 0, c = 0, d = 0): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b);
  hash = Math.imul((hash ^ (hash >>> 13)) + b, 0xc2b2ae35);
  hash = Math.imul((hash ^ (hash >>> 15)) + c, 0x27d4eb2f);
  hash = Math.imul((hash ^ (hash >>> 14)) + d, 0x165667b1);
  return hash ^ (hash >>> 16);
}

/** Which part of the table a row lies in: see `FeatureWriter`. */
export function featureClass(
  row: number,
  tableBits: number,
): "structural" | "lexical" | "specific" {
  const quarter = row >>> (tableBits - 2);
  return quarter < 2 ? "structural" : quarter === 2 ? "lexical" : "specific";
}

/**
 * Gathers row numbers in groups. The lower half of the table is for structural features, which hold in any world. The
 * third quarter is for lexical ones, which contain single words. The fourth is for features of one kind of task, which
 * know its goal's whole wording. Training may hide the latter two, so that it does not rest on them alone.
 */
export class FeatureWriter {
  readonly #half: number;
  readonly #rows = new IntegerList();
  readonly #rowOffsets = new IntegerList();
  readonly #groups = new IntegerList();
  readonly #groupOffsets = new IntegerList();
  readonly #groupByKey = new Map<number, number>();

  constructor(tableBits: number) {
    this.#half = 2 ** (tableBits - 1);
    this.#clear();
  }

  /** @param template which feature; the other arguments are its values */
  structural(template: number, a = 0, b = 0, c = 0): void {
    this.#rows.push(mix(template, a, b, c) & (this.#half - 1));
  }

  lexical(template: number, a = 0, b = 0, c = 0): void {
    this.#rows.push((mix(template, a, b, c) & (this.#half / 2 - 1)) | this.#half);
  }

  specific(template: number, a = 0, b = 0, c = 0): void {
    this.#rows.push((mix(template, a, b, c) & (this.#half / 2 - 1)) | (1.5 * this.#half));
  }

  /** Gives the current candidate the features of a key. True if they are not written yet: see `endShared`. */
  startShared(key: number): boolean {
    const group = this.#groupByKey.get(key);
    if (group === undefined) return true;
    this.#groups.push(group);
    return false;
  }

  /** Makes what was written since `startShared` the features of its key. */
  endShared(key: number): void {
    const group = this.#closeGroup();
    this.#groupByKey.set(key, group);
    this.#groups.push(group);
  }

  /** Ends the current candidate. Features that are not shared belong to it alone. */
  endCandidate(): void {
    this.#groups.push(this.#closeGroup());
    this.#groupOffsets.push(this.#groups.length);
  }

  /** All features written so far, as features of the state. */
  takeState(): Int32Array {
    return this.#rows.take();
  }

  /** All candidates; the writer is empty afterwards. */
  takeCandidates(): Omit<Decision, "state"> {
    const taken = {
      rows: this.#rows.take(),
      rowOffsets: this.#rowOffsets.take(),
      groups: this.#groups.take(),
      groupOffsets: this.#groupOffsets.take(),
    };
    this.#clear();
    return taken;
  }

  #clear(): void {
    this.#groupByKey.clear();
    this.#rowOffsets.push(0);
    this.#groupOffsets.push(0);
  }

  #closeGroup(): number {
    this.#rowOffsets.push(this.#rows.length);
    return this.#rowOffsets.length - 2;
  }
}

/** A growing array of integers that is used again and again. */
class IntegerList {
  #values = new Int32Array(1024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(2 * this.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  /** A copy of the content; the list is empty afterwards. */
  take(): Int32Array {
    const taken = this.#values.slice(0, this.length);
    this.length = 0;
    return taken;
  }
}
