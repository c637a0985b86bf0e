/** The entries of one kind of cause, one row for each cause, with texts as numbers. See `nearest-index.ts`. */

import type { BufferEntry } from "./entry.ts";
import type { NearestList } from "./nearest-list.ts";
import { blendLoad, blendReaction, blendUrl, shareOf } from "./similarity.ts";

/** A recorded cause, or one that is asked about, in parts. */
export interface Cause {
  /** What must be equal for any similarity: kind and method, or kind of event. */
  family: string;
  url: string;
  origin: string;
  segments: readonly string[];
  /** The first value of each name, as in `fields`. */
  params: ReadonlyMap<string, string>;
  fields: ReadonlyMap<string, string>;
}

export interface TableKind {
  family: string;
  origin: string;
  depth: number;
  /** Names, sorted. */
  params: readonly string[];
  fields: readonly string[];
}

/** A query that is ready to run on one table. */
export interface TableSearch {
  /** No entry of the table is more similar. */
  bound: number;
  into(list: NearestList): void;
}

/** Empty rows are dropped when they are more than half of a table of this size or more. */
const WORTH_COMPACTING = 64;

export class NearestTable {
  readonly #kind: TableKind;
  readonly #width: number;
  /** URL, segments, parameters, fields of each row. */
  #cells: Int32Array;
  #rows: BufferEntry[][] = [];
  /** No entry of the row is older. Rises from row to row. */
  #since: number[] = [];
  #rowOf = new Map<string, number>();
  #emptyRows = 0;

  constructor(kind: TableKind) {
    this.#kind = kind;
    this.#width = 1 + kind.depth + kind.params.length + kind.fields.length;
    this.#cells = new Int32Array(4 * this.#width);
  }

  add(values: readonly number[], entry: BufferEntry): void {
    const key = this.#keyOf(values);
    const row = this.#rowOf.get(key);
    if (row === undefined) {
      this.#append(key, values, [entry], entry.order);
      return;
    }
    const entries = this.#rows[row] as BufferEntry[];
    if (entries.length === 0) this.#emptyRows--;
    entries.push(entry);
  }

  remove(values: readonly number[], entry: BufferEntry): void {
    const row = this.#rowOf.get(this.#keyOf(values));
    const entries = row === undefined ? [] : (this.#rows[row] as BufferEntry[]);
    const at = entries.indexOf(entry);
    if (at < 0) return;
    entries.splice(at, 1);
    if (entries.length > 0) return;
    this.#emptyRows++;
    if (this.#rows.length >= WORTH_COMPACTING && 2 * this.#emptyRows > this.#rows.length)
      this.#compact();
  }

  entriesAt(values: readonly number[]): readonly BufferEntry[] {
    const row = this.#rowOf.get(this.#keyOf(values));
    return row === undefined ? [] : (this.#rows[row] as BufferEntry[]);
  }

  /** @param lookUp the number of a text; -1 for a text that no entry has */
  prepare(asked: Cause, lookUp: (text: string) => number): TableSearch {
    const { origin, depth, params, fields } = this.#kind;
    const isNear = asked.origin === origin && asked.segments.length === depth;
    const valueOf = (of: ReadonlyMap<string, string>, name: string): number => {
      const value = of.get(name);
      return value === undefined ? -1 : lookUp(value);
    };
    const groups = [
      [isNear ? lookUp(asked.url) : -1],
      isNear ? asked.segments.map(lookUp) : Array.from({ length: depth }, () => -1),
      params.map((name) => valueOf(asked.params, name)),
      fields.map((name) => valueOf(asked.fields, name)),
    ];
    const similarities = this.#similarities(asked, isNear);
    const strides = stridesOf(groups.map(({ length }) => length));
    const columns: Column[] = groups
      .flatMap((group, i) => group.map((token) => ({ token, stride: strides[i] as number })))
      .map((column, at) => ({ ...column, at }))
      .filter(({ token }) => token >= 0);
    const most = columns.reduce((sum, { stride }) => sum + stride, 0);
    const bound = similarities[most] as number;
    return { bound, into: (list) => this.#scan(list, columns, similarities, bound) };
  }

  /** Similarity for each number of equal URLs (0 or 1), segments, parameters and fields; see `stridesOf`. */
  #similarities(asked: Cause, isNear: boolean): Float64Array {
    const { family, depth, params, fields } = this.#kind;
    const isLoad = family.startsWith("load ");
    const paramShare = sharer(params, asked.params);
    const fieldShare = sharer(fields, asked.fields);
    const similarities: number[] = [];
    for (const isSameUrl of [false, true])
      for (let segments = 0; segments <= depth; segments++)
        for (let equal = 0; equal <= params.length; equal++)
          for (let same = 0; same <= fields.length; same++) {
            const apart = isNear ? blendUrl(segments, depth, paramShare(equal)) : 0;
            const url = isSameUrl ? 1 : apart;
            similarities.push(
              isLoad ? blendLoad(url, fieldShare(same)) : blendReaction(url, same === 1),
            );
          }
    return Float64Array.from(similarities);
  }

  #scan(
    list: NearestList,
    columns: readonly Column[],
    similarities: Float64Array,
    bound: number,
  ): void {
    const cells = this.#cells;
    const tokens = Int32Array.from(columns, ({ token }) => token);
    const strides = Int32Array.from(columns, ({ stride }) => stride);
    const places = Int32Array.from(columns, ({ at }) => at);
    let { worst, worstOrder } = list;
    for (let row = 0, start = 0; row < this.#since.length; row++, start += this.#width) {
      const since = this.#since[row] as number;
      if (bound < worst || (bound === worst && since > worstOrder)) return;
      let equal = 0;
      for (let i = 0; i < tokens.length; i++)
        if (cells[start + (places[i] as number)] === tokens[i]) equal += strides[i] as number;
      const similarity = similarities[equal] as number;
      if (similarity <= 0 || similarity < worst) continue;
      if (similarity === worst && since > worstOrder) continue;
      for (const entry of this.#rows[row] as BufferEntry[])
        if (!list.offer(entry, similarity)) break;
      ({ worst, worstOrder } = list);
    }
  }

  /** The URL decides segments and parameters, so that URL and fields name a row. */
  #keyOf(values: readonly number[]): string {
    const fieldsAt = 1 + this.#kind.depth + this.#kind.params.length;
    return `${values[0]} ${values.slice(fieldsAt).join(" ")}`;
  }

  #append(key: string, values: ArrayLike<number>, entries: BufferEntry[], since: number): void {
    const row = this.#rows.length;
    if ((row + 1) * this.#width > this.#cells.length) {
      const larger = new Int32Array(2 * this.#cells.length);
      larger.set(this.#cells);
      this.#cells = larger;
    }
    this.#cells.set(values, row * this.#width);
    this.#rows.push(entries);
    this.#since.push(since);
    this.#rowOf.set(key, row);
  }

  #compact(): void {
    const [cells, rows, since, keys] = [this.#cells, this.#rows, this.#since, this.#rowOf];
    this.#cells = new Int32Array(4 * this.#width);
    [this.#rows, this.#since, this.#rowOf, this.#emptyRows] = [[], [], new Map(), 0];
    for (const [key, row] of keys) {
      const entries = rows[row] as BufferEntry[];
      const values = cells.subarray(row * this.#width, (row + 1) * this.#width);
      if (entries.length > 0) this.#append(key, values, entries, since[row] as number);
    }
  }
}

/** A value that the query has and the table may have. */
interface Column {
  at: number;
  token: number;
  stride: number;
}

/** The place of a combination of numbers, each from 0 to its count, in a list of all of them, is Σ number · stride. */
function stridesOf(counts: readonly number[]): number[] {
  return counts.map((_, i) => counts.slice(i + 1).reduce((product, n) => product * (n + 1), 1));
}

/** The share of equal values for each number of them: the names are the same for every row. */
function sharer(
  names: readonly string[],
  asked: ReadonlyMap<string, string>,
): (equal: number) => number {
  const common = names.filter((name) => asked.has(name)).length;
  const all = names.length + asked.size - common;
  return (equal) => shareOf(equal, common, all);
}
