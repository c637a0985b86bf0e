/** The list items of a site: the target and texts of each, and other lists with items of the same build. */

import { pushTo } from "../../../core/group-by.ts";
import { overlap } from "../../tree/page-diff.ts";
import { buildOf, groupByLooseKey, isItem, itemStrings } from "../../tree/page-items.ts";
import {
  elementsBelow,
  parseTree,
  textOf,
  type PageTree,
  type TreeElement,
} from "../../tree/page-tree.ts";
import { signatureOf } from "../../tree/signature.ts";
import { numbersIn } from "../binding/number-formulas.ts";
import type { SiteIndex } from "../index/site-index.ts";

export interface ListItem {
  /** Target of the item. */
  id: string;
  element: TreeElement;
  /** Lower case. */
  text: string;
  /** First number and text of each place of the item. */
  numbers: Map<string, number>;
  texts: Map<string, string>;
  /** The same texts in lower case. */
  lowerTexts: Map<string, string>;
}

/** An item with the pages that list it. */
export interface SeenItem {
  item: ListItem;
  urls: Set<string>;
}

/** The items of one build that a page lists, in order. */
export interface ListedItems {
  url: string;
  items: ListItem[];
}

/** Items have one build when they share at least this part of their places. */
const SAME_BUILD = 0.6;
/** Number of known items to compare one with. */
const REFERENCES = 4;

export class SiteItems {
  readonly #index: SiteIndex;
  #places: Map<string, { element: TreeElement; url: string }[]> | null = null;
  readonly #items = new WeakMap<TreeElement, ListItem | null>();
  readonly #onPage = new WeakMap<PageTree, ReadonlyMap<string, TreeElement[]>>();

  constructor(index: SiteIndex) {
    this.#index = index;
  }

  /** An element as a list item; null when it leads nowhere. */
  itemOf(element: TreeElement): ListItem | null {
    let item = this.#items.get(element);
    if (item === undefined) this.#items.set(element, (item = readItem(element)));
    return item;
  }

  /** Items of a page by their loose key, also a single one that is built like items elsewhere. */
  itemsOnPage(tree: PageTree): ReadonlyMap<string, TreeElement[]> {
    let items = this.#onPage.get(tree);
    if (items === undefined) {
      items = groupByLooseKey(
        tree,
        (element) =>
          isItem(tree, element) ||
          (this.#placesBySignature().get(signatureOf(element)) ?? [])
            .slice(0, REFERENCES)
            .some((other) => overlap(buildOf(other.element), buildOf(element)) >= SAME_BUILD),
      );
      this.#onPage.set(tree, items);
    }
    return items;
  }

  /** Items built like the given ones, on any page of the site, and the lists that contain them. */
  itemsLike(examples: readonly ListItem[]): { seen: SeenItem[]; lists: ListedItems[] } {
    const references = examples.slice(0, REFERENCES).map(({ element }) => element);
    const seen = new Map<string, SeenItem>();
    const lists = new Map<string, ListItem[]>();
    for (const signature of new Set(references.map(signatureOf)))
      for (const { element, url } of this.#placesBySignature().get(signature) ?? []) {
        const build = buildOf(element);
        if (!references.some((other) => overlap(buildOf(other), build) >= SAME_BUILD)) continue;
        const item = this.itemOf(element);
        if (item === null) continue;
        pushTo(lists, url, item);
        const other = seen.get(item.id);
        if (other === undefined) seen.set(item.id, { item, urls: new Set([url]) });
        else other.urls.add(url);
      }
    return { seen: [...seen.values()], lists: [...lists].map(([url, items]) => ({ url, items })) };
  }

  /** All items of all known pages, by signature. */
  #placesBySignature(): Map<string, { element: TreeElement; url: string }[]> {
    if (this.#places !== null) return this.#places;
    const places = new Map<string, { element: TreeElement; url: string }[]>();
    const read = new Set<string>();
    for (const [url, { html }] of this.#index.seenPages()) {
      if (read.has(html)) continue;
      read.add(html);
      const tree = parseTree(html);
      for (const element of tree.elements) {
        if (!isItem(tree, element)) continue;
        const alike = places.get(signatureOf(element));
        if (alike === undefined) places.set(signatureOf(element), [{ element, url }]);
        else alike.push({ element, url });
      }
    }
    this.#places = places;
    return places;
  }
}

function readItem(element: TreeElement): ListItem | null {
  const id = firstLink(element);
  if (id === null) return null;
  const item: ListItem = {
    id,
    element,
    text: textOf(element).toLowerCase(),
    numbers: new Map(),
    texts: new Map(),
    lowerTexts: new Map(),
  };
  for (const { key, attribute, value } of itemStrings(element)) {
    if (attribute !== null && attribute !== "datetime" && !attribute.startsWith("data-")) continue;
    item.texts.set(key, value);
    item.lowerTexts.set(key, value.toLowerCase());
    const [number] = numbersIn(value);
    if (number !== undefined) item.numbers.set(key, number);
  }
  return item;
}

/** The address of the first link with a text; a link that only changes the query is a control of the list. */
function firstLink(element: TreeElement): string | null {
  for (const part of elementsBelow(element)) {
    const { href } = part.attributes;
    if (part.tag === "a" && href !== undefined && textOf(part) !== "" && !href.startsWith("?"))
      return href;
  }
  return null;
}
