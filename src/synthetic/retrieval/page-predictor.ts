/**
 * Pages as they are at a moment of a session: the page of the untouched site, known or made from its like, changed by
 * each state change of the session in turn.
 */

import type { ExperienceQuery, PageRequest } from "../../core/experience.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import { featuresOf, type RequestFeatures } from "./binding/request-features.ts";
import type { Basis } from "./certainty.ts";
import { predictEffect, type SessionMutation } from "./effect-retrieval.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { KnownFacts } from "./binding/known-facts.ts";
import { ListingComposer } from "./listings/listing-composer.ts";
import { SiteItems } from "./listings/site-items.ts";
import { offerChoices } from "../tree/open-choices.ts";
import { applyEdits } from "../tree/page-edit.ts";
import { restoreInvariants } from "./binding/page-invariants.ts";
import { UnseenEntityResults } from "./listings/unseen-entity-results.ts";
import { predictRedirect } from "./page-redirects.ts";
import { bindPage, type PageExample } from "./binding/page-binding.ts";
import { parseTree } from "../tree/page-tree.ts";
import { urlSimilarity } from "../buffer/replay-buffer.ts";
import type { View } from "./index/recorded-effect.ts";
import { sourcePage, type SiteIndex } from "./index/site-index.ts";
import { splitUrl } from "../../page/url-parts.ts";

/** A page as the model thinks it is at some moment of the session. */
export interface PagePrediction {
  url: string;
  status: number;
  redirectStatus: number | null;
  html: string;
  evidence: string[];
  /** Texts of it that are no more than a guess. */
  guesses: readonly string[];
  support: number;
  /** 0–1: that `url` is where a redirect leads; absent where there is none, or nothing tells it apart from the rest. */
  urlSupport?: number;
  basis: Basis;
  reasons: string[];
}

/** Products, then sums of them, then sums of those. */
const SUM_ROUNDS = 3;

/** Predicted pages that are kept. */
const KEPT_PAGES = 20_000;

export class PagePredictor {
  readonly #index: SiteIndex;
  readonly #neighbours: number;
  readonly #listings: ListingComposer;
  readonly #unseenEntities: UnseenEntityResults;
  readonly #pages = new Map<string, PagePrediction | null>();
  readonly #htmlIds = new Map<string, number>();

  /** @param neighbours real pages that a page never seen is made from */
  constructor(index: SiteIndex, neighbours: number) {
    this.#index = index;
    this.#neighbours = neighbours;
    const items = new SiteItems(index);
    this.#listings = new ListingComposer(index, items);
    this.#unseenEntities = new UnseenEntityResults(index, items);
  }

  /** A short name for the page a query is asked from. */
  htmlId({ page }: Pick<ExperienceQuery, "page">): string {
    if (page === null) return "-";
    let id = this.#htmlIds.get(page.html);
    if (id === undefined) this.#htmlIds.set(page.html, (id = this.#htmlIds.size));
    return `${id} ${page.url}`;
  }

  /** Whether the session has asked for a page. */
  wasAsked(url: string, query: ExperienceQuery): boolean {
    return this.firstAsked(url, query) !== query;
  }

  /** The page at a URL after some state changes of the session. */
  pageAt(
    url: string,
    mutations: readonly SessionMutation[],
    query: ExperienceQuery,
  ): PagePrediction | null {
    let page = this.#initialPage(url, query);
    if (page === null || page.status >= 400) return this.#createdPage(url, mutations) ?? page;
    for (const mutation of mutations) page = this.changed(page, mutation, page.url, "revisit");
    return page;
  }

  changed(
    page: PagePrediction,
    mutation: SessionMutation,
    url: string,
    view: View,
  ): PagePrediction {
    const effect = predictEffect(this.#index, mutation, url, parseTree(page.html), view);
    if (effect.edits.length === 0 && effect.evidence.length === 0)
      return { ...page, support: page.support * effect.support };
    const html = this.#withSums(url, applyEdits(page.html, effect.edits));
    return {
      ...page,
      url,
      html,
      evidence: [...effect.evidence, ...page.evidence],
      support: page.support * effect.support,
      basis: page.basis === "known" || page.basis === "seenAfterMutation" ? "changed" : page.basis,
      reasons: [
        ...page.reasons,
        `${new URL(mutation.request.url).pathname} changed it in ${effect.edits.length} places, ${effect.basis}`,
      ],
    };
  }

  /** The page with its figures worked out again. */
  #withSums(url: string, html: string): string {
    const invariants = this.#index.invariantsOf(url);
    let current = html;
    for (let round = 0; round < SUM_ROUNDS && invariants.length > 0; round++) {
      const edits = restoreInvariants(parseTree(current), invariants);
      if (edits.length === 0) break;
      current = applyEdits(current, edits);
    }
    return current;
  }

  /** A page that did not exist before the session: made like the page that such a change led to. */
  #createdPage(url: string, mutations: readonly SessionMutation[]): PagePrediction | null {
    for (const mutation of mutations.toReversed()) {
      const page = this.pageAfter(mutation, url, "revisit");
      if (page !== null) return page;
    }
    return null;
  }

  #initialPage(url: string, query: ExperienceQuery): PagePrediction | null {
    const known = this.#index.known(url);
    if (known !== null) {
      const agreeing = known.evidence.length;
      return {
        url: known.url,
        status: known.status,
        redirectStatus: known.redirectStatus,
        html: known.html,
        evidence: known.evidence.slice(0, 8),
        guesses: [],
        support: ((agreeing + 8) / (known.sightings + 8.3)) * (known.seenAfterMutation ? 0.8 : 1),
        basis: known.seenAfterMutation ? "seenAfterMutation" : "known",
        reasons: [
          known.seenAfterMutation
            ? `seen, after changes elsewhere, in ${agreeing} of ${known.sightings} recordings`
            : `seen as it is, before any change, in ${agreeing} of ${known.sightings} recordings`,
        ],
      };
    }
    const first = this.firstAsked(url, query);
    const cacheKey = `${url} ${this.htmlId(first)}`;
    let page = this.#pages.get(cacheKey);
    if (page === undefined) {
      page = this.#ledTo(url, first);
      if (this.#pages.size >= KEPT_PAGES) this.#pages.clear();
      this.#pages.set(cacheKey, page);
    }
    return page;
  }

  /** The moment a page was first asked for in the session: what was predicted then stays so. */
  firstAsked(url: string, query: ExperienceQuery): ExperienceQuery {
    const position = query.session.findIndex(
      ({ cause }) =>
        cause.kind === "request" && cause.request.method === "GET" && cause.request.url === url,
    );
    const event = query.session[position];
    if (event === undefined) return query;
    return { session: query.session.slice(0, position), page: event.before, cause: event.cause };
  }

  /** The page that a request for one never seen ends in: there, or where such requests were sent on to. */
  #ledTo(url: string, query: ExperienceQuery): PagePrediction | null {
    const request: PageRequest = { method: "GET", url, fields: null };
    const redirect = predictRedirect(
      this.#index,
      request,
      featuresOf(request, sourcePage(query.page), null),
    );
    if (redirect === null || redirect.url === url) return this.#predictPage(url, query);
    const { likelihood, support, evidence } = redirect;
    const target = likelihood * support < 0.5 ? null : this.#initialPage(redirect.url, query);
    if (target === null || target.status >= 400) {
      const page = this.#predictPage(url, query);
      return page === null ? null : { ...page, support: page.support * (1 - likelihood) };
    }
    return {
      ...target,
      redirectStatus: redirect.status,
      evidence: [...new Set([...evidence, ...target.evidence])],
      support: target.support * likelihood * support,
      urlSupport: likelihood * support,
      basis: target.basis === "known" ? "predicted" : target.basis,
      reasons: [`${evidence[0]} was sent on, here to ${redirect.url}`, ...target.reasons],
    };
  }

  /** A page never seen, from pages of its shape. */
  #predictPage(url: string, query: ExperienceQuery): PagePrediction | null {
    const shapeKey = this.#index.shapeKey("GET", url);
    const examples = shapeKey === null ? [] : this.#index.examplesOf(shapeKey);
    if (examples.length === 0) return null;
    const facts = new KnownFacts(this.#index.facts);
    if (query.page !== null) facts.learn(query.page);
    const request: PageRequest = { method: "GET", url, fields: null };
    const features = featuresOf(request, sourcePage(query.page), facts);
    const wasSentOn = query.cause.kind === "request" && query.cause.request.url !== url;
    const ranked = examples
      .map((example) => {
        const like = likeness(features, this.#index.featuresOfEvent(example.record));
        // What a search leads to is another kind of page than what links lead to, though at a like address.
        const sameWay = wasSentOn && example.record.redirectStatus !== null ? 1 : 0;
        return { ...example, like, nearness: nearness(url, example.url) + like + sameWay };
      })
      .sort((a, b) => b.nearness - a.nearness);
    const likenesses = new Map(ranked.map(({ record, like }) => [record, like]));
    const listing = this.#listings.compose(url, (record) => likenesses.get(record) ?? 0);
    const named =
      listing === null || listing.isEmpty
        ? // Lists at other addresses of this shape are of other things, where this one was asked often enough.
          (this.#unseenEntities.predict(url, sameKind(url, examples), features) ??
          this.#unseenEntities.predict(url, examples, features))
        : null;
    if (named !== null) {
      const skeleton = this.#index.example(named.skeleton);
      const peers = named.peers
        .slice(0, this.#neighbours)
        .map((record) => this.#index.example(record));
      const boundPage = bindPage(skeleton, peers, features, named.fixed);
      return this.#predicted(url, skeleton, named.merge(boundPage.edits), {
        evidence: named.evidence,
        guesses: [...named.guesses, ...boundPage.guesses],
        support: named.support * (0.7 + 0.3 * boundPage.support),
        basis: named.isEmpty ? "empty" : "listed",
        reason: named.reason,
      });
    }
    const skeletonRecord = listing?.skeleton ?? (ranked[0] as (typeof ranked)[number]).record;
    const skeleton = this.#index.example(skeletonRecord);
    const peers = spread(
      sameKind(url, ranked)
        .filter(({ record }) => record.after.url !== skeletonRecord.after.url)
        .map(({ record }) => record),
      this.#neighbours,
    ).map((record) => this.#index.example(record));
    if (listing !== null) {
      const withCounts = (example: PageExample, record: LoadRecord): PageExample => ({
        ...example,
        features: new Map([...example.features, ...listing.featuresOf(record)]),
      });
      const composed = bindPage(
        withCounts(skeleton, skeletonRecord),
        ranked
          .filter(({ record }) => record !== skeletonRecord)
          .slice(0, this.#neighbours)
          .map(({ record }) => withCounts(this.#index.example(record), record)),
        new Map([...features, ...listing.features]),
        listing.fixed,
      );
      const edits = listing.merge(composed.edits);
      return this.#predicted(url, skeleton, edits, {
        evidence: [skeleton.id, ...listing.evidence],
        guesses: [...listing.guesses, ...composed.guesses],
        support: listing.support,
        basis: listing.isEmpty ? "empty" : "listed",
        reason: listing.reason,
      });
    }
    const boundPage = bindPage(
      skeleton,
      peers,
      features,
      undefined,
      ranked.map(({ record }) => this.#index.example(record)),
    );
    // A list whose entries no rule gives is an empty one, whatever the site would show.
    const lacksEntries = splitUrl(url).params.length > 0 && this.#listings.isListing(url);
    const pages = new Set(examples.map(({ record }) => this.#index.example(record).tree));
    const edits = offerChoices(skeleton.tree, boundPage.edits, pages);
    return this.#predicted(url, skeleton, edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      guesses: boundPage.guesses,
      support: boundPage.support * 0.8 * (peers.length > 0 ? 1 : 0.5),
      basis: lacksEntries ? "empty" : "predicted",
      reason: `never seen; built like ${skeleton.id}, ${boundPage.bound} places bound anew, ${boundPage.unbound} left open`,
    });
  }

  #predicted(
    url: string,
    skeleton: PageExample,
    edits: PageEdit[],
    about: {
      evidence: string[];
      guesses: readonly string[];
      support: number;
      basis: Basis;
      reason: string;
    },
  ): PagePrediction {
    return {
      url,
      status: 200,
      redirectStatus: null,
      html: applyEdits(skeleton.tree.html, edits),
      evidence: about.evidence,
      guesses: about.guesses,
      support: about.support,
      basis: about.basis,
      reasons: [about.reason],
    };
  }

  /** The answer to a state change when the page before is not known: made like the answers that were seen. */
  pageAfter(mutation: SessionMutation, url: string, view: View): PagePrediction | null {
    if (mutation.shapeKey === null) return null;
    const shape = this.#index.shapeKey("GET", url);
    const effects = this.#index.effects
      .effectsOf(mutation.shapeKey)
      .filter(
        (effect) =>
          effect.url === url ||
          (shape !== null && this.#index.shapeKey("GET", effect.url) === shape),
      )
      .sort(
        (a, b) =>
          Number(b.view === view) -
          Number(a.view === view) +
          this.#index.effects.likeForms(b.mutation.request, mutation.request) -
          this.#index.effects.likeForms(a.mutation.request, mutation.request),
      );
    const [best, ...rest] = effects;
    if (best === undefined) return null;
    const withTarget = (features: RequestFeatures, target: string): RequestFeatures =>
      new Map([
        ...features,
        ...splitUrl(target).segments.map((segment, i) => [`segment:to:${i}`, segment] as const),
        ["target:path", new URL(target).pathname] as const,
      ]);
    const toExample = (effect: (typeof effects)[number]): PageExample => ({
      id: effect.id,
      tree: effect.after,
      features: withTarget(effect.features, effect.url),
    });
    // The same answer once more tells nothing of what varies.
    const peers = rest
      .filter((effect) => effect.after !== best.after)
      .slice(0, this.#neighbours)
      .map(toExample);
    const skeleton = toExample(best);
    const boundPage = bindPage(skeleton, peers, withTarget(mutation.features, url));
    return this.#predicted(url, skeleton, boundPage.edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      guesses: boundPage.guesses,
      support: boundPage.support * 0.7,
      basis: "changed",
      reason: `the page before is not known; built like the answer ${skeleton.id}`,
    });
  }
}

/** How near a known page is to a URL of its shape: most parameters in common first. */
function nearness(url: string, other: string): number {
  const [mine, theirs] = [splitUrl(url), splitUrl(other)];
  const names = new Set([...mine.params, ...theirs.params].map(([name]) => name));
  const common = [...names].filter(
    (name) =>
      mine.params.some(([own]) => own === name) && theirs.params.some(([own]) => own === name),
  ).length;
  return urlSimilarity(url, other) + (names.size === 0 ? 1 : common / names.size);
}

/** A part of an address that this many pages share tells a kind of page. */
const KIND_PAGES = 3;

/** Of pages whose addresses vary in several parts, those that share a part with the URL, where enough do. */
function sameKind<T extends { url: string }>(url: string, examples: readonly T[]): readonly T[] {
  const { segments } = splitUrl(url);
  let kept = examples;
  segments.forEach((segment, i) => {
    const like = kept.filter((example) => splitUrl(example.url).segments[i] === segment);
    if (new Set(like.map((example) => example.url)).size >= KIND_PAGES) kept = like;
  });
  return kept;
}

/** 0–2: how much of what a request tells another one told too: of its entry, and of the words of its address. */
function likeness(features: RequestFeatures, others: RequestFeatures): number {
  let [told, equal, words, shared] = [0, 0, 0, 0];
  for (const [name, value] of features) {
    const other = others.get(name);
    if (name.startsWith("item:")) {
      told++;
      // Told at all: it was reached in the same way.
      if (other !== undefined) equal += other === value ? 1 : 0.5;
    } else if (name.startsWith("segment:")) {
      const theirs = new Set(other?.split("-"));
      const own = value.split("-");
      words += own.length;
      shared += own.filter((word) => theirs.has(word)).length;
    }
  }
  return (told === 0 ? 0 : equal / told) + (words === 0 ? 0 : shared / words);
}

/** The nearest few and some from further away: what is constant among neighbours may vary over the site. */
function spread(records: readonly LoadRecord[], count: number): LoadRecord[] {
  const byUrl = [...new Map(records.map((record) => [record.after.url, record])).values()];
  if (byUrl.length <= count) return byUrl;
  const half = Math.ceil(count / 2);
  const far = byUrl.slice(half);
  const step = far.length / (count - half);
  return [
    ...byUrl.slice(0, half),
    ...Array.from({ length: count - half }, (_, i) => far[Math.floor(i * step)] as LoadRecord),
  ];
}
