/** The lists on pages of one shape: their kinds with the rules of each, and how typical each page is. */

import type { LoadRecord } from "../../buffer/experience-records.ts";
import { overlap } from "../../tree/page-diff.ts";
import { itemsByKey } from "../../tree/page-items.ts";
import { parseTree, type PageTree } from "../../tree/page-tree.ts";
import { factorsOf } from "./listing-factors.ts";
import { ListingRules } from "./listing-rules.ts";
import type { SiteItems } from "./site-items.ts";

/** A recorded page of the shape, with the request that led to it. */
export interface ShapeExample {
  url: string;
  record: LoadRecord;
}

/** One of the lists of a shape of pages. */
export interface ListKind {
  /** Loose key of its items. */
  itemKey: string;
  rules: ListingRules;
}

/** Number of lists to look for on a page of a shape. */
const MAX_LISTS = 3;
/** Number of pages to compare one with, to see whether it has the usual build. */
const COMPARED = 8;

export class ShapeListings {
  readonly examples: readonly ShapeExample[];
  /** Constant segments of the shape's path; null for a variable one. */
  readonly segments: readonly (string | null)[];
  readonly #items: SiteItems;
  #kinds: readonly ListKind[] | null = null;
  readonly #typicality = new Map<PageTree, number>();

  constructor(
    examples: readonly ShapeExample[],
    segments: readonly (string | null)[],
    items: SiteItems,
  ) {
    this.examples = examples;
    this.segments = segments;
    this.#items = items;
  }

  /** The kinds of list, most varied first; none where pages of the shape list nothing that varies. */
  get kinds(): readonly ListKind[] {
    this.#kinds ??= this.#learnKinds();
    return this.#kinds;
  }

  #learnKinds(): ListKind[] {
    const byUrl = new Map(this.examples.map((example) => [example.url, example]));
    const pages = [...byUrl.values()].map(({ url, record }) => ({
      url,
      record,
      tree: parseTree(record.after.html),
    }));
    return this.#itemKeys(pages.map(({ tree }) => tree)).map((itemKey) => {
      const listings = pages.map(({ url, record, tree }) => ({
        url,
        record,
        factors: factorsOf(url, this.segments),
        items: (itemsByKey(tree).get(itemKey) ?? []).flatMap(
          (element) => this.#items.itemOf(element) ?? [],
        ),
      }));
      const examples = listings.flatMap(({ items }) => items.slice(0, 1));
      const { seen, lists } = this.#items.itemsLike(examples);
      return { itemKey, rules: new ListingRules(listings, seen, lists) };
    });
  }

  /** The kinds of item that differ from page to page, most varied first. A menu has the same items everywhere. */
  #itemKeys(trees: readonly PageTree[]): string[] {
    const ids = new Map<string, Set<string>>();
    const most = new Map<string, number>();
    const pages = new Map<string, number>();
    for (const tree of new Set(trees))
      for (const [key, elements] of itemsByKey(tree)) {
        const seen = ids.get(key) ?? new Set();
        for (const element of elements) {
          const item = this.#items.itemOf(element);
          if (item !== null) seen.add(item.id);
        }
        ids.set(key, seen);
        most.set(key, Math.max(most.get(key) ?? 0, elements.length));
        pages.set(key, (pages.get(key) ?? 0) + 1);
      }
    const variety = (key: string): number => (ids.get(key)?.size ?? 0) - (most.get(key) ?? 0);
    return [...ids.keys()]
      .filter(
        (key) => (ids.get(key)?.size ?? 0) >= 3 && variety(key) > 0 && (pages.get(key) ?? 0) > 1,
      )
      .sort((a, b) => variety(b) - variety(a))
      .filter(
        (key, i, keys) =>
          !keys.slice(0, i).some((outer) => key.startsWith(outer) || outer.startsWith(key)),
      )
      .slice(0, MAX_LISTS);
  }

  /** 0–1: how much of its build a page shares with others of its shape. */
  typicality(tree: PageTree): number {
    let share = this.#typicality.get(tree);
    if (share === undefined) this.#typicality.set(tree, (share = this.#compare(tree)));
    return share;
  }

  #compare(tree: PageTree): number {
    const { examples } = this;
    const step = Math.max(1, Math.floor(examples.length / COMPARED));
    let [sum, compared] = [0, 0];
    for (let i = 0; i < examples.length; i += step) {
      const other = parseTree((examples[i] as ShapeExample).record.after.html);
      if (other === tree) continue;
      sum += overlap(tree.signatures(), other.signatures());
      compared++;
    }
    return compared === 0 ? 0 : sum / compared;
  }
}
