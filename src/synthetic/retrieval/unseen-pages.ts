/**
 * Unrecorded pages, predicted from pages of their shape: as a result for a name, as a listing, or as a page like its
 * nearest neighbours.
 */

import type { ExperienceQuery, PageRequest } from "../../core/experience.ts";
import { splitUrl } from "../../page/url-parts.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { offerChoices } from "../tree/open-choices.ts";
import { KnownFacts } from "./binding/known-facts.ts";
import { bindPage, type PageExample } from "./binding/page-binding.ts";
import { reflectParameters } from "./binding/reflected-parameters.ts";
import { featuresOf, type RequestFeatures } from "./binding/request-features.ts";
import type { SessionMutation } from "./effect-retrieval.ts";
import type { View } from "./index/recorded-effect.ts";
import { sourcePage, type SiteIndex } from "./index/site-index.ts";
import { ListingComposer, type ComposedListing } from "./listings/listing-composer.ts";
import type { ShapeExample } from "./listings/shape-listings.ts";
import { SiteItems } from "./listings/site-items.ts";
import { UnseenEntityResults, type UnseenEntityResult } from "./listings/unseen-entity-results.ts";
import { likeness, nearness, sameKind, spread } from "./page-likeness.ts";
import { pageOn, type PagePrediction } from "./page-prediction.ts";

/** A recorded page of the shape with how alike the requests are, 0–2. */
interface RankedExample extends ShapeExample {
  like: number;
}

/** The request to predict, and the facts known about it. */
interface UnseenPage {
  url: string;
  features: RequestFeatures;
  examples: readonly ShapeExample[];
  /** The examples, nearest first. */
  ranked: readonly RankedExample[];
}

export class UnseenPages {
  readonly #index: SiteIndex;
  readonly #neighbours: number;
  readonly #listings: ListingComposer;
  readonly #unseenEntities: UnseenEntityResults;

  /** @param neighbours number of recorded pages that a page is predicted from */
  constructor(index: SiteIndex, neighbours: number) {
    this.#index = index;
    this.#neighbours = neighbours;
    const items = new SiteItems(index);
    this.#listings = new ListingComposer(index, items);
    this.#unseenEntities = new UnseenEntityResults(index, items);
  }

  /** null where no page of the URL's shape was recorded. @param query the request that asked for it first */
  predict(url: string, query: ExperienceQuery): PagePrediction | null {
    const shapeKey = this.#index.shapeKey("GET", url);
    // What stood at this address after a change says nothing about what stood there before.
    const examples = (shapeKey === null ? [] : this.#index.examplesOf(shapeKey)).filter(
      (example) => example.url !== url,
    );
    if (examples.length === 0) return null;
    const facts = new KnownFacts(this.#index.facts);
    if (query.page !== null) facts.learn(query.page);
    const request: PageRequest = { method: "GET", url, fields: null };
    const features = featuresOf(request, sourcePage(query.page), facts);
    const ranked = this.#rank(url, examples, features, query);
    const page: UnseenPage = { url, features, examples, ranked };
    const likenesses = new Map(ranked.map(({ record, like }) => [record, like]));
    const listing = this.#listings.compose(url, (record) => likenesses.get(record) ?? 0);
    if (listing === null || listing.isEmpty) {
      // Lists at other addresses of this shape are about other things, once this address was requested often enough.
      const result =
        this.#unseenEntities.predict(url, sameKind(url, examples), features) ??
        this.#unseenEntities.predict(url, examples, features);
      if (result !== null) return this.#fromResult(page, result);
    }
    return listing === null ? this.#fromNeighbours(page) : this.#fromListing(page, listing);
  }

  #rank(
    url: string,
    examples: readonly ShapeExample[],
    features: RequestFeatures,
    { cause }: ExperienceQuery,
  ): RankedExample[] {
    const isRedirected = cause.kind === "request" && cause.request.url !== url;
    return examples
      .map((example) => {
        const like = likeness(features, this.#index.featuresOfEvent(example.record));
        // A search leads to another kind of page than links do, even at a similar address.
        const sameWay = isRedirected && example.record.redirectStatus !== null ? 1 : 0;
        return { ...example, like, nearness: nearness(url, example.url) + like + sameWay };
      })
      .sort((a, b) => b.nearness - a.nearness);
  }

  #fromResult({ url, features }: UnseenPage, result: UnseenEntityResult): PagePrediction {
    const skeleton = this.#index.example(result.skeleton);
    const peers = result.peers
      .slice(0, this.#neighbours)
      .map((record) => this.#index.example(record));
    const bound = bindPage(skeleton, peers, features, result.fixed);
    return pageOn(skeleton, url, result.merge(bound.edits), {
      evidence: result.evidence,
      guesses: [...result.guesses, ...bound.guesses],
      support: result.support * (0.7 + 0.3 * bound.support),
      basis: result.isEmpty ? "empty" : "listed",
      reason: result.reason,
    });
  }

  #fromListing({ url, features, ranked }: UnseenPage, listing: ComposedListing): PagePrediction {
    const withCounts = (record: LoadRecord): PageExample => {
      const example = this.#index.example(record);
      return {
        ...example,
        features: new Map([...example.features, ...listing.featuresOf(record)]),
      };
    };
    const skeleton = this.#index.example(listing.skeleton);
    const bound = bindPage(
      withCounts(listing.skeleton),
      ranked
        .filter(({ record }) => record !== listing.skeleton)
        .slice(0, this.#neighbours)
        .map(({ record }) => withCounts(record)),
      new Map([...features, ...listing.features]),
      listing.fixed,
    );
    return pageOn(skeleton, url, listing.merge(bound.edits), {
      evidence: [skeleton.id, ...listing.evidence],
      guesses: [...listing.guesses, ...bound.guesses],
      support: listing.support,
      basis: listing.isEmpty ? "empty" : "listed",
      reason: listing.reason,
    });
  }

  #fromNeighbours({ url, features, examples, ranked }: UnseenPage): PagePrediction {
    const nearest = (ranked[0] as RankedExample).record;
    const skeleton = this.#index.example(nearest);
    const peers = spread(
      sameKind(url, ranked)
        .filter(({ record }) => record.after.url !== nearest.after.url)
        .map(({ record }) => record),
      this.#neighbours,
    ).map((record) => this.#index.example(record));
    const bound = bindPage(
      skeleton,
      peers,
      features,
      undefined,
      ranked.map(({ record }) => this.#index.example(record)),
    );
    // A list without a rule for its items counts as empty, whatever the site would show.
    const lacksItems = splitUrl(url).params.length > 0 && this.#listings.isListing(url);
    const pages = new Set(examples.map(({ record }) => this.#index.example(record).tree));
    const edits = [
      ...offerChoices(skeleton.tree, bound.edits, pages),
      ...reflectParameters(skeleton.tree, { from: nearest.after.url, to: url }),
    ];
    return pageOn(skeleton, url, edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      guesses: bound.guesses,
      support: bound.support * 0.8 * (peers.length > 0 ? 1 : 0.5),
      basis: lacksItems ? "empty" : "predicted",
      reason: `no recording of this page; built from ${skeleton.id}: ${bound.bound} places filled from the request, ${bound.unbound} left open`,
    });
  }

  /** The page after a state change when the page before is unknown: built like the recorded answers. */
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
    // The same answer again adds no evidence about what varies.
    const peers = rest
      .filter((effect) => effect.after !== best.after)
      .slice(0, this.#neighbours)
      .map(toExample);
    const skeleton = toExample(best);
    const bound = bindPage(skeleton, peers, withTarget(mutation.features, url));
    return pageOn(skeleton, url, bound.edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      guesses: bound.guesses,
      support: bound.support * 0.7,
      basis: "changed",
      reason: `no recording of the page before; built from the answer ${skeleton.id}`,
    });
  }
}
