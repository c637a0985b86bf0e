/**
 * The meaning of a query's parameter, learned from recorded queries: which of them returned an item with exactly the
 * queried name, where it stood, and how such names are worded.
 */

import { pushTo } from "../../../core/group-by.ts";
import { collapseSpace } from "../../../page/dom.ts";
import { splitUrl } from "../../../page/url-parts.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { resolveUrl } from "../../tree/page-items.ts";
import { parseTree } from "../../tree/page-tree.ts";
import { NameClassifier } from "../binding/name-classifier.ts";
import type { SiteIndex } from "../index/site-index.ts";
import type { ShapeExample } from "./shape-listings.ts";
import type { ListItem, SiteItems } from "./site-items.ts";

/** A recorded query that returned an item of its own name. */
export interface NameMatch {
  value: string;
  record: LoadRecord;
  /** The lists of such items, and the shape of the address that they lead to. */
  kind: string;
  itemKey: string;
  item: ListItem;
  /** Place of the name in the item. */
  place: string;
  /** Items in the list. */
  listed: number;
}

/** The things that one parameter of a shape of pages asks for. */
export interface QueryParameter {
  parameter: string;
  /** Recorded queries by it. */
  asked: number;
  matches: Map<string, NameMatch[]>;
  classifier: NameClassifier;
  /** Recorded answers without an item of the query's name, the emptiest first. */
  misses: LoadRecord[];
  /** Known items by kind and name. */
  known: Map<string, ListItem>;
}

/** The kind of queries that do not name anything. */
export const NOTHING = "";

/** null where no two recorded queries by the parameter returned an item of their name. */
export function learnQueryParameter(
  parameter: string,
  pages: readonly ShapeExample[],
  index: SiteIndex,
  items: SiteItems,
): QueryParameter | null {
  const matches = new Map<string, NameMatch[]>();
  const misses = new Map<string, LoadRecord>();
  const asked = new Set<string>();
  for (const { url, record } of pages) {
    const value = splitUrl(url).params.find(([name]) => name === parameter)?.[1] ?? "";
    if (value.trim() === "") continue;
    asked.add(value);
    const found = findNamed(value, record, index, items);
    for (const match of found) pushTo(matches, match.kind, match);
    if (found.length === 0 && !misses.has(value)) misses.set(value, record);
  }
  // Once may be chance.
  for (const [kind, list] of matches)
    if (new Set(list.map(({ value }) => value)).size < 2) matches.delete(kind);
  if (matches.size === 0) return null;
  const known = new Map<string, ListItem>();
  const kinds = [...matches].map(([kind, list]) => {
    const [first] = list as [NameMatch, ...NameMatch[]];
    const texts = list.map(({ value }) => value);
    for (const { item } of items.itemsLike(list.map(({ item: own }) => own)).seen) {
      const text = item.texts.get(first.place);
      const shape = addressShape(item, first.record.after.url, index);
      if (text === undefined || !kind.endsWith(` ${shape}`)) continue;
      texts.push(text);
      if (!known.has(`${kind} ${nameOf(text)}`)) known.set(`${kind} ${nameOf(text)}`, item);
    }
    return { key: kind, texts, met: new Set(list.map(({ value }) => value)).size };
  });
  // Where the list shows a name elsewhere, the query missed it for another reason: its other parameters.
  const unnamed = [...misses.keys()].filter(
    (value) => !kinds.some(({ key }) => known.has(`${key} ${nameOf(value)}`)),
  );
  const classifier = new NameClassifier([
    ...kinds,
    { key: NOTHING, texts: unnamed, met: unnamed.length },
  ]);
  const size = (record: LoadRecord): number => parseTree(record.after.html).elements.length;
  const emptiest = [...misses.values()].sort((a, b) => size(a) - size(b));
  return { parameter, asked: asked.size, matches, classifier, misses: emptiest, known };
}

/** Items of a page with the name of a query, at most one of each kind. */
function findNamed(
  value: string,
  record: LoadRecord,
  index: SiteIndex,
  items: SiteItems,
): NameMatch[] {
  const wanted = nameOf(value);
  const matches: NameMatch[] = [];
  for (const [itemKey, elements] of items.itemsOnPage(parseTree(record.after.html))) {
    for (const element of elements) {
      const item = items.itemOf(element);
      if (item === null) continue;
      const place = [...item.lowerTexts].find(([, text]) => text === wanted)?.[0];
      if (place === undefined) continue;
      const kind = `${itemKey} ${addressShape(item, record.after.url, index)}`;
      matches.push({ value, record, kind, itemKey, item, place, listed: elements.length });
      break;
    }
  }
  return matches;
}

function addressShape(item: ListItem, pageUrl: string, index: SiteIndex): string {
  const url = resolveUrl(item.id, pageUrl);
  return (url === null ? null : index.shapeKey("GET", url)) ?? "";
}

export function nameOf(text: string): string {
  return collapseSpace(text).toLowerCase();
}

/** The parameters of a URL that have a value. */
export function filledIn(url: string): Set<string> {
  return new Set(splitUrl(url).params.flatMap(([name, value]) => (value === "" ? [] : [name])));
}
