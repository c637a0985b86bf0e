/**
 * Results for a query that names a thing that no recorded page shows. If recorded queries of such wording returned an
 * item named as the query, the prediction builds an item of that name from theirs.
 */

import { splitUrl } from "../../../page/url-parts.ts";
import type { PageEdit } from "../../tree/page-edit.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { itemStrings } from "../../tree/page-items.ts";
import { toHtml } from "../../tree/page-html.ts";
import { parseTree, type TreeElement, type TreeNode } from "../../tree/page-tree.ts";
import type { RequestFeatures } from "../binding/request-features.ts";
import type { SiteIndex } from "../index/site-index.ts";
import { predictItem } from "./item-of-name.ts";
import {
  filledIn,
  learnQueryParameter,
  nameOf,
  NOTHING,
  type NameMatch,
  type QueryParameter,
} from "./query-parameter.ts";
import { ReplacedParts } from "./replaced-parts.ts";
import type { ShapeExample } from "./shape-listings.ts";
import type { ListItem, SiteItems } from "./site-items.ts";

export interface UnseenEntityResult {
  skeleton: LoadRecord;
  /** Other recorded answers of the kind, nearest first. */
  peers: LoadRecord[];
  fixed: (node: TreeNode) => boolean;
  /** The skeleton's other edits together with the exchange of its items for the named one. */
  merge(edits: readonly PageEdit[]): PageEdit[];
  evidence: string[];
  /** Texts of the predicted item that its name does not explain. */
  guesses: string[];
  /** 0–1. */
  support: number;
  /** Nothing is shown. */
  isEmpty: boolean;
  reason: string;
}

/** A kind counts from this chance on. */
const LIKELY = 0.5;
/** Upper bound for the certainty of a predicted item. */
const MOST_SUPPORT = 0.75;

interface AskedName {
  url: string;
  value: string;
  /** 0–1: that the value is a name of the kind. */
  chance: number;
  features: RequestFeatures;
}

export class UnseenEntityResults {
  readonly #index: SiteIndex;
  readonly #items: SiteItems;
  /** Cached by the examples that they were learned from. */
  readonly #parameters = new Map<string, QueryParameter[]>();

  constructor(index: SiteIndex, items: SiteItems) {
    this.#index = index;
    this.#items = items;
  }

  /**
   * null where recorded queries do not show the result of such a query.
   *
   * @param examples recorded pages of the URL's shape
   * @param features the values of the request
   */
  predict(
    url: string,
    examples: readonly ShapeExample[],
    features: RequestFeatures,
  ): UnseenEntityResult | null {
    const { params } = splitUrl(url);
    if (params.length === 0) return null;
    const parameters = this.#parametersOf(examples);
    for (const [name, value] of params) {
      const parameter = parameters.find((other) => other.parameter === name);
      if (parameter === undefined || value.trim() === "") continue;
      const odds = parameter.classifier.classify(value);
      const kinds = [...odds].filter(([kind]) => kind !== NOTHING);
      const knownKind = kinds.find(([kind]) => parameter.known.has(`${kind} ${nameOf(value)}`));
      const [kind, chance] = knownKind ?? kinds.reduce((a, b) => (b[1] > a[1] ? b : a));
      if (knownKind === undefined && chance < LIKELY) {
        const none = nothingFound(parameter, value, odds.get(NOTHING) ?? 0);
        if (none === null) continue;
        return none;
      }
      const known = parameter.known.get(`${kind} ${nameOf(value)}`) ?? null;
      const matches = parameter.matches.get(kind) as NameMatch[];
      return this.#compose(parameter, matches, known, { url, value, chance, features });
    }
    return null;
  }

  #parametersOf(examples: readonly ShapeExample[]): QueryParameter[] {
    const key = examples.map(({ url, record }) => `${record.id} ${url}`).join("\n");
    const known = this.#parameters.get(key);
    if (known !== undefined) return known;
    const pages = [...new Map(examples.map((example) => [example.url, example])).values()];
    const names = new Set(pages.flatMap(({ url }) => [...filledIn(url)]));
    const parameters = [...names].flatMap(
      (name) => learnQueryParameter(name, pages, this.#index, this.#items) ?? [],
    );
    this.#parameters.set(key, parameters);
    return parameters;
  }

  #compose(
    { parameter, asked }: QueryParameter,
    matches: readonly NameMatch[],
    known: ListItem | null,
    query: AskedName,
  ): UnseenEntityResult {
    const { value, chance } = query;
    const ranked = rankMatches(matches, query);
    // A query that was sent twice says nothing about what varies.
    const seen = new Set<string>();
    const [best, ...rest] = ranked.filter(
      (match) => !seen.has(match.value) && seen.add(match.value),
    ) as [NameMatch, ...NameMatch[]];
    const tree = parseTree(best.record.after.html);
    const predicted =
      known === null
        ? predictItem(best, rest, { parameter, value, features: query.features })
        : { element: known.element, support: 1 };
    const items = this.#items.itemsOnPage(tree).get(best.itemKey) as TreeElement[];
    const replaced = new ReplacedParts(tree, items);
    const first = replaced.paths[0] as number[];
    const found = `${matches.length} of ${asked} recorded queries by ${parameter} returned an item of exactly that name`;
    return {
      skeleton: best.record,
      peers: rest.map(({ record }) => record),
      fixed: (node) => replaced.contains(node),
      merge: (edits) => [
        ...replaced.spare(edits),
        ...replaced.paths.map((path): PageEdit => ({ kind: "remove", path })),
        { kind: "insert", path: first, html: toHtml(predicted.element) },
      ],
      evidence: ranked.slice(0, 5).map(({ record }) => record.id),
      guesses:
        known === null
          ? itemStrings(predicted.element).flatMap(({ attribute, value: text }) =>
              attribute === null && nameOf(text) !== nameOf(value) ? [text] : [],
            )
          : [],
      isEmpty: false,
      support: known === null ? MOST_SUPPORT * chance * predicted.support : 0.9,
      reason:
        known === null
          ? `no recorded page shows "${value}"; it reads like a name of what is listed here (chance ${chance.toFixed(2)}), and ${found}: this one is predicted from ${best.record.id}`
          : `"${value}" is the name of a known item, and ${found}`,
    };
  }
}

/** The recorded matches, the most alike first: asked with the same parameters, with words in common, in a short list. */
function rankMatches(
  matches: readonly NameMatch[],
  { url, value }: AskedName,
): readonly NameMatch[] {
  const given = filledIn(url);
  const words = new Set(value.toLowerCase().split(/\s+/u));
  const score = (match: NameMatch): number => {
    const other = filledIn(match.record.after.url);
    const shared = match.value
      .toLowerCase()
      .split(/\s+/u)
      .filter((word) => words.has(word)).length;
    const samePlaces = [...given].filter((name) => other.has(name)).length;
    return 2 * samePlaces - 2 * (other.size - samePlaces) + shared - Math.min(5, match.listed - 1);
  };
  return matches
    .map((match) => ({ match, score: score(match) }))
    .sort((a, b) => b.score - a.score)
    .map(({ match }) => match);
}

/** The answer to a query that reads like those that returned nothing of their name. */
function nothingFound(
  { parameter, asked, misses }: QueryParameter,
  value: string,
  chance: number,
): UnseenEntityResult | null {
  const [skeleton, ...peers] = misses;
  if (skeleton === undefined || peers.length === 0) return null;
  return {
    skeleton,
    peers,
    fixed: () => false,
    merge: (edits) => [...edits],
    evidence: misses.slice(0, 5).map(({ id }) => id),
    guesses: [],
    support: MOST_SUPPORT * chance,
    isEmpty: true,
    reason: `"${value}" does not read like a name of what is listed here (chance ${chance.toFixed(2)}): ${misses.length} of ${asked} recorded queries by ${parameter} returned no item of their name`,
  };
}
