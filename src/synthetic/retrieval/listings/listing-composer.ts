/** Listings never seen, computed from entries that are known, by the rules of recorded listings of the same shape. */

import type { PageEdit } from "../../../core/experience.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { cardsLike, toCard, type Card } from "./item-cards.ts";
import { factorsOf, ListingRules, type Selection } from "./listing-rules.ts";
import { overlap } from "../../tree/page-diff.ts";
import { itemsByKey } from "../../tree/page-items.ts";
import {
  elementsBelow,
  parseTree,
  textOf,
  toHtml,
  type PageTree,
  type TreeNode,
} from "../../tree/page-tree.ts";
import type { SiteIndex } from "../index/site-index.ts";
import { splitUrl } from "../../../page/url-parts.ts";

export interface ComposedListing {
  skeleton: LoadRecord;
  /** Counts of the lists, as features for the page's texts. */
  features: ReadonlyMap<string, string>;
  /** The same counts of a recorded listing. */
  sourcesOf(record: LoadRecord): ReadonlyMap<string, string>;
  /** Nodes of the skeleton whose texts are not to be bound: its entries. */
  fixed: (node: TreeNode) => boolean;
  /** The skeleton's other edits together with the exchange of its entries. */
  merge(edits: readonly PageEdit[]): PageEdit[];
  evidence: string[];
  /** What ordered entries say and lead to: whether others come before them is only as sure as the rules. */
  guesses: string[];
  /** No list shows anything. */
  isEmpty: boolean;
  /** 0–1: how well the induced rules give recorded listings back. */
  support: number;
  reason: string;
}

/** One of the lists of a shape of pages. */
interface ListKind {
  itemKey: string;
  rules: ListingRules;
}

/** Rules are sure of an order when they give this part of recorded lists back. */
const SURE = 0.9;

/** Lists looked for on a page of a shape. */
const MAX_LISTS = 3;

/** @param nearnessOf how alike the requests are, to choose among pages that fit equally */
export function composeListing(
  url: string,
  examples: readonly { url: string; record: LoadRecord }[],
  memory: SiteIndex,
  nearnessOf: (record: LoadRecord) => number,
): ComposedListing | null {
  const shape = memory.shapes.shapeOf("GET", url);
  if (shape === null) return null;
  const kinds = listKinds(examples, shape.segments, memory);
  if (kinds.length === 0) return null;
  const target = factorsOf(url, shape.segments);
  const lists: { kind: ListKind; selection: Selection; support: number }[] = [];
  for (const kind of kinds) {
    const selection = kind.rules.select(target, null);
    if (selection !== null)
      lists.push({ kind, selection, support: kind.rules.support(target, selection) });
  }
  if (lists.length === 0) return null;
  const asks = splitUrl(url).params.length > 0;
  const fits = ({ record, url: other }: { record: LoadRecord; url: string }): number => {
    const factors = factorsOf(other, shape.segments);
    const tree = parseTree(record.after.html);
    let score = overlap(pairs(factors), pairs(target));
    score += overlap(new Set(factors.keys()), new Set(target.keys()));
    for (const { kind, selection } of lists) {
      const has = itemsByKey(tree).has(kind.itemKey);
      if (selection.shown.length > 0) score += has ? 4 : 0;
      // What a thing never met lists is not known: only of a query an empty page is an answer of its own.
      else if (asks) score += has ? 0 : 2;
    }
    return score + typicality(tree, examples) + nearnessOf(record);
  };
  const scored = examples.map((example) => ({ example, score: fits(example) }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  const skeleton = best.example.record;
  const tree = parseTree(skeleton.after.html);
  const counts = (of: (rules: ListingRules) => Selection | null): Map<string, string> =>
    new Map(
      kinds.flatMap(({ rules }, i) => {
        const selection = of(rules);
        return selection === null
          ? []
          : [...rules.counts(selection)].map(([name, value]) => [`${name}:${i}`, value] as const);
      }),
    );
  const exchanges = lists.map(({ kind, selection }) =>
    exchange(tree, kind.itemKey, selection.shown, kind.rules, examples),
  );
  const taken = new Set(exchanges.flatMap(({ nodes }) => nodes));
  const paths = [...taken].map((node) => tree.pathOf(node));
  const missing = exchanges.some(({ isMissing }) => isMissing);
  return {
    skeleton,
    features: counts((rules) => rules.select(target, null)),
    sourcesOf: (record) =>
      counts((rules) => rules.select(factorsOf(record.after.url, shape.segments), null)),
    fixed: (node) => [...tree.ancestors(node)].some((element) => taken.has(element)),
    merge: (edits) => [
      ...edits.filter(
        (edit) =>
          !paths.some((path) => startsWith(edit.path, path)) &&
          !(edit.kind === "remove" && paths.some((path) => startsWith(path, edit.path))),
      ),
      ...exchanges.flatMap(({ edits: own }) => own),
      ...reflectedChoices(tree, url),
    ],
    evidence: lists.flatMap(({ selection }) => selection.evidence.slice(0, 5)),
    guesses: lists.flatMap(({ selection, support }) =>
      selection.isOrdered && support < SURE
        ? selection.shown.flatMap(({ id, texts }) => [id, ...texts.values()])
        : [],
    ),
    isEmpty: lists.every(({ selection }) => selection.shown.length === 0),
    support: Math.min(...lists.map(({ support }) => support)) * (missing ? 0.3 : 1),
    reason: `a listing never seen, computed from known entries: ${lists
      .map(({ selection }) => selection.why)
      .join("; ")}`,
  };
}

/** Pages that one is compared with to see whether it is built as most are. */
const COMPARED = 8;

const typical = new WeakMap<PageTree, { count: number; share: number }>();

/** 0–1: how much a page has in common with others of its shape in what it is built of. */
function typicality(tree: PageTree, examples: readonly { record: LoadRecord }[]): number {
  const known = typical.get(tree);
  if (known !== undefined && known.count === examples.length) return known.share;
  const step = Math.max(1, Math.floor(examples.length / COMPARED));
  let [sum, compared] = [0, 0];
  for (let i = 0; i < examples.length; i += step) {
    const other = parseTree((examples[i] as { record: LoadRecord }).record.after.html);
    if (other === tree) continue;
    sum += overlap(tree.signatures(), other.signatures());
    compared++;
  }
  const share = compared === 0 ? 0 : sum / compared;
  typical.set(tree, { count: examples.length, share });
  return share;
}

/** Whether pages like this one list entries that vary. */
export function isListing(
  url: string,
  examples: readonly { url: string; record: LoadRecord }[],
  memory: SiteIndex,
): boolean {
  const shape = memory.shapes.shapeOf("GET", url);
  return shape !== null && listKinds(examples, shape.segments, memory).length > 0;
}

interface Exchange {
  edits: PageEdit[];
  /** What goes: the old entries, or the box around them. */
  nodes: TreeNode[];
  /** Entries are to be shown, and the skeleton has no place for them. */
  isMissing: boolean;
}

/** The edits that put a list's new entries in place of the skeleton's. */
function exchange(
  tree: PageTree,
  itemKey: string,
  shown: readonly Card[],
  rules: ListingRules,
  examples: readonly { record: LoadRecord }[],
): Exchange {
  const entries = itemsByKey(tree).get(itemKey) ?? [];
  const [first] = entries;
  if (first === undefined) return { edits: [], nodes: [], isMissing: shown.length > 0 };
  if (shown.length === 0) {
    // An empty list may come without the box that is around a full one.
    const empty = examples.find(
      ({ record }) => !itemsByKey(parseTree(record.after.html)).has(itemKey),
    );
    const other = empty === undefined ? null : parseTree(empty.record.after.html);
    let box: TreeNode | null = null;
    for (const around of tree.ancestors(first))
      if (around !== first && other !== null && other.find(tree.keyOf(around)) === null)
        box = around;
    const nodes = box === null ? entries : [box];
    return {
      edits: nodes.map((node) => ({ kind: "remove", path: tree.pathOf(node) })),
      nodes,
      isMissing: false,
    };
  }
  const path = tree.pathOf(first);
  return {
    edits: [
      ...entries.map((entry): PageEdit => ({ kind: "remove", path: tree.pathOf(entry) })),
      ...shown.map((card): PageEdit => ({ kind: "insert", path, html: toHtml(card.element) })),
    ],
    nodes: entries,
    isMissing: false,
  };
}

function startsWith(path: readonly number[], start: readonly number[]): boolean {
  return start.every((index, i) => path[i] === index);
}

function pairs(factors: ReadonlyMap<string, string>): Set<string> {
  return new Set([...factors].map(([name, value]) => `${name}=${value}`));
}

const kindCache = new WeakMap<LoadRecord, { count: number; kinds: ListKind[] }>();

function listKinds(
  examples: readonly { url: string; record: LoadRecord }[],
  segments: readonly (string | null)[],
  memory: SiteIndex,
): ListKind[] {
  const first = examples[0]?.record;
  if (first === undefined) return [];
  const known = kindCache.get(first);
  if (known !== undefined && known.count === examples.length) return known.kinds;
  const pages = [...new Map(examples.map((example) => [example.url, example])).values()].map(
    ({ url, record }) => ({ url, record, tree: parseTree(record.after.html) }),
  );
  const kinds: ListKind[] = [];
  for (const itemKey of listingKeys(pages.map(({ tree }) => tree))) {
    const listings = pages.map(({ url, record, tree }) => ({
      url,
      record,
      factors: factorsOf(url, segments),
      cards: (itemsByKey(tree).get(itemKey) ?? []).flatMap((element) => toCard(element) ?? []),
    }));
    const examplesOfCards = listings.flatMap(({ cards }) => cards.slice(0, 1));
    const { seen, lists } = cardsLike(examplesOfCards, memory);
    kinds.push({ itemKey, rules: new ListingRules(listings, seen, lists) });
  }
  kindCache.set(first, { count: examples.length, kinds });
  return kinds;
}

/** The kinds of entry that differ from page to page, most varied first. A menu has the same entries everywhere. */
function listingKeys(trees: readonly PageTree[]): string[] {
  const ids = new Map<string, Set<string>>();
  const most = new Map<string, number>();
  const pages = new Map<string, number>();
  for (const tree of new Set(trees))
    for (const [key, items] of itemsByKey(tree)) {
      const seen = ids.get(key) ?? new Set();
      for (const item of items) {
        const card = toCard(item);
        if (card !== null) seen.add(card.id);
      }
      ids.set(key, seen);
      most.set(key, Math.max(most.get(key) ?? 0, items.length));
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

/** Select boxes that show a parameter's value on the skeleton show the new value. */
function reflectedChoices(tree: PageTree, url: string): PageEdit[] {
  const params = new Map(splitUrl(url).params);
  const edits: PageEdit[] = [];
  for (const select of tree.elements) {
    const name = select.attributes["name"];
    const wanted = name === undefined ? undefined : params.get(name);
    if (select.tag !== "select" || wanted === undefined) continue;
    const options = [...elementsBelow(select)].filter((option) => option.tag === "option");
    if (!options.some((option) => (option.attributes["value"] ?? textOf(option)) === wanted))
      continue;
    for (const option of options) {
      const chosen = (option.attributes["value"] ?? textOf(option)) === wanted;
      if (chosen === (option.attributes["selected"] !== undefined)) continue;
      const path = tree.pathOf(option);
      edits.push({ kind: "attribute", path, name: "selected", value: chosen ? "" : null });
    }
  }
  return edits;
}
