/** Listings never seen, computed from items that are known, by the rules of recorded listings of the same shape. */

import type { PageEdit } from "../../tree/page-edit.ts";
import { splitUrl } from "../../../page/url-parts.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { overlap } from "../../tree/page-diff.ts";
import { itemsByKey } from "../../tree/page-items.ts";
import { toHtml } from "../../tree/page-html.ts";
import { parseTree, type PageTree, type TreeNode } from "../../tree/page-tree.ts";
import { reflectParameters } from "../binding/reflected-parameters.ts";
import type { SiteIndex } from "../index/site-index.ts";
import { factorsOf } from "./listing-factors.ts";
import type { ListingRules, Selection } from "./listing-rules.ts";
import { ReplacedParts } from "./replaced-parts.ts";
import { ShapeListings, type ListKind, type ShapeExample } from "./shape-listings.ts";
import type { ListItem, SiteItems } from "./site-items.ts";

export interface ComposedListing {
  skeleton: LoadRecord;
  /** Counts of the lists, as features for the page's texts. */
  features: ReadonlyMap<string, string>;
  /** The same counts of a recorded listing. */
  featuresOf(record: LoadRecord): ReadonlyMap<string, string>;
  /** Nodes of the skeleton whose texts stay: its items. */
  fixed: (node: TreeNode) => boolean;
  /** The skeleton's other edits together with the exchange of its items. */
  merge(edits: readonly PageEdit[]): PageEdit[];
  evidence: string[];
  /** Texts and targets of ordered items: the rules alone say whether other items come before them. */
  guesses: string[];
  /** No list shows anything. */
  isEmpty: boolean;
  /** 0–1: how well the induced rules reproduce recorded listings. */
  support: number;
  reason: string;
}

/** Rules are sure of an order when they reproduce this part of recorded lists. */
const SURE = 0.9;

/** The content of a kind of list at the URL, by its rules. */
interface SelectedList {
  kind: ListKind;
  selection: Selection;
  /** 0–1. */
  support: number;
}

export class ListingComposer {
  readonly #index: SiteIndex;
  readonly #items: SiteItems;
  readonly #byShape = new Map<string, ShapeListings>();

  constructor(index: SiteIndex, items: SiteItems) {
    this.#index = index;
    this.#items = items;
  }

  /** Whether pages like the one at a URL list items that vary. */
  isListing(url: string): boolean {
    return (this.#listingsOf(url)?.kinds.length ?? 0) > 0;
  }

  #listingsOf(url: string): ShapeListings | null {
    const shape = this.#index.shapes.shapeOf("GET", url);
    if (shape === null) return null;
    let listings = this.#byShape.get(shape.key);
    if (listings === undefined) {
      const examples = this.#index.examplesOf(shape.key);
      listings = new ShapeListings(examples, shape.segments, this.#items);
      this.#byShape.set(shape.key, listings);
    }
    return listings;
  }

  /**
   * null where no rules say what the URL lists.
   *
   * @param nearnessOf how alike the requests are, to choose among pages that fit equally
   */
  compose(url: string, nearnessOf: (record: LoadRecord) => number): ComposedListing | null {
    const shape = this.#listingsOf(url);
    if (shape === null || shape.examples.length === 0) return null;
    const target = factorsOf(url, shape.segments);
    const lists: SelectedList[] = [];
    for (const kind of shape.kinds) {
      const selection = kind.rules.select(target);
      if (selection !== null)
        lists.push({ kind, selection, support: kind.rules.support(target, selection) });
    }
    if (lists.length === 0) return null;
    const skeleton = chooseSkeleton(url, shape, lists, nearnessOf);
    return composeOn(skeleton, url, shape, lists);
  }
}

/** The recorded page that the listing is built on: requested in a similar way, and with the lists to show. */
function chooseSkeleton(
  url: string,
  shape: ShapeListings,
  lists: readonly SelectedList[],
  nearnessOf: (record: LoadRecord) => number,
): LoadRecord {
  const target = factorsOf(url, shape.segments);
  const isQuery = splitUrl(url).params.length > 0;
  const fit = ({ record, url: other }: ShapeExample): number => {
    const factors = factorsOf(other, shape.segments);
    const tree = parseTree(record.after.html);
    let score = overlap(pairs(factors), pairs(target));
    score += overlap(new Set(factors.keys()), new Set(target.keys()));
    for (const { kind, selection } of lists) {
      const has = itemsByKey(tree).has(kind.itemKey);
      if (selection.shown.length > 0) score += has ? 4 : 0;
      // The list of an unknown thing is not known. Only to a query is an empty page a real answer.
      else if (isQuery) score += has ? 0 : 2;
    }
    return score + shape.typicality(tree) + nearnessOf(record);
  };
  const scored = shape.examples.map((example) => ({ example, score: fit(example) }));
  return scored.reduce((a, b) => (b.score > a.score ? b : a)).example.record;
}

function composeOn(
  skeleton: LoadRecord,
  url: string,
  shape: ShapeListings,
  lists: readonly SelectedList[],
): ComposedListing {
  const tree = parseTree(skeleton.after.html);
  const counts = (of: (rules: ListingRules) => Selection | null): Map<string, string> =>
    new Map(
      shape.kinds.flatMap(({ rules }, i) => {
        const selection = of(rules);
        return selection === null
          ? []
          : [...rules.counts(selection)].map(([name, value]) => [`${name}:${i}`, value] as const);
      }),
    );
  const exchanges = lists.map(({ kind, selection }) =>
    exchange(tree, kind.itemKey, selection.shown, shape.examples),
  );
  const replaced = new ReplacedParts(
    tree,
    exchanges.flatMap(({ nodes }) => nodes),
  );
  const missing = exchanges.some(({ isMissing }) => isMissing);
  const countsAt = (address: string): Map<string, string> =>
    counts((rules) => rules.select(factorsOf(address, shape.segments)));
  return {
    skeleton,
    features: countsAt(url),
    featuresOf: (record) => countsAt(record.after.url),
    fixed: (node) => replaced.contains(node),
    merge: (edits) => [
      ...replaced.spare(edits),
      ...exchanges.flatMap(({ edits: own }) => own),
      ...reflectParameters(tree, { from: skeleton.after.url, to: url }),
    ],
    evidence: lists.flatMap(({ selection }) => selection.evidence.slice(0, 5)),
    guesses: lists.flatMap(({ selection, support }) =>
      selection.isOrdered && support < SURE
        ? selection.shown.flatMap(({ id, texts }) => [id, ...texts.values()])
        : [],
    ),
    isEmpty: lists.every(({ selection }) => selection.shown.length === 0),
    support: Math.min(...lists.map(({ support }) => support)) * (missing ? 0.3 : 1),
    reason: `no recording of this listing; computed from known items: ${lists
      .map(({ selection }) => selection.why)
      .join("; ")}`,
  };
}

interface Exchange {
  edits: PageEdit[];
  /** The parts to remove: the old items, or the box around them. */
  nodes: TreeNode[];
  /** There are items to show, and the skeleton has no place for them. */
  isMissing: boolean;
}

/** The edits that put a list's new items in place of the skeleton's. */
function exchange(
  tree: PageTree,
  itemKey: string,
  shown: readonly ListItem[],
  examples: readonly ShapeExample[],
): Exchange {
  const items = itemsByKey(tree).get(itemKey) ?? [];
  const [first] = items;
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
    const nodes = box === null ? items : [box];
    return {
      edits: nodes.map((node) => ({ kind: "remove", path: tree.pathOf(node) })),
      nodes,
      isMissing: false,
    };
  }
  const path = tree.pathOf(first);
  return {
    edits: [
      ...items.map((item): PageEdit => ({ kind: "remove", path: tree.pathOf(item) })),
      ...shown.map(({ element }): PageEdit => ({ kind: "insert", path, html: toHtml(element) })),
    ],
    nodes: items,
    isMissing: false,
  };
}

function pairs(factors: ReadonlyMap<string, string>): Set<string> {
  return new Set([...factors].map(([name, value]) => `${name}=${value}`));
}
