/**
 * The rules of a kind of listing, induced from recorded ones: which entries a filter or a query keeps, in which order
 * a parameter sorts them, how many fit on a page.
 */

import type { LoadRecord } from "../../buffer/experience-records.ts";
import type { ListedItems, ListItem, SeenItem } from "./site-items.ts";
import { overlap } from "../../tree/page-diff.ts";
import { splitUrl } from "../../../page/url-parts.ts";

/** One list of a recorded page. */
export interface Listing {
  url: string;
  record: LoadRecord;
  /** What its URL says: see `factorsOf`. */
  factors: Map<string, string>;
  items: ListItem[];
}

/** Recorded listings that the rules are checked on. */
const CHECKED = 8;
/** A factor is a search when at least this part of what it shows, or should show, holds its words. */
const SEARCH_FIT = 0.4;

/** What a listing's URL says: parameters, and the segments that vary in its shape. */
export function factorsOf(url: string, segments: readonly (string | null)[]): Map<string, string> {
  const parts = splitUrl(url);
  const factors = new Map<string, string>();
  segments.forEach((constant, i) => {
    if (constant === null) factors.set(`segment:${i}`, parts.segments[i] ?? "");
  });
  for (const [name, value] of parts.params) if (value !== "") factors.set(name, value);
  return factors;
}

export interface Selection {
  shown: ListItem[];
  total: number;
  /** How many entries come before those shown. */
  first: number;
  /** The URL asks for an order: which entries come first tells something. */
  isOrdered: boolean;
  evidence: string[];
  why: string;
}

/** How an entry's number at a place must stand to a factor's value: at least it (1), or at most it (-1). */
interface Bound {
  place: string;
  direction: 1 | -1;
}

/** Entries that a bound must have been seen to keep out. */
const KEPT_OUT = 2;

export class ListingRules {
  /**
   * @param others entries of the same build on pages of other shapes
   * @param elsewhere lists of such entries there: a parameter's value that was never seen here sorts as it does there
   */
  constructor(
    listings: Listing[],
    others: readonly SeenItem[],
    elsewhere: readonly ListedItems[] = [],
  ) {
    this.listings = listings;
    this.#others = others;
    this.#elsewhere = elsewhere.map(({ url, items }) => ({ factors: factorsOf(url, []), items }));
    this.#paging = this.#pagingFactor();
    this.#ordering = this.#orderingFactors();
    this.#orders.clear();
    this.#pageSize =
      this.#paging === null ? Infinity : Math.max(...listings.map(({ items }) => items.length));
  }

  readonly listings: Listing[];
  readonly #others: readonly SeenItem[];
  readonly #elsewhere: readonly Pick<Listing, "factors" | "items">[];
  readonly #paging: string | null;
  readonly #ordering: Set<string>;
  readonly #pageSize: number;
  readonly #contains = new Map<string, string | null>();
  readonly #bounds = new Map<string, Bound | null>();
  readonly #orders = new Map<string, ((a: ListItem, b: ListItem) => number) | null>();

  /**
   * The factor that turns pages: all its values are small whole numbers, and one of them shows other entries of the
   * same listing, or none is a first page.
   */
  #pagingFactor(): string | null {
    const names = new Set(this.listings.flatMap(({ factors }) => [...factors.keys()]));
    for (const name of names) {
      const values = this.listings.flatMap(({ factors }) => factors.get(name) ?? []);
      if (name.startsWith("segment") || !values.every((value) => /^\d{1,3}$/u.test(value)))
        continue;
      if (values.every((value) => Number(value) > 1)) return name;
      const turned = this.listings.some(
        (listing) => listing.items.length > 0 && this.#showsOthers(listing, name),
      );
      if (turned) return name;
    }
    return null;
  }

  /** Whether the same listing under another value of a factor has no entry in common with it. */
  #showsOthers({ factors, items }: Listing, name: string): boolean {
    const ids = new Set(items.map(({ id }) => id));
    const rest = without(factors, name);
    return (
      factors.has(name) &&
      this.listings.some(
        (other) =>
          other.items.length > 0 &&
          other.factors.get(name) !== factors.get(name) &&
          same(without(other.factors, name), rest) &&
          other.items.every(({ id }) => !ids.has(id)),
      )
    );
  }

  /** Factors that leave the set of entries as it is, or under one value of which every listing is sorted. */
  #orderingFactors(): Set<string> {
    const ordering = new Set<string>();
    const names = new Set(this.listings.flatMap(({ factors }) => [...factors.keys()]));
    for (const name of names) {
      if (name === this.#paging) continue;
      let [alike, compared] = [0, 0];
      for (const listing of this.listings) {
        if (!listing.factors.has(name) || listing.items.length < 2) continue;
        const rest = without(listing.factors, name);
        for (const other of this.listings) {
          if (other.factors.get(name) === listing.factors.get(name)) continue;
          if (!same(without(other.factors, name), rest)) continue;
          compared++;
          const ids = (items: readonly ListItem[]): Set<string> =>
            new Set(items.map(({ id }) => id));
          if (overlap(ids(listing.items), ids(other.items)) > 0.99) alike++;
        }
      }
      if (compared > 0 && alike * 2 > compared) ordering.add(name);
      else if (this.#searchedPlace(name) === null && this.#sorted(name)) ordering.add(name);
    }
    return ordering;
  }

  #sorted(name: string): boolean {
    const values = new Set(this.listings.flatMap(({ factors }) => factors.get(name) ?? []));
    return (
      values.size > 1 &&
      [...values].every((value) => this.#orderFor(new Map([[name, value]])) !== null)
    );
  }

  /** The place of an entry that must contain the factor's value (empty: anywhere in it); null when none must. */
  #searchedPlace(name: string): string | null {
    const known = this.#contains.get(name);
    if (known !== undefined) return known;
    const pool = [...this.#pool(this.listings, null).values()];
    const asked = this.listings.filter(({ factors }) => factors.has(name));
    const places = new Set(["", ...pool.flatMap((item) => [...item.texts.keys()])]);
    let best: string | null = null;
    let bestFit = SEARCH_FIT;
    for (const place of places) {
      let [holding, shown, excess] = [0, 0, 0];
      for (const { factors, items } of asked) {
        const value = factors.get(name) as string;
        const ids = new Set(items.map(({ id }) => id));
        shown += items.length;
        for (const item of items) if (says(item, place, value)) holding++;
        for (const item of pool) if (!ids.has(item.id) && says(item, place, value)) excess++;
      }
      // A search may also look where no entry shows it, and page its results: a fit is enough.
      const fit = holding / (shown + excess);
      if (shown < 2 || fit <= bestFit) continue;
      [best, bestFit] = [place, fit];
    }
    this.#contains.set(name, best);
    return best;
  }

  /** The bound that a factor's value sets to a number of each entry; null when none holds on all that was recorded. */
  #boundOf(name: string): Bound | null {
    const known = this.#bounds.get(name);
    if (known !== undefined) return known;
    const asked = this.listings.filter(
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
        if (!asked.every((listing) => listing.items.every((item) => keeps(item, listing))))
          continue;
        const out = new Set<string>();
        for (const listing of asked)
          for (const other of this.listings)
            if (sameSegments(listing.factors, other.factors))
              for (const item of other.items) if (!keeps(item, listing)) out.add(item.id);
        if (out.size <= most) continue;
        [best, most] = [{ place, direction }, out.size];
      }
    if (asked.length < 2) best = null;
    this.#bounds.set(name, best);
    return best;
  }

  /** @param unseen URL of a listing that is to count as never seen */
  #pool(listings: readonly Listing[], unseen: string | null): Map<string, ListItem> {
    const pool = new Map<string, ListItem>();
    for (const { items } of listings)
      for (const item of items) if (!pool.has(item.id)) pool.set(item.id, item);
    for (const { item, urls } of this.#others)
      if (!pool.has(item.id) && (urls.size > 1 || unseen === null || !urls.has(unseen)))
        pool.set(item.id, item);
    return pool;
  }

  /** A comparison that every recorded listing with these ordering values keeps; null when none does. */
  #orderFor(values: ReadonlyMap<string, string>): ((a: ListItem, b: ListItem) => number) | null {
    const cacheKey = JSON.stringify([...values]);
    const known = this.#orders.get(cacheKey);
    if (known !== undefined) return known;
    const ordered = (listings: readonly Pick<Listing, "factors" | "items">[]): ListItem[][] =>
      listings
        .filter(({ factors }) => [...values].every(([name, value]) => factors.get(name) === value))
        .filter(
          ({ factors }) =>
            values.size > 0 || ![...factors.keys()].some((n) => this.#ordering.has(n)),
        )
        .map(({ items }) => items)
        .filter((items) => items.length > 1);
    let lists = ordered(this.listings);
    if (lists.length === 0 && values.size > 0) lists = ordered(this.#elsewhere);
    const keys = new Set(lists.flatMap((items) => items.flatMap((item) => [...item.texts.keys()])));
    let found: ((a: ListItem, b: ListItem) => number) | null = null;
    for (const key of keys)
      for (const direction of [1, -1]) {
        for (const compare of [byNumber(key, direction), byText(key, direction)]) {
          if (found !== null) break;
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
          if (holds && strict >= 3) found = compare;
        }
      }
    this.#orders.set(cacheKey, found);
    return found;
  }

  /** The entries a listing shows. @param without a listing that may not be looked at, to check the rules on it */
  select(target: ReadonlyMap<string, string>, without_: Listing | null): Selection | null {
    const listings = this.listings.filter((listing) => listing !== without_);
    let items = [...this.#pool(listings, without_?.url ?? null).values()];
    const why: string[] = [];
    const evidence = new Set<string>();
    for (const [name, value] of target) {
      if (name === this.#paging || this.#ordering.has(name)) continue;
      const place = this.#searchedPlace(name);
      if (place !== null) {
        items = items.filter((item) => says(item, place, value));
        why.push(`those whose text holds "${value}"`);
        continue;
      }
      const bound = NUMBER.test(value) && !name.startsWith("segment") ? this.#boundOf(name) : null;
      if (bound !== null) {
        const { place: at, direction } = bound;
        items = items.filter(
          ({ numbers }) => direction * ((numbers.get(at) ?? Number.NaN) - Number(value)) >= 0,
        );
        why.push(`those with a number of ${direction > 0 ? "at least" : "at most"} ${value}`);
        continue;
      }
      const members = new Set<string>();
      for (const listing of listings) {
        if (listing.factors.get(name) !== value) continue;
        evidence.add(listing.record.id);
        for (const item of listing.items) members.add(item.id);
      }
      if (members.size === 0) return null;
      items = items.filter(({ id }) => members.has(id));
      why.push(`those seen under ${name}=${value}`);
    }
    const order = new Map([...target].filter(([name]) => this.#ordering.has(name)));
    const compare = this.#orderFor(order);
    if (order.size > 0 && compare === null) return null;
    if (compare === null) {
      const rank = ranksIn(listings, order, this.#ordering);
      items.sort((a, b) => (rank.get(a.id) ?? 1) - (rank.get(b.id) ?? 1));
      why.push("in the order they were seen in");
    } else {
      items.sort(compare);
      why.push(`sorted as ${[...order].map(([name, value]) => `${name}=${value}`).join(", ")} is`);
    }
    const page = Number(this.#paging === null ? 1 : (target.get(this.#paging) ?? 1));
    const first = this.#pageSize === Infinity ? 0 : (page - 1) * this.#pageSize;
    const shown = items.slice(first, first + this.#pageSize);
    for (const listing of listings)
      if (evidence.size < 8 && listing.items.some((item) => shown.includes(item)))
        evidence.add(listing.record.id);
    return {
      shown,
      total: items.length,
      first,
      isOrdered: order.size > 0,
      evidence: [...evidence],
      why: why.join(", "),
    };
  }

  counts(selection: Selection): Map<string, string> {
    return new Map([
      ["count:total", String(selection.total)],
      ["count:shown", String(selection.shown.length)],
      ["count:first", String(selection.first + 1)],
      ["count:last", String(selection.first + selection.shown.length)],
      ["count:pages", String(Math.max(1, Math.ceil(selection.total / this.#pageSize)) || 1)],
    ]);
  }

  /**
   * How well the rules give back recorded listings with like factors, each left out in turn. An empty list is claimed
   * only as surely as listings that were not empty are found not to be.
   */
  support(target: ReadonlyMap<string, string>, selection: Selection): number {
    const names = new Set(target.keys());
    const checked = [...this.listings]
      .sort(
        (a, b) =>
          overlap(new Set(b.factors.keys()), names) - overlap(new Set(a.factors.keys()), names),
      )
      .slice(0, CHECKED);
    let [sum, emptyRight, emptyClaimed] = [0, 0, 0];
    for (const listing of checked) {
      const ids = (items: readonly ListItem[]): string[] => items.map(({ id }) => id);
      const found = this.select(listing.factors, listing);
      if (found === null) continue;
      sum += likeOrder(ids(found.shown), ids(listing.items));
      if (found.shown.length > 0) continue;
      emptyClaimed++;
      if (listing.items.length === 0) emptyRight++;
    }
    const fit = sum / Math.max(1, checked.length);
    return selection.shown.length > 0 ? fit : fit * ((emptyRight + 0.5) / (emptyClaimed + 1));
  }
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

/** Whether an entry contains words at a place of it; anywhere for the empty place. */
function says(item: ListItem, place: string, words: string): boolean {
  const text = place === "" ? item.text : item.texts.get(place)?.toLowerCase();
  return text !== undefined && containsWords(text, words);
}

function containsWords(text: string, words: string): boolean {
  return words
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

function without(factors: ReadonlyMap<string, string>, name: string): Map<string, string> {
  return new Map([...factors].filter(([other]) => other !== name));
}

const NUMBER = /^\d+(?:\.\d+)?$/u;

function sameSegments(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return [...a].every(([name, value]) => !name.startsWith("segment") || b.get(name) === value);
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
}

/** Mean place of each entry in the listings that are ordered alike, 0 first to 1 last. */
function ranksIn(
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

/** 0–1: the share of places with the right entry, half, and of right entries anywhere, half. */
function likeOrder(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length);
  if (length === 0) return 1;
  const inPlace = a.filter((id, i) => b[i] === id).length / length;
  return 0.5 * inPlace + 0.5 * overlap(new Set(a), new Set(b));
}
