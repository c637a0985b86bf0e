/**
 * The embedded experience model: no weights and no network, but recorded experience, retrieved, compared and bound
 * anew. A page of the session is the page of the untouched site, changed by each state change of the session in turn.
 */

import type {
  ExperienceModel,
  ExperienceQuery,
  PageEdit,
  PageRequest,
  Prediction,
  SessionEvent,
} from "../core/experience.ts";
import { describeRequest, type Sources } from "./cause-sources.ts";
import type { Basis, Calibration } from "./certainty.ts";
import { predictEffect, likeFields, type SessionMutation } from "./effect-retrieval.ts";
import { isMutation, withoutFragment, type LoadRecord } from "./experience-records.ts";
import { KnownFacts } from "./known-facts.ts";
import { composeListing, isListing } from "./listing-composer.ts";
import { applyEdits, diffPages } from "./page-diff.ts";
import { restoreInvariants } from "./page-invariants.ts";
import { synthesizePage, type PageExample } from "./page-synthesis.ts";
import { parseTree } from "./page-tree.ts";
import { ReactionMemory } from "./reaction-retrieval.ts";
import { urlSimilarity, type ReplayBuffer } from "./replay-buffer.ts";
import { SiteMemory, sourcePage } from "./site-memory.ts";
import { bindText } from "./slot-binding.ts";
import { plainerUrls, splitUrl } from "./url-shapes.ts";

export interface RetrievalModelOptions {
  buffer: ReplayBuffer;
  /** Real pages that a page never seen is made from. */
  neighbours?: number;
  /** What support is worth; without one, support itself is the certainty. */
  calibration?: Calibration;
  /** Predictions kept. */
  cacheSize?: number;
}

/** A page as the model thinks it is at some moment of the session. */
interface ImaginedPage {
  url: string;
  status: number;
  redirected: boolean;
  html: string;
  /** Known page that `edits` start from. */
  base: string;
  edits: PageEdit[];
  evidence: string[];
  support: number;
  basis: Basis;
  reasons: string[];
}

/** Products, then sums of them, then sums of those. */
const SUM_ROUNDS = 3;

interface SessionState {
  fingerprint: string;
  mutations: SessionMutation[];
}

export interface RetrievalPrediction extends Prediction {
  /** What it rests on, and the model's own figure before calibration. */
  basis: Basis;
  support: number;
}

export class RetrievalModel implements ExperienceModel {
  readonly memory: SiteMemory;
  readonly #reactions: ReactionMemory;
  readonly #neighbours: number;
  readonly #cacheSize: number;
  #calibration: Calibration;
  readonly #predictions = new Map<string, RetrievalPrediction>();
  readonly #pages = new Map<string, ImaginedPage | null>();
  readonly #states = new WeakMap<SessionEvent, SessionState>();
  readonly #htmlIds = new Map<string, number>();

  constructor({ buffer, neighbours = 6, calibration, cacheSize = 20_000 }: RetrievalModelOptions) {
    this.memory = new SiteMemory(buffer);
    this.#reactions = new ReactionMemory(this.memory.reactions, this.memory.shapes);
    this.#neighbours = neighbours;
    this.#calibration = calibration ?? ((_, support) => support);
    this.#cacheSize = cacheSize;
  }

  /** Replaces what support is worth. Predictions made so far are forgotten. */
  calibrateWith(calibration: Calibration): void {
    this.#calibration = calibration;
    this.#predictions.clear();
  }

  predict(query: ExperienceQuery): RetrievalPrediction {
    const state = this.#stateOf(query.session);
    const { cause } = query;
    const key =
      cause.kind === "event"
        ? `event ${cause.event.kind} ${cause.event.element} ${cause.event.text} ${this.#htmlId(query)}`
        : `${state.fingerprint} ${cause.request.method} ${cause.request.url} ${
            this.#restsOnPage(cause.request) ? this.#htmlId(query) : ""
          } ${JSON.stringify(cause.request.fields)}`;
    const known = this.#predictions.get(key);
    if (known !== undefined) return known;
    const prediction =
      cause.kind === "event"
        ? this.#predictReaction(query, cause.event)
        : this.#predictLoad(query, cause.request, state);
    if (this.#predictions.size >= this.#cacheSize)
      this.#predictions.delete(this.#predictions.keys().next().value as string);
    this.#predictions.set(key, prediction);
    return prediction;
  }

  /** Known pages are what they are wherever one comes from. */
  #restsOnPage(request: PageRequest): boolean {
    return request.method !== "GET" || this.memory.known(request.url) === null;
  }

  #htmlId(query: ExperienceQuery): string {
    if (query.page === null) return "-";
    let id = this.#htmlIds.get(query.page.html);
    if (id === undefined) this.#htmlIds.set(query.page.html, (id = this.#htmlIds.size));
    return `${id} ${query.page.url}`;
  }

  #stateOf(session: readonly SessionEvent[]): SessionState {
    let start = session.length;
    let state: SessionState = { fingerprint: "", mutations: [] };
    while (start > 0) {
      const known = this.#states.get(session[start - 1] as SessionEvent);
      if (known !== undefined) {
        state = known;
        break;
      }
      start--;
    }
    for (const event of session.slice(start)) {
      const { cause } = event;
      if (cause.kind === "request" && isMutation(cause.request)) {
        const mutation = this.#mutation(cause.request, event.before);
        const label = `${cause.request.url}?${JSON.stringify(cause.request.fields)}@${event.before?.url ?? ""}`;
        state = {
          fingerprint: `${state.fingerprint}|${label}`,
          mutations: [...state.mutations, mutation],
        };
      }
      this.#states.set(event, state);
    }
    return state;
  }

  #mutation(request: PageRequest, before: SessionEvent["before"]): SessionMutation {
    return {
      request,
      sources: describeRequest(request, sourcePage(before), this.memory.facts),
      shapeKey: this.memory.shapeKey("POST", request.url),
    };
  }

  #predictLoad(
    query: ExperienceQuery,
    request: PageRequest,
    state: SessionState,
  ): RetrievalPrediction {
    const page = isMutation(request)
      ? this.#answerMutation(query, request, state)
      : this.#pageAt(withoutFragment(request.url), state.mutations, query);
    if (page === null) return this.#unknown(request);
    return {
      reasoning: page.reasons.join("; "),
      change: {
        kind: "page",
        url: page.url,
        status: page.status,
        redirected: page.redirected,
        base: page.base,
        edits: page.edits,
      },
      evidence: [...new Set(page.evidence)],
      certainty: this.#calibration(page.basis, page.support),
      basis: page.basis,
      support: page.support,
    };
  }

  #unknown(request: PageRequest): RetrievalPrediction {
    return {
      reasoning: `nothing like ${request.method} ${request.url} was ever recorded`,
      change: {
        kind: "page",
        url: request.url,
        status: 404,
        redirected: false,
        base: "<!doctype html><html><head><title>Unknown page</title></head><body><main><h1>Unknown page</h1><p>Nothing is known about this address.</p></main></body></html>",
        edits: [],
      },
      evidence: [],
      certainty: 0,
      basis: "nothing",
      support: 0,
    };
  }

  #predictReaction(
    query: ExperienceQuery,
    event: Extract<ExperienceQuery["cause"], { kind: "event" }>["event"],
  ): RetrievalPrediction {
    const page = query.page;
    const reaction =
      page === null ? null : this.#reactions.predict(event, parseTree(page.html), page.url);
    if (page === null || reaction === null || reaction.edits.length === 0) {
      const support = reaction?.support ?? 0.5;
      return {
        reasoning:
          reaction === null
            ? `no ${event.kind} on such an element was ever recorded: the browser's own reaction alone`
            : `a ${event.kind} on such an element changed nothing in what was recorded`,
        change: { kind: "none" },
        evidence: reaction?.evidence ?? [],
        certainty: this.#calibration("reaction", support),
        basis: "reaction",
        support,
      };
    }
    return {
      reasoning: `a ${event.kind} on such an element changed the page in ${reaction.evidence[0]}; carried over as ${reaction.edits.length} edits`,
      change: {
        kind: "page",
        url: page.url,
        status: 200,
        redirected: false,
        base: page.html,
        edits: reaction.edits,
      },
      evidence: reaction.evidence,
      certainty: this.#calibration("reaction", reaction.support),
      basis: "reaction",
      support: reaction.support,
    };
  }

  /** The page at a URL after some state changes of the session. */
  #pageAt(
    url: string,
    mutations: readonly SessionMutation[],
    query: ExperienceQuery,
  ): ImaginedPage | null {
    let page = this.#untouched(url, query);
    if (page === null || page.status >= 400) return this.#createdPage(url, mutations) ?? page;
    for (const mutation of mutations) page = this.#changed(page, mutation, page.url, false);
    return page;
  }

  #changed(
    page: ImaginedPage,
    mutation: SessionMutation,
    url: string,
    immediate: boolean,
  ): ImaginedPage {
    const effect = predictEffect(this.memory, mutation, url, parseTree(page.html), immediate);
    if (effect.edits.length === 0 && effect.evidence.length === 0)
      return { ...page, support: page.support * effect.support };
    const html = this.#withSums(url, applyEdits(page.html, effect.edits));
    return {
      ...page,
      url,
      base: page.html,
      edits: diffPages(parseTree(page.html), parseTree(html)),
      html,
      evidence: [...effect.evidence, ...page.evidence],
      support: page.support * effect.support,
      basis: page.basis === "known" || page.basis === "touched" ? "changed" : page.basis,
      reasons: [
        ...page.reasons,
        `${new URL(mutation.request.url).pathname} changed it in ${effect.edits.length} places, ${effect.basis}`,
      ],
    };
  }

  /** The page with its figures worked out again. */
  #withSums(url: string, html: string): string {
    const invariants = this.memory.invariantsOf(url);
    let current = html;
    for (let round = 0; round < SUM_ROUNDS && invariants.length > 0; round++) {
      const edits = restoreInvariants(parseTree(current), invariants);
      if (edits.length === 0) break;
      current = applyEdits(current, edits);
    }
    return current;
  }

  /** A page that did not exist before the session: made like the page that such a change led to. */
  #createdPage(url: string, mutations: readonly SessionMutation[]): ImaginedPage | null {
    for (const mutation of mutations.toReversed()) {
      const page = this.#pageAfter(mutation, url, true);
      if (page !== null) return page;
    }
    return null;
  }

  #untouched(url: string, query: ExperienceQuery): ImaginedPage | null {
    const known = this.memory.known(url);
    if (known !== null) {
      const agreeing = known.evidence.length;
      return {
        url: known.url,
        status: known.status,
        redirected: known.redirected,
        html: known.html,
        base: known.html,
        edits: [],
        evidence: known.evidence.slice(0, 8),
        support: ((agreeing + 8) / (known.sightings + 8.3)) * (known.touched ? 0.8 : 1),
        basis: known.touched ? "touched" : "known",
        reasons: [
          known.touched
            ? `seen, after changes elsewhere, in ${agreeing} of ${known.sightings} recordings`
            : `seen as it is, before any change, in ${agreeing} of ${known.sightings} recordings`,
        ],
      };
    }
    const first = this.#firstAsked(url, query);
    const cacheKey = `${url} ${this.#htmlId(first)}`;
    let page = this.#pages.get(cacheKey);
    if (page === undefined) {
      page = this.#imagine(url, first);
      this.#pages.set(cacheKey, page);
    }
    return page;
  }

  /** The moment a page was first asked for in the session: what was imagined then stays so. */
  #firstAsked(url: string, query: ExperienceQuery): ExperienceQuery {
    const index = query.session.findIndex(
      ({ cause }) =>
        cause.kind === "request" && cause.request.method === "GET" && cause.request.url === url,
    );
    const event = query.session[index];
    if (event === undefined) return query;
    return { session: query.session.slice(0, index), page: event.before, cause: event.cause };
  }

  /** A page never seen, from pages of its shape. */
  #imagine(url: string, query: ExperienceQuery): ImaginedPage | null {
    const shapeKey = this.memory.shapeKey("GET", url);
    const examples = shapeKey === null ? [] : this.memory.examplesOf(shapeKey);
    if (examples.length === 0) return null;
    const facts = new KnownFacts(this.memory.facts);
    for (const event of query.session) facts.learn(event.after);
    if (query.page !== null) facts.learn(query.page);
    const request: PageRequest = { method: "GET", url, fields: null };
    const sources = describeRequest(request, sourcePage(query.page), facts);
    const ranked = examples
      .map((example) => ({ ...example, nearness: nearness(url, example.url) }))
      .sort((a, b) => b.nearness - a.nearness);
    const listing = composeListing(url, examples, this.memory);
    const skeletonRecord = listing?.skeleton ?? (ranked[0] as (typeof ranked)[number]).record;
    const skeleton = this.memory.example(skeletonRecord);
    const peers = spread(
      ranked.filter(({ record }) => record !== skeletonRecord).map(({ record }) => record),
      this.#neighbours,
    ).map((record) => this.memory.example(record));
    if (listing !== null) {
      const withCounts = (example: PageExample, record: LoadRecord): PageExample => ({
        ...example,
        sources: new Map([...example.sources, ...listing.sourcesOf(record)]),
      });
      const composed = synthesizePage(
        withCounts(skeleton, skeletonRecord),
        ranked
          .filter(({ record }) => record !== skeletonRecord)
          .slice(0, this.#neighbours)
          .map(({ record }) => withCounts(this.memory.example(record), record)),
        new Map([...sources, ...listing.sources]),
        listing.fixed,
      );
      const edits = listing.merge(composed.edits);
      return this.#imagined(url, skeleton, edits, {
        evidence: [skeleton.id, ...listing.evidence],
        support: listing.support,
        basis: listing.isEmpty ? "empty" : "listed",
        reason: listing.reason,
      });
    }
    const synthesis = synthesizePage(skeleton, peers, sources);
    // A list whose entries no rule gives is an empty one, whatever the site would show.
    const lacksEntries = splitUrl(url).params.length > 0 && isListing(url, examples, this.memory);
    return this.#imagined(url, skeleton, synthesis.edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      support: synthesis.support * 0.8 * (peers.length > 0 ? 1 : 0.5),
      basis: lacksEntries ? "empty" : "synthesized",
      reason: `never seen; built like ${skeleton.id}, ${synthesis.bound} places bound anew, ${synthesis.unbound} left open`,
    });
  }

  #imagined(
    url: string,
    skeleton: PageExample,
    edits: PageEdit[],
    about: { evidence: string[]; support: number; basis: Basis; reason: string },
  ): ImaginedPage {
    const base = skeleton.tree.html;
    return {
      url,
      status: 200,
      redirected: false,
      html: applyEdits(base, edits),
      base,
      edits,
      evidence: about.evidence,
      support: about.support,
      basis: about.basis,
      reasons: [about.reason],
    };
  }

  #answerMutation(
    query: ExperienceQuery,
    request: PageRequest,
    state: SessionState,
  ): ImaginedPage | null {
    const mutation = this.#mutation(request, query.page);
    const records = this.#likeMutations(mutation);
    const best = records[0];
    if (best === undefined) return null;
    const target = this.#destination(mutation, best, records.slice(1, 7));
    const redirected = best.after.url !== best.request.url;
    const plainer = plainerUrls(target.url);
    const familiar = plainer.find((url) => this.memory.known(url) !== null) ?? plainer.at(-1);
    const before = this.#pageAt(familiar ?? target.url, state.mutations, query);
    const page =
      before !== null && before.status < 400
        ? this.#changed(before, mutation, target.url, true)
        : this.#pageAfter(mutation, target.url, false);
    if (page === null) return null;
    const fits = 0.7 + 0.3 * likeFields(best.request, request);
    return {
      ...page,
      url: target.url,
      status: best.status,
      redirected,
      support: page.support * target.support * fits,
      basis: "changed",
      evidence: [best.id, ...page.evidence],
      reasons: [`${best.id} led to ${best.after.url}, here ${target.url}`, ...page.reasons],
    };
  }

  /** Recorded state changes of the same shape, likest first. */
  #likeMutations(mutation: SessionMutation): LoadRecord[] {
    if (mutation.shapeKey === null) return [];
    const score = (record: LoadRecord): number =>
      2 * likeFields(record.request, mutation.request) +
      urlSimilarity(record.request.url, mutation.request.url) +
      (record.before !== null && record.before.url === mutation.sources.get("from:path") ? 0.5 : 0);
    return this.memory
      .mutationsOf(mutation.shapeKey)
      .map((record) => ({ record, score: score(record) }))
      .sort((a, b) => b.score - a.score)
      .map(({ record }) => record);
  }

  /** Where the answer to a state change leads: the example's address with its parts bound anew. */
  #destination(
    mutation: SessionMutation,
    best: LoadRecord,
    others: readonly LoadRecord[],
  ): { url: string; support: number } {
    const from = new URL(best.after.url);
    if (best.after.url === best.request.url) return { url: mutation.request.url, support: 1 };
    const own = this.memory.sourcesOf(best);
    const whole = bindText(
      from.pathname + from.search,
      own,
      mutation.sources,
      others.map((record) => {
        const { pathname, search } = new URL(record.after.url);
        return { text: pathname + search, sources: this.memory.sourcesOf(record) };
      }),
    );
    if (whole.text?.startsWith("/") === true && whole.support > 0.3)
      return { url: new URL(whole.text, mutation.request.url).href, support: whole.support };
    const alike = others.filter(
      (record) =>
        splitUrl(record.after.url).segments.length === splitUrl(best.after.url).segments.length,
    );
    const peers = alike.map((record) => ({
      url: new URL(record.after.url),
      sources: this.memory.sourcesOf(record),
    }));
    let support = 1;
    const bind = (text: string, at: (url: URL) => string | null | undefined): string => {
      const bound = bindText(
        text,
        own,
        mutation.sources,
        peers.flatMap(({ url, sources }) => {
          const other = at(url);
          return typeof other === "string" ? [{ text: other, sources }] : [];
        }),
      );
      support = Math.min(support, bound.text === null ? 0.2 : bound.support);
      return bound.text ?? text;
    };
    const parts = from.pathname
      .split("/")
      .map((part, i) => (part === "" ? "" : bind(part, (url) => url.pathname.split("/")[i])));
    const url = new URL(from.href);
    url.pathname = parts.join("/");
    for (const [name, value] of from.searchParams)
      url.searchParams.set(
        name,
        bind(value, (other) => other.searchParams.get(name)),
      );
    return { url: url.href, support };
  }

  /** The answer to a state change when the page before is not known: made like the answers that were seen. */
  #pageAfter(mutation: SessionMutation, url: string, later: boolean): ImaginedPage | null {
    if (mutation.shapeKey === null) return null;
    const shape = this.memory.shapeKey("GET", url);
    const effects = this.memory
      .effectsOf(mutation.shapeKey)
      .filter(
        (effect) =>
          effect.url === url ||
          (shape !== null && this.memory.shapeKey("GET", effect.url) === shape),
      )
      .sort(
        (a, b) =>
          Number(b.immediate !== later) -
          Number(a.immediate !== later) +
          likeFields(b.mutation.request, mutation.request) -
          likeFields(a.mutation.request, mutation.request),
      );
    const [best, ...rest] = effects;
    if (best === undefined) return null;
    const withTarget = (sources: Sources, target: string): Sources =>
      new Map([
        ...sources,
        ...splitUrl(target).segments.map((segment, i) => [`segment:to:${i}`, segment] as const),
        ["target:path", new URL(target).pathname] as const,
      ]);
    const toExample = (effect: (typeof effects)[number]): PageExample => ({
      id: effect.id,
      tree: effect.after,
      sources: withTarget(effect.sources, effect.url),
    });
    const peers = rest.slice(0, this.#neighbours).map(toExample);
    const skeleton = toExample(best);
    const synthesis = synthesizePage(skeleton, peers, withTarget(mutation.sources, url));
    return this.#imagined(url, skeleton, synthesis.edits, {
      evidence: [skeleton.id, ...peers.map((peer) => peer.id)],
      support: synthesis.support * 0.7,
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
