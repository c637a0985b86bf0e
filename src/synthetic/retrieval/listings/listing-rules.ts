/**
 * The rules of a kind of listing, induced from recorded ones: which entries a filter or a query keeps, in which order
 * a parameter sorts them, and how many fit on a page.
 */

import { overlap } from "../../tree/page-diff.ts";
import { factorsOf, same, without, type Listing } from "./listing-factors.ts";
import {
  findBound,
  findSearchedPlace,
  NUMBER,
  says,
  wordsOf,
  type Bound,
} from "./listing-filters.ts";
import { findOrder, likeOrder, ranksIn, type Comparison } from "./listing-order.ts";
import { findPagingFactor } from "./listing-pages.ts";
import type { ListedItems, ListItem, SeenItem } from "./site-items.ts";

/** Recorded listings that the rules are checked on. */
const CHECKED = 8;
/** Selections that are kept: those of the recorded listings of a shape, and of some others. */
const KEPT_SELECTIONS = 500;

export interface Selection {
  shown: ListItem[];
  total: number;
  /** How many entries come before those shown. */
  first: number;
  /** The URL asks for an order, so which entries come first is evidence. */
  isOrdered: boolean;
  evidence: string[];
  why: string;
}

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
    this.#paging = findPagingFactor(listings);
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
  readonly #orders = new Map<string, Comparison | null>();
  readonly #selections = new Map<string, Selection | null>();
  readonly #reproductions = new Map<Listing, Selection | null>();

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
    const best = findSearchedPlace(name, this.listings, pool);
    this.#contains.set(name, best);
    return best;
  }

  /** The bound that a factor's value sets to a number of each entry; null when none fits all recordings. */
  #boundOf(name: string): Bound | null {
    const known = this.#bounds.get(name);
    if (known !== undefined) return known;
    const best = findBound(name, this.listings);
    this.#bounds.set(name, best);
    return best;
  }

  /** @param unseen URL of a listing that counts as never seen */
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
  #orderFor(values: ReadonlyMap<string, string>): Comparison | null {
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
    const found = findOrder(lists);
    this.#orders.set(cacheKey, found);
    return found;
  }

  /** The items that a listing shows; null where the rules do not say which. */
  select(target: ReadonlyMap<string, string>): Selection | null {
    const key = JSON.stringify([...target]);
    let selection = this.#selections.get(key);
    if (selection === undefined) {
      if (this.#selections.size >= KEPT_SELECTIONS) this.#selections.clear();
      this.#selections.set(key, (selection = this.#select(target, null)));
    }
    return selection;
  }

  /** What the rules select for a recorded listing that counts as never seen. */
  #reproduce(listing: Listing): Selection | null {
    let selection = this.#reproductions.get(listing);
    if (selection === undefined)
      this.#reproductions.set(listing, (selection = this.#select(listing.factors, listing)));
    return selection;
  }

  /** @param unseen a listing to ignore, to check the rules on it */
  #select(target: ReadonlyMap<string, string>, unseen: Listing | null): Selection | null {
    const listings = this.listings.filter((listing) => listing !== unseen);
    let items = [...this.#pool(listings, unseen?.url ?? null).values()];
    const why: string[] = [];
    const evidence = new Set<string>();
    for (const [name, value] of target) {
      if (name === this.#paging || this.#ordering.has(name)) continue;
      const place = this.#searchedPlace(name);
      if (place !== null) {
        const words = wordsOf(value);
        items = items.filter((item) => says(item, place, words));
        why.push(`those whose text contains "${value}"`);
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
      why.push(`those recorded under ${name}=${value}`);
    }
    const order = new Map([...target].filter(([name]) => this.#ordering.has(name)));
    const compare = this.#orderFor(order);
    if (order.size > 0 && compare === null) return null;
    if (compare === null) {
      const rank = ranksIn(listings, order, this.#ordering);
      items.sort((a, b) => (rank.get(a.id) ?? 1) - (rank.get(b.id) ?? 1));
      why.push("in the order in which they were recorded");
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
   * How well the rules reproduce recorded listings with similar factors, each left out in turn. The certainty of an
   * empty list is the rate at which the rules find that non-empty listings are not empty.
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
      const found = this.#reproduce(listing);
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
