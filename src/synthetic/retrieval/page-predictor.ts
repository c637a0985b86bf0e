/**
 * Pages at a moment of a session: the page before any state change, recorded or predicted, and then each state change
 * of the session applied in turn.
 */

import type { ExperienceQuery, PageRequest } from "../../core/experience.ts";
import { applyEdits } from "../tree/page-edit.ts";
import { parseTree } from "../tree/page-tree.ts";
import { restoreInvariants } from "./binding/page-invariants.ts";
import { featuresOf } from "./binding/request-features.ts";
import { predictEffect, type SessionMutation } from "./effect-retrieval.ts";
import type { View } from "./index/recorded-effect.ts";
import { sourcePage, type SiteIndex } from "./index/site-index.ts";
import type { PagePrediction } from "./page-prediction.ts";
import { predictRedirect } from "./page-redirects.ts";
import { UnseenPages } from "./unseen-pages.ts";

/** Products, then sums of them, then sums of those. */
const SUM_ROUNDS = 3;

/** Predicted pages that are kept. */
const KEPT_PAGES = 20_000;

export class PagePredictor {
  readonly #index: SiteIndex;
  readonly #unseen: UnseenPages;
  readonly #pages = new Map<string, PagePrediction | null>();
  readonly #htmlIds = new Map<string, number>();

  /** @param neighbours number of recorded pages that an unseen page is predicted from */
  constructor(index: SiteIndex, neighbours: number) {
    this.#index = index;
    this.#unseen = new UnseenPages(index, neighbours);
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

  /** The page after a state change when the page before is not known. */
  pageAfter(mutation: SessionMutation, url: string, view: View): PagePrediction | null {
    return this.#unseen.pageAfter(mutation, url, view);
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
        `${new URL(mutation.request.url).pathname} changed ${effect.edits.length} places of the page, ${effect.basis}`,
      ],
    };
  }

  /** The page with its figures computed again. */
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

  /** A page that did not exist before the session, predicted from the pages that such changes led to. */
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
            ? `recorded only after changes elsewhere, the same in ${agreeing} of ${known.sightings} recordings`
            : `recorded before any change, the same in ${agreeing} of ${known.sightings} recordings`,
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

  /** The moment of the first request for a page in the session. Its prediction stays the same from then on. */
  firstAsked(url: string, query: ExperienceQuery): ExperienceQuery {
    const position = query.session.findIndex(
      ({ cause }) =>
        cause.kind === "request" && cause.request.method === "GET" && cause.request.url === url,
    );
    const event = query.session[position];
    if (event === undefined) return query;
    return { session: query.session.slice(0, position), page: event.before, cause: event.cause };
  }

  /** The page at the end of a request for an unseen one: at its own URL, or where such requests were redirected to. */
  #ledTo(url: string, query: ExperienceQuery): PagePrediction | null {
    const request: PageRequest = { method: "GET", url, fields: null };
    const redirect = predictRedirect(
      this.#index,
      request,
      featuresOf(request, sourcePage(query.page), null),
    );
    if (redirect === null || redirect.url === url) return this.#unseen.predict(url, query);
    const { likelihood, support, evidence } = redirect;
    const target = likelihood * support < 0.5 ? null : this.#initialPage(redirect.url, query);
    if (target === null || target.status >= 400) {
      const page = this.#unseen.predict(url, query);
      return page === null ? null : { ...page, support: page.support * (1 - likelihood) };
    }
    return {
      ...target,
      redirectStatus: redirect.status,
      evidence: [...new Set([...evidence, ...target.evidence])],
      support: target.support * likelihood * support,
      urlSupport: likelihood * support,
      basis: target.basis === "known" ? "predicted" : target.basis,
      reasons: [
        `${evidence[0]} was redirected, so this request is redirected to ${redirect.url}`,
        ...target.reasons,
      ],
    };
  }
}
