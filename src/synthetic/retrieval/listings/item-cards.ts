/** Entries of listings as cards: what each leads to and says, and where else entries of the same build are shown. */

import { numbersIn } from "../binding/number-formulas.ts";
import { overlap } from "../../tree/page-diff.ts";
import { isItem, itemStrings } from "../../tree/page-items.ts";
import {
  elementsBelow,
  looseKey,
  parseTree,
  signatureOf,
  textOf,
  type PageTree,
  type TreeElement,
} from "../../tree/page-tree.ts";
import type { SiteIndex } from "../index/site-index.ts";

export interface Card {
  /** Where the entry leads. */
  id: string;
  element: TreeElement;
  /** Lower case. */
  text: string;
  /** First number and text of each place of the entry. */
  numbers: Map<string, number>;
  texts: Map<string, string>;
}

/** A card with the pages that list it. */
export interface SeenCard {
  card: Card;
  urls: Set<string>;
}

/** The entries of one build that a page lists, in order. */
export interface ListedCards {
  url: string;
  cards: Card[];
}

const cards = new WeakMap<TreeElement, Card | null>();

/** An entry as a card; null when it leads nowhere. */
export function toCard(element: TreeElement): Card | null {
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
  let card: Card | null = null;
  if (id !== undefined) {
    card = {
      id,
      element,
      text: textOf(element).toLowerCase(),
      numbers: new Map(),
      texts: new Map(),
    };
    for (const { key, attribute, value } of itemStrings(element)) {
      if (attribute !== null && attribute !== "datetime" && !attribute.startsWith("data-"))
        continue;
      card.texts.set(key, value);
      const [number] = numbersIn(value);
      if (number !== undefined) card.numbers.set(key, number);
    }
  }
  cards.set(element, card);
  return card;
}

/** Entries are of one build when they share at least this part of their places. */
const SAME_BUILD = 0.6;
const REFERENCES = 4;

type Place = { element: TreeElement; url: string };

const indexes = new WeakMap<SiteIndex, Map<string, Place[]>>();

/** All entries of all known pages, by signature. */
function indexOf(memory: SiteIndex): Map<string, Place[]> {
  const known = indexes.get(memory);
  if (known !== undefined) return known;
  const index = new Map<string, Place[]>();
  const read = new Set<string>();
  for (const [url, { html }] of memory.knownPages) {
    if (read.has(html)) continue;
    read.add(html);
    const tree = parseTree(html);
    for (const element of tree.elements) {
      if (!isItem(tree, element)) continue;
      const places = index.get(signatureOf(element));
      if (places === undefined) index.set(signatureOf(element), [{ element, url }]);
      else places.push({ element, url });
    }
  }
  indexes.set(memory, index);
  return index;
}

const builds = new WeakMap<TreeElement, Set<string>>();

function buildOf(element: TreeElement): Set<string> {
  let build = builds.get(element);
  if (build === undefined) {
    build = new Set(itemStrings(element).map(({ key }) => looseKey(key)));
    builds.set(element, build);
  }
  return build;
}

const entries = new WeakMap<SiteIndex, WeakMap<PageTree, Map<string, TreeElement[]>>>();

/** Entries of a page by their loose key, also one that stands alone there, when it is built like entries elsewhere. */
export function entriesByKey(
  tree: PageTree,
  memory: SiteIndex,
): ReadonlyMap<string, TreeElement[]> {
  const known = entries.get(memory) ?? new WeakMap<PageTree, Map<string, TreeElement[]>>();
  entries.set(memory, known);
  let found = known.get(tree);
  if (found !== undefined) return found;
  const index = indexOf(memory);
  found = new Map();
  for (const element of tree.elements) {
    const isEntry =
      isItem(tree, element) ||
      (index.get(signatureOf(element)) ?? [])
        .slice(0, REFERENCES)
        .some((other) => overlap(buildOf(other.element), buildOf(element)) >= SAME_BUILD);
    if (!isEntry) continue;
    const key = tree.looseKeyOf(element);
    const group = found.get(key);
    if (group === undefined) found.set(key, [element]);
    else group.push(element);
  }
  known.set(tree, found);
  return found;
}

/** Cards built like the given ones, on whatever page of the site, and the lists they stand in. */
export function cardsLike(
  examples: readonly Card[],
  memory: SiteIndex,
): { seen: SeenCard[]; lists: ListedCards[] } {
  const references = examples.slice(0, REFERENCES).map(({ element }) => element);
  const seen = new Map<string, SeenCard>();
  const lists = new Map<string, Card[]>();
  for (const signature of new Set(references.map(signatureOf)))
    for (const { element, url } of indexOf(memory).get(signature) ?? []) {
      const build = buildOf(element);
      if (!references.some((other) => overlap(buildOf(other), build) >= SAME_BUILD)) continue;
      const card = toCard(element);
      if (card === null) continue;
      const list = lists.get(url);
      if (list === undefined) lists.set(url, [card]);
      else list.push(card);
      const other = seen.get(card.id);
      if (other === undefined) seen.set(card.id, { card, urls: new Set([url]) });
      else other.urls.add(url);
    }
  return { seen: [...seen.values()], lists: [...lists].map(([url, own]) => ({ url, cards: own })) };
}
