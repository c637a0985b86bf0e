/**
 * Results for a query that names a thing no recorded page shows. Where recorded queries of such wording came with an
 * entry named as the query, an entry of that name is made from theirs.
 */

import type { PageEdit } from "../../../core/experience.ts";
import { collapseSpace } from "../../../page/dom.ts";
import type { RequestFeatures } from "../binding/request-features.ts";
import { rebindPiece } from "../binding/edit-transfer.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { cardsLike, entriesByKey, toCard, type Card } from "./item-cards.ts";
import { NameClassifier } from "../binding/name-classifier.ts";
import { itemStrings, resolveUrl } from "../../tree/page-items.ts";
import { parseTree, toHtml, type TreeElement, type TreeNode } from "../../tree/page-tree.ts";
import type { SiteIndex } from "../index/site-index.ts";
import { bindText, type Peer } from "../binding/slot-binding.ts";
import { placeholderId } from "../../placeholder-id.ts";
import { splitUrl } from "../../../page/url-parts.ts";

/** A recorded query that came with an entry of its own name. */
interface Hit {
  value: string;
  record: LoadRecord;
  /** Where such entries stand and what shape of address they lead to. */
  kind: string;
  itemKey: string;
  card: Card;
  /** Place of the name in the entry. */
  place: string;
  /** Entries in the list. */
  listed: number;
}

/** What one parameter of a shape of pages asks for. */
interface Naming {
  parameter: string;
  /** Recorded queries by it. */
  asked: number;
  hits: Map<string, Hit[]>;
  reader: NameClassifier;
  /** Recorded answers without an entry of the query's name, the emptiest first. */
  misses: LoadRecord[];
  /** Known entries by kind and name. */
  known: Map<string, Card>;
}

export interface NamedResult {
  skeleton: LoadRecord;
  /** Other recorded answers of the kind, nearest first. */
  peers: LoadRecord[];
  fixed: (node: TreeNode) => boolean;
  /** The skeleton's other edits together with the exchange of its entries for the named one. */
  merge(edits: readonly PageEdit[]): PageEdit[];
  evidence: string[];
  /** Texts of the made entry that its name does not tell. */
  guesses: string[];
  /** 0–1. */
  support: number;
  /** Nothing is shown. */
  isEmpty: boolean;
  reason: string;
}

/** The kind of queries that name nothing. */
const NOTHING = "";
/** A kind is believed from here on. */
const LIKELY = 0.5;
/** A made entry is at best as sure as this. */
const MADE = 0.75;

type Example = { url: string; record: LoadRecord };

/**
 * @param examples recorded pages of the URL's shape
 * @param features what the request told
 */
export function namedResult(
  url: string,
  examples: readonly Example[],
  memory: SiteIndex,
  features: RequestFeatures,
): NamedResult | null {
  const namings = namingsOf(examples, memory);
  for (const [parameter, value] of splitUrl(url).params) {
    const naming = namings.find((other) => other.parameter === parameter);
    if (naming === undefined || value.trim() === "") continue;
    const odds = naming.reader.read(value);
    const kinds = [...odds].filter(([key]) => key !== NOTHING);
    const isKnown = kinds.find(([key]) => naming.known.has(`${key} ${nameOf(value)}`));
    const [key, chance] = isKnown ?? kinds.reduce((a, b) => (b[1] > a[1] ? b : a));
    if (isKnown === undefined && chance < LIKELY) {
      const none = nothingFound(naming, value, odds.get(NOTHING) ?? 0);
      if (none === null) continue;
      return none;
    }
    const known = naming.known.get(`${key} ${nameOf(value)}`) ?? null;
    const query = { url, value, chance, features };
    return compose(naming, naming.hits.get(key) as Hit[], known, query, memory);
  }
  return null;
}

/** The answer to a query that reads like those that found nothing of their name. */
function nothingFound(
  { parameter, asked, misses }: Naming,
  value: string,
  chance: number,
): NamedResult | null {
  const [skeleton, ...peers] = misses;
  if (skeleton === undefined || peers.length === 0) return null;
  return {
    skeleton,
    peers,
    fixed: () => false,
    merge: (edits) => [...edits],
    evidence: misses.slice(0, 5).map(({ id }) => id),
    guesses: [],
    support: MADE * chance,
    isEmpty: true,
    reason: `"${value}" reads like no name of what is listed here (chance ${chance.toFixed(2)}): ${misses.length} of ${asked} recorded queries by ${parameter} came without an entry of their name`,
  };
}

function compose(
  { parameter, asked }: Naming,
  hits: readonly Hit[],
  known: Card | null,
  {
    url,
    value,
    chance,
    features,
  }: { url: string; value: string; chance: number; features: RequestFeatures },
  memory: SiteIndex,
): NamedResult {
  const given = filledIn(url);
  const words = new Set(value.toLowerCase().split(/\s+/u));
  const score = (hit: Hit): number => {
    const other = filledIn(hit.record.after.url);
    const shared = hit.value
      .toLowerCase()
      .split(/\s+/u)
      .filter((word) => words.has(word)).length;
    const samePlaces = [...given].filter((name) => other.has(name)).length;
    return 2 * samePlaces - 2 * (other.size - samePlaces) + shared - Math.min(5, hit.listed - 1);
  };
  const ranked = hits
    .map((hit) => ({ hit, score: score(hit) }))
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit);
  // A query sent twice tells nothing of what varies.
  const told = new Set<string>();
  const [best, ...rest] = ranked.filter((hit) => !told.has(hit.value) && told.add(hit.value)) as [
    Hit,
    ...Hit[],
  ];
  const tree = parseTree(best.record.after.html);
  const made =
    known === null
      ? makeEntry(best, rest, parameter, value, features)
      : { element: known.element, support: 1 };
  const entries = entriesByKey(tree, memory).get(best.itemKey) as TreeElement[];
  const taken = new Set<TreeNode>(entries);
  const paths = entries.map((element) => tree.pathOf(element));
  const first = paths[0] as number[];
  const found = `${hits.length} of ${asked} recorded queries by ${parameter} came with an entry of that very name`;
  return {
    skeleton: best.record,
    peers: rest.map(({ record }) => record),
    fixed: (node) => [...tree.ancestors(node)].some((element) => taken.has(element)),
    merge: (edits) => [
      ...edits.filter(
        ({ kind, path }) =>
          !paths.some((own) => startsWith(path, own)) &&
          !(kind === "remove" && paths.some((own) => startsWith(own, path))),
      ),
      ...paths.map((path): PageEdit => ({ kind: "remove", path })),
      { kind: "insert", path: first, html: toHtml(made.element) },
    ],
    evidence: ranked.slice(0, 5).map(({ record }) => record.id),
    guesses:
      known === null
        ? itemStrings(made.element).flatMap(({ attribute, value: text }) =>
            attribute === null && nameOf(text) !== nameOf(value) ? [text] : [],
          )
        : [],
    isEmpty: false,
    support: known === null ? MADE * chance * made.support : 0.9,
    reason:
      known === null
        ? `no recorded page shows "${value}"; it reads like a name of what is listed here (chance ${chance.toFixed(2)}), and ${found}: one was made like ${best.record.id}`
        : `"${value}" is the name of a known entry, and ${found}`,
  };
}

/** The entry of a recorded answer with the query's name, and an address of its own. */
function makeEntry(
  best: Hit,
  rest: readonly Hit[],
  parameter: string,
  value: string,
  features: RequestFeatures,
): { element: TreeElement; support: number } {
  const said = (hit: Hit): RequestFeatures => new Map([[`param:${parameter}`, hit.value]]);
  const name = best.card.texts.get(best.place) as string;
  const target = new Map([...features, [`param:${parameter}`, collapseSpace(value)]]);
  const peers = rest.map((hit) => ({
    strings: new Map(itemStrings(hit.card.element).map((string) => [string.key, string.value])),
    features: said(hit),
  }));
  const own = new Map([[`param:${parameter}`, name]]);
  const peersAt = (key: string): Peer[] =>
    peers.flatMap(({ strings, features: theirs }) => {
      const text = strings.get(key);
      return text === undefined ? [] : [{ text, features: theirs }];
    });
  const bound = rebindPiece(best.card.element, own, target, peersAt);
  const address = makeAddress(
    best.card.id,
    own,
    target,
    rest.map((hit) => ({ text: hit.card.id, features: said(hit) })),
    nameOf(value),
  );
  const element = readdress(
    best.card.element,
    bound.node as TreeElement,
    best.card.id,
    address.text,
  );
  return { element, support: address.isWhole ? 1 : 0.8 };
}

/**
 * An address like the given one, part by part; a part that nothing tells is a stand-in.
 * @param name what the address is of
 */
function makeAddress(
  address: string,
  own: RequestFeatures,
  target: RequestFeatures,
  peers: readonly Peer[],
  name: string,
): { text: string; isWhole: boolean } {
  let isWhole = true;
  const parts = address.split("/");
  const alike = peers.flatMap(({ text, features }) => {
    const theirs = text.split("/");
    return theirs.length === parts.length ? [{ parts: theirs, features }] : [];
  });
  const made = parts.map((part, i) => {
    if (part === "") return part;
    const at = alike.map(({ parts: theirs, features }) => ({
      text: theirs[i] as string,
      features,
    }));
    const bound = bindText(part, own, target, at);
    if (bound.text !== null) return bound.text;
    isWhole = false;
    return placeholderId(`${i} ${name}`);
  });
  return { text: made.join("/"), isWhole };
}

/** The bound entry with all links that led to the old address leading to the new one. */
function readdress(
  old: TreeElement,
  bound: TreeElement,
  from: string,
  address: string,
): TreeElement {
  const visit = (before: TreeNode, after: TreeNode): TreeNode => {
    if (before.kind === "text" || after.kind === "text") return after;
    const attributes = { ...after.attributes };
    for (const [name, value] of Object.entries(before.attributes))
      if (value === from || value.startsWith(`${from}/`))
        attributes[name] = address + value.slice(from.length);
    const children = after.children.map((child, i) => visit(before.children[i] as TreeNode, child));
    return { ...after, attributes, children };
  };
  return visit(old, bound) as TreeElement;
}

/** By the first example, then by how many there are and which is the last. */
const namingCache = new WeakMap<LoadRecord, Map<string, Naming[]>>();

function namingsOf(examples: readonly Example[], memory: SiteIndex): Naming[] {
  const first = examples[0]?.record;
  if (first === undefined) return [];
  const cached = namingCache.get(first) ?? new Map<string, Naming[]>();
  namingCache.set(first, cached);
  const key = `${examples.length} ${examples.at(-1)?.record.id}`;
  const known = cached.get(key);
  if (known !== undefined) return known;
  const pages = [...new Map(examples.map((example) => [example.url, example])).values()];
  const parameters = new Set(pages.flatMap(({ url }) => [...filledIn(url)]));
  const namings = [...parameters].flatMap(
    (parameter) => learnNaming(parameter, pages, memory) ?? [],
  );
  cached.set(key, namings);
  return namings;
}

function learnNaming(
  parameter: string,
  pages: readonly Example[],
  memory: SiteIndex,
): Naming | null {
  const hits = new Map<string, Hit[]>();
  const misses = new Map<string, LoadRecord>();
  const asked = new Set<string>();
  for (const { url, record } of pages) {
    const value = splitUrl(url).params.find(([name]) => name === parameter)?.[1] ?? "";
    if (value.trim() === "") continue;
    asked.add(value);
    const found = findNamed(value, record, memory);
    for (const hit of found) {
      const list = hits.get(hit.kind);
      if (list === undefined) hits.set(hit.kind, [hit]);
      else list.push(hit);
    }
    if (found.length === 0 && !misses.has(value)) misses.set(value, record);
  }
  // Once may be chance.
  for (const [key, list] of hits)
    if (new Set(list.map(({ value }) => value)).size < 2) hits.delete(key);
  if (hits.size === 0) return null;
  const known = new Map<string, Card>();
  const kinds = [...hits].map(([key, list]) => {
    const place = list[0]?.place as string;
    const texts = list.map(({ value }) => value);
    const origin = list[0]?.record.after.url as string;
    const alike = cardsLike(
      list.map(({ card }) => card),
      memory,
    );
    for (const { card } of alike.seen) {
      const text = card.texts.get(place);
      if (text === undefined || !key.endsWith(` ${addressShape(card, origin, memory)}`)) continue;
      texts.push(text);
      if (!known.has(`${key} ${nameOf(text)}`)) known.set(`${key} ${nameOf(text)}`, card);
    }
    return { key, texts, met: new Set(list.map(({ value }) => value)).size };
  });
  // A name that the list shows elsewhere was missed for another reason: the query's other parameters.
  const unnamed = [...misses.keys()].filter(
    (value) => !kinds.some(({ key }) => known.has(`${key} ${nameOf(value)}`)),
  );
  const reader = new NameClassifier([
    ...kinds,
    { key: NOTHING, texts: unnamed, met: unnamed.length },
  ]);
  const size = (record: LoadRecord): number => parseTree(record.after.html).elements.length;
  const emptiest = [...misses.values()].sort((a, b) => size(a) - size(b));
  return { parameter, asked: asked.size, hits, reader, misses: emptiest, known };
}

/** Entries of a page that are named as a query, at most one of each kind. */
function findNamed(value: string, record: LoadRecord, memory: SiteIndex): Hit[] {
  const wanted = nameOf(value);
  const hits: Hit[] = [];
  for (const [itemKey, items] of entriesByKey(parseTree(record.after.html), memory)) {
    for (const item of items) {
      const card = toCard(item);
      const place = [...(card?.texts ?? [])].find(([, text]) => nameOf(text) === wanted)?.[0];
      if (card === null || place === undefined) continue;
      const kind = `${itemKey} ${addressShape(card, record.after.url, memory)}`;
      hits.push({ value, record, kind, itemKey, card, place, listed: items.length });
      break;
    }
  }
  return hits;
}

function addressShape(card: Card, pageUrl: string, memory: SiteIndex): string {
  const url = resolveUrl(card.id, pageUrl);
  return (url === null ? null : memory.shapeKey("GET", url)) ?? "";
}

function nameOf(text: string): string {
  return collapseSpace(text).toLowerCase();
}

function filledIn(url: string): Set<string> {
  return new Set(splitUrl(url).params.flatMap(([name, value]) => (value === "" ? [] : [name])));
}

function startsWith(path: readonly number[], start: readonly number[]): boolean {
  return start.every((index, i) => path[i] === index);
}
