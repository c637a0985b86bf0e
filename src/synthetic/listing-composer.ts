/**
 * Listings never seen, computed from entries that are known: which entries a filter or a query keeps, in which order
 * a parameter sorts them, how many fit on a page. Each rule is induced from recorded listings of the same shape and
 * believed as far as it gives those listings back.
 */

import type { PageEdit } from "../core/experience.ts";
import type { LoadRecord } from "./experience-records.ts";
import { overlap } from "./page-diff.ts";
import { numbersIn } from "./number-formulas.ts";
import { itemStrings, itemsByKey } from "./page-items.ts";
import {
  elementsBelow,
  parseTree,
  textOf,
  toHtml,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "./page-tree.ts";
import type { SiteMemory } from "./site-memory.ts";
import { splitUrl } from "./url-shapes.ts";

export interface ComposedListing {
  skeleton: LoadRecord;
  /** Counts of the listing, as sources for its texts: `count:total`, `count:shown`, `count:first`, `count:last`. */
  sources: ReadonlyMap<string, string>;
  /** The same counts of a recorded listing. */
  sourcesOf(record: LoadRecord): ReadonlyMap<string, string>;
  /** Nodes of the skeleton whose texts are not to be bound: its entries. */
  fixed: (node: TreeNode) => boolean;
  /** The skeleton's other edits together with the exchange of its entries. */
  merge(edits: readonly PageEdit[]): PageEdit[];
  evidence: string[];
  /** 0–1: how well the induced rules give recorded listings back. */
  support: number;
  reason: string;
}

interface Card {
  id: string;
  element: TreeElement;
  text: string;
  numbers: Map<string, number>;
  texts: Map<string, string>;
}

interface Listing {
  url: string;
  record: LoadRecord;
  tree: PageTree;
  factors: Map<string, string>;
  cards: Card[];
}

/** A rule that gives a fifth of the recorded listings back is no rule. */
const MIN_SUPPORT = 0.35;
const CHECKED = 8;

export function composeListing(
  url: string,
  examples: readonly { url: string; record: LoadRecord }[],
  memory: SiteMemory,
): ComposedListing | null {
  const shape = memory.shapes.shapeOf("GET", url);
  if (shape === null) return null;
  const rules = rulesFor(examples, shape.segments, memory);
  if (rules === null) return null;
  const target = factorsOf(url, shape.segments);
  const selection = rules.select(target, null);
  if (selection === null) return null;
  const support = rules.support(target);
  if (support < MIN_SUPPORT) return null;
  const listings = rules.listings;
  const likeness = (listing: Listing): number =>
    overlap(pairs(listing.factors), pairs(target)) +
    overlap(new Set(listing.factors.keys()), new Set(target.keys())) +
    (listing.cards.length > 0 === selection.shown.length > 0 ? 2 : 0);
  const skeleton = [...listings].sort((a, b) => likeness(b) - likeness(a))[0] as Listing;
  const entries = new Set<TreeNode>(itemsByKey(skeleton.tree).get(rules.itemKey) ?? []);
  const paths = [...entries].map((entry) => skeleton.tree.pathOf(entry));
  return {
    skeleton: skeleton.record,
    sources: rules.counts(selection),
    sourcesOf: (record) => {
      const listing = listings.find((other) => other.record.after.url === record.after.url);
      const own = listing === undefined ? null : rules.select(listing.factors, null);
      return own === null ? new Map() : rules.counts(own);
    },
    fixed: (node) => [...skeleton.tree.ancestors(node)].some((element) => entries.has(element)),
    merge(edits) {
      const kept = edits.filter(
        (edit) =>
          !paths.some((path) => startsWith(edit.path, path)) &&
          !(edit.kind === "remove" && paths.some((path) => startsWith(path, edit.path))),
      );
      const [first] = paths;
      const exchanged: PageEdit[] = paths.map((path) => ({ kind: "remove", path }));
      if (first !== undefined)
        for (const card of selection.shown)
          exchanged.push({ kind: "insert", path: first, html: toHtml(card.element) });
      return [...kept, ...exchanged, ...reflectedChoices(skeleton, url)];
    },
    evidence: selection.evidence.slice(0, 8),
    support: support * (paths.length === 0 && selection.shown.length > 0 ? 0.3 : 1),
    reason: `a listing never seen, computed from known entries: ${selection.why}`,
  };
}

function startsWith(path: readonly number[], start: readonly number[]): boolean {
  return start.every((index, i) => path[i] === index);
}

function pairs(factors: ReadonlyMap<string, string>): Set<string> {
  return new Set([...factors].map(([name, value]) => `${name}=${value}`));
}

/** What a listing's URL says: parameters, and the segments that vary in its shape. */
function factorsOf(url: string, segments: readonly (string | null)[]): Map<string, string> {
  const parts = splitUrl(url);
  const factors = new Map<string, string>();
  segments.forEach((constant, i) => {
    if (constant === null) factors.set(`segment:${i}`, parts.segments[i] ?? "");
  });
  for (const [name, value] of parts.params) if (value !== "") factors.set(name, value);
  return factors;
}

interface Selection {
  shown: Card[];
  total: number;
  first: number;
  evidence: string[];
  why: string;
}

class ListingRules {
  /** @param others entries of the same build on pages of other shapes */
  constructor(listings: Listing[], itemKey: string, others: readonly SeenCard[]) {
    this.listings = listings;
    this.itemKey = itemKey;
    this.#others = others;
    this.#paging = this.#pagingFactor();
    this.#ordering = this.#orderingFactors();
    this.#orders.clear();
    this.#pageSize =
      this.#paging === null ? Infinity : Math.max(...listings.map(({ cards }) => cards.length));
  }

  readonly listings: Listing[];
  readonly itemKey: string;
  readonly #others: readonly SeenCard[];
  readonly #paging: string | null;
  readonly #ordering: Set<string>;
  readonly #pageSize: number;
  readonly #contains = new Map<string, string | null>();
  readonly #orders = new Map<string, ((a: Card, b: Card) => number) | null>();

  /** The factor whose values are whole numbers and show other entries of the same listing. */
  #pagingFactor(): string | null {
    for (const listing of this.listings)
      for (const [name, value] of listing.factors) {
        if (!/^\d{1,3}$/u.test(value) || name.startsWith("segment")) continue;
        const rest = without(listing.factors, name);
        const other = this.listings.find(
          (candidate) =>
            candidate !== listing &&
            candidate.cards.length > 0 &&
            same(without(candidate.factors, name), rest) &&
            candidate.factors.get(name) !== value,
        );
        if (other === undefined || listing.cards.length === 0) continue;
        const ids = new Set(other.cards.map(({ id }) => id));
        if (listing.cards.every(({ id }) => !ids.has(id))) return name;
      }
    // Without such a pair: what is only ever a small whole number above 1 turns pages.
    const names = new Set(this.listings.flatMap(({ factors }) => [...factors.keys()]));
    for (const name of names) {
      const values = this.listings.flatMap(({ factors }) => factors.get(name) ?? []);
      if (!name.startsWith("segment") && values.every((value) => /^([2-9]|\d\d)$/u.test(value)))
        return name;
    }
    return null;
  }

  /** Factors that leave the set of entries as it is, or under one value of which every listing is sorted. */
  #orderingFactors(): Set<string> {
    const ordering = new Set<string>();
    const names = new Set(this.listings.flatMap(({ factors }) => [...factors.keys()]));
    for (const name of names) {
      if (name === this.#paging) continue;
      let [alike, compared] = [0, 0];
      for (const listing of this.listings) {
        if (!listing.factors.has(name) || listing.cards.length < 2) continue;
        const rest = without(listing.factors, name);
        for (const other of this.listings) {
          if (other.factors.get(name) === listing.factors.get(name)) continue;
          if (!same(without(other.factors, name), rest)) continue;
          compared++;
          const ids = (cards: readonly Card[]): Set<string> => new Set(cards.map(({ id }) => id));
          if (overlap(ids(listing.cards), ids(other.cards)) > 0.99) alike++;
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
    const places = new Set(["", ...pool.flatMap((card) => [...card.texts.keys()])]);
    let best: string | null = null;
    let bestExcess = Infinity;
    for (const place of places) {
      let [holding, shown, excess] = [0, 0, 0];
      for (const { factors, cards } of asked) {
        const value = factors.get(name) as string;
        const ids = new Set(cards.map(({ id }) => id));
        shown += cards.length;
        for (const card of cards) if (says(card, place, value)) holding++;
        for (const card of pool) if (!ids.has(card.id) && says(card, place, value)) excess++;
      }
      if (shown < 2 || holding / shown < 0.95 || excess >= bestExcess) continue;
      [best, bestExcess] = [place, excess];
    }
    this.#contains.set(name, best);
    return best;
  }

  /** @param unseen URL of a listing that is to count as never seen */
  #pool(listings: readonly Listing[], unseen: string | null): Map<string, Card> {
    const pool = new Map<string, Card>();
    for (const { cards } of listings)
      for (const card of cards) if (!pool.has(card.id)) pool.set(card.id, card);
    for (const { card, urls } of this.#others)
      if (!pool.has(card.id) && (urls.size > 1 || unseen === null || !urls.has(unseen)))
        pool.set(card.id, card);
    return pool;
  }

  /** A comparison that every recorded listing with these ordering values keeps; null when none does. */
  #orderFor(values: ReadonlyMap<string, string>): ((a: Card, b: Card) => number) | null {
    const cacheKey = JSON.stringify([...values]);
    const known = this.#orders.get(cacheKey);
    if (known !== undefined) return known;
    const lists = this.listings
      .filter(({ factors }) => [...values].every(([name, value]) => factors.get(name) === value))
      .filter(
        ({ factors }) => values.size > 0 || ![...factors.keys()].some((n) => this.#ordering.has(n)),
      )
      .map(({ cards }) => cards)
      .filter((cards) => cards.length > 1);
    const keys = new Set(lists.flatMap((cards) => cards.flatMap((card) => [...card.texts.keys()])));
    let found: ((a: Card, b: Card) => number) | null = null;
    for (const key of keys)
      for (const direction of [1, -1]) {
        for (const compare of [byNumber(key, direction), byText(key, direction)]) {
          if (found !== null) break;
          let strict = 0;
          const holds = lists.every((cards) =>
            cards.every((card, i) => {
              const next = cards[i + 1];
              if (next === undefined) return true;
              const order = compare(card, next);
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
    let cards = [...this.#pool(listings, without_?.url ?? null).values()];
    const why: string[] = [];
    const evidence = new Set<string>();
    for (const [name, value] of target) {
      if (name === this.#paging || this.#ordering.has(name)) continue;
      const place = this.#searchedPlace(name);
      if (place !== null) {
        cards = cards.filter((card) => says(card, place, value));
        why.push(`those whose text holds "${value}"`);
        continue;
      }
      const members = new Set<string>();
      for (const listing of listings) {
        if (listing.factors.get(name) !== value) continue;
        evidence.add(listing.record.id);
        for (const card of listing.cards) members.add(card.id);
      }
      if (members.size === 0) return null;
      cards = cards.filter(({ id }) => members.has(id));
      why.push(`those seen under ${name}=${value}`);
    }
    const order = new Map([...target].filter(([name]) => this.#ordering.has(name)));
    const compare = this.#orderFor(order);
    if (order.size > 0 && compare === null) return null;
    if (compare === null) {
      const rank = ranksIn(listings, order, this.#ordering);
      cards.sort((a, b) => (rank.get(a.id) ?? 1) - (rank.get(b.id) ?? 1));
      why.push("in the order they were seen in");
    } else {
      cards.sort(compare);
      why.push(`sorted as ${[...order].map(([name, value]) => `${name}=${value}`).join(", ")} is`);
    }
    const page = Number(this.#paging === null ? 1 : (target.get(this.#paging) ?? 1));
    const first = this.#pageSize === Infinity ? 0 : (page - 1) * this.#pageSize;
    const shown = cards.slice(first, first + this.#pageSize);
    for (const listing of listings)
      if (evidence.size < 8 && listing.cards.some((card) => shown.includes(card)))
        evidence.add(listing.record.id);
    return { shown, total: cards.length, first, evidence: [...evidence], why: why.join(", ") };
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

  /** How well the rules give back recorded listings with the same factors, each left out in turn. */
  support(target: ReadonlyMap<string, string>): number {
    const names = new Set(target.keys());
    const checked = [...this.listings]
      .sort(
        (a, b) =>
          overlap(new Set(b.factors.keys()), names) - overlap(new Set(a.factors.keys()), names),
      )
      .slice(0, CHECKED);
    let sum = 0;
    for (const listing of checked) {
      const ids = (cards: readonly Card[]): string[] => cards.map(({ id }) => id);
      const selection = this.select(listing.factors, listing);
      if (selection !== null) sum += likeOrder(ids(selection.shown), ids(listing.cards));
    }
    return sum / Math.max(1, checked.length);
  }
}

const ruleCache = new WeakMap<LoadRecord, { count: number; rules: ListingRules | null }>();

function rulesFor(
  examples: readonly { url: string; record: LoadRecord }[],
  segments: readonly (string | null)[],
  memory: SiteMemory,
): ListingRules | null {
  const first = examples[0]?.record;
  if (first === undefined) return null;
  const known = ruleCache.get(first);
  if (known !== undefined && known.count === examples.length) return known.rules;
  const byUrl = new Map(examples.map((example) => [example.url, example]));
  const itemKey = listingKey([...byUrl.values()].map(({ record }) => parseTree(record.after.html)));
  let rules: ListingRules | null = null;
  if (itemKey !== null && byUrl.size > 1) {
    const listings = [...byUrl.values()].map(({ url, record }) => {
      const tree = parseTree(record.after.html);
      const cards = (itemsByKey(tree).get(itemKey) ?? []).flatMap((element) => toCard(element));
      return { url, record, tree, factors: factorsOf(url, segments), cards };
    });
    rules = new ListingRules(listings, itemKey, cardsOf(memory, itemKey));
  }
  ruleCache.set(first, { count: examples.length, rules });
  return rules;
}

interface SeenCard {
  card: Card;
  /** Pages that list it. */
  urls: Set<string>;
}

const cardLists = new WeakMap<SiteMemory, Map<string, SeenCard[]>>();

/** All entries of one build on the pages of the untouched site. */
function cardsOf(memory: SiteMemory, itemKey: string): SeenCard[] {
  let lists = cardLists.get(memory);
  if (lists === undefined) cardLists.set(memory, (lists = new Map()));
  const known = lists.get(itemKey);
  if (known !== undefined) return known;
  const seen = new Map<string, SeenCard>();
  for (const [url, { html }] of memory.knownPages)
    for (const item of itemsByKey(parseTree(html)).get(itemKey) ?? [])
      for (const card of toCard(item)) {
        const other = seen.get(card.id);
        if (other === undefined) seen.set(card.id, { card, urls: new Set([url]) });
        else other.urls.add(url);
      }
  const cards = [...seen.values()];
  lists.set(itemKey, cards);
  return cards;
}

/** The kind of entry that differs most from page to page; null when the pages list nothing that varies. */
function listingKey(trees: readonly PageTree[]): string | null {
  const ids = new Map<string, Set<string>>();
  const most = new Map<string, number>();
  for (const tree of trees)
    for (const [key, items] of itemsByKey(tree)) {
      const seen = ids.get(key) ?? new Set();
      for (const item of items) for (const card of toCard(item)) seen.add(card.id);
      ids.set(key, seen);
      most.set(key, Math.max(most.get(key) ?? 0, items.length));
    }
  let best: string | null = null;
  let bestSize = 0;
  for (const [key, seen] of ids) {
    // A menu has the same entries everywhere; a listing has more than any one page shows.
    const size = seen.size - (most.get(key) ?? 0);
    if (seen.size >= 3 && size > bestSize) [best, bestSize] = [key, size];
  }
  return best;
}

const cards = new WeakMap<TreeElement, Card[]>();

/** An entry as a card; none when it leads nowhere. */
function toCard(element: TreeElement): Card[] {
  const known = cards.get(element);
  if (known !== undefined) return known;
  let id: string | undefined;
  for (const part of elementsBelow(element)) {
    const { href } = part.attributes;
    if (part.tag === "a" && href !== undefined && textOf(part) !== "" && !href.startsWith("?")) {
      id = href;
      break;
    }
  }
  const made: Card[] = [];
  if (id !== undefined) {
    const numbers = new Map<string, number>();
    const texts = new Map<string, string>();
    for (const { key, attribute, value } of itemStrings(element)) {
      if (attribute !== null && attribute !== "datetime" && !attribute.startsWith("data-"))
        continue;
      texts.set(key, value);
      const [number] = numbersIn(value);
      if (number !== undefined) numbers.set(key, number);
    }
    made.push({ id, element, text: textOf(element).toLowerCase(), numbers, texts });
  }
  cards.set(element, made);
  return made;
}

function byNumber(key: string, direction: number) {
  return (a: Card, b: Card): number =>
    direction * ((a.numbers.get(key) ?? 0) - (b.numbers.get(key) ?? 0));
}

function byText(key: string, direction: number) {
  return (a: Card, b: Card): number => {
    const [x, y] = [a.texts.get(key) ?? "", b.texts.get(key) ?? ""].map((t) => t.toLowerCase()) as [
      string,
      string,
    ];
    return x === y ? 0 : direction * (x < y ? -1 : 1);
  };
}

/** Whether an entry contains words at a place of it; anywhere for the empty place. */
function says(card: Card, place: string, words: string): boolean {
  const text = place === "" ? card.text : card.texts.get(place)?.toLowerCase();
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
  for (const { factors, cards } of listings) {
    if ([...ordering].some((name) => factors.get(name) !== order.get(name))) continue;
    cards.forEach(({ id }, i) => {
      const list = places.get(id) ?? [];
      list.push(i / Math.max(1, cards.length - 1));
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

/** Select boxes that show a parameter's value on the skeleton show the new value. */
function reflectedChoices(skeleton: Listing, url: string): PageEdit[] {
  const params = new Map(splitUrl(url).params);
  const edits: PageEdit[] = [];
  for (const select of skeleton.tree.elements) {
    const name = select.attributes["name"];
    const wanted = name === undefined ? undefined : params.get(name);
    if (select.tag !== "select" || wanted === undefined) continue;
    const options = [...elementsBelow(select)].filter((option) => option.tag === "option");
    if (!options.some((option) => (option.attributes["value"] ?? textOf(option)) === wanted))
      continue;
    for (const option of options) {
      const chosen = (option.attributes["value"] ?? textOf(option)) === wanted;
      if (chosen === (option.attributes["selected"] !== undefined)) continue;
      const path = skeleton.tree.pathOf(option);
      edits.push({ kind: "attribute", path, name: "selected", value: chosen ? "" : null });
    }
  }
  return edits;
}
