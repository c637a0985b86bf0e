/**
 * The embedded experience model. It has neither weights nor a network: it retrieves recorded experience, compares it
 * and carries it over. A page of the session is the page before any state change, changed by each one in turn.
 */

import type {
  ExperienceModel,
  ExperienceQuery,
  PageEvent,
  PageRequest,
  SessionEvent,
} from "../../core/experience.ts";
import { type SiteRequest, isMutation } from "../../core/site-request.ts";
import { featuresOf } from "./binding/request-features.ts";
import { echoFields } from "./binding/echoed-fields.ts";
import type { Basis, Calibration } from "../certainty.ts";
import type { SessionMutation } from "./effect-retrieval.ts";
import { type LoadRecord } from "../buffer/experience-records.ts";
import type { PagePrediction } from "./page-prediction.ts";
import { PagePredictor } from "./page-predictor.ts";
import { applyEdits } from "../tree/page-edit.ts";
import { parseTree } from "../tree/page-tree.ts";
import { ReactionIndex } from "./reaction-retrieval.ts";
import type { RetrievalPrediction } from "./retrieval-prediction.ts";
import { bindDestination, likeMutations } from "./redirect-binding.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { SiteIndex, sourcePage } from "./index/site-index.ts";
import { plainerUrls, withoutFragment } from "../../page/url-parts.ts";
import { UnknownPages } from "./unknown-pages.ts";

export interface RetrievalModelOptions {
  buffer: ReplayBuffer;
  /** Number of real pages that an unseen page is made from. */
  neighbours?: number;
  /** Turns support into certainty; without a calibration, support itself is the certainty. */
  calibration?: Calibration;
  /** Predictions kept. */
  cacheSize?: number;
}

/** The basis of a page that was predicted for an unrecorded address. */
const GUESSED: ReadonlySet<Basis> = new Set(["predicted", "listed", "empty"]);

/** Number of recorded answers that show which fields a form repeats. */
const ECHOES = 7;

interface SessionState {
  fingerprint: string;
  mutations: SessionMutation[];
}

export class RetrievalModel implements ExperienceModel {
  readonly index: SiteIndex;
  readonly unpredictedRequests: readonly SiteRequest[];
  readonly #reactions: ReactionIndex;
  readonly #pages: PagePredictor;
  readonly #unknown: UnknownPages;
  readonly #cacheSize: number;
  #calibration: Calibration;
  readonly #predictions = new Map<string, RetrievalPrediction>();
  readonly #states = new WeakMap<SessionEvent, SessionState>();

  constructor({ buffer, neighbours = 6, calibration, cacheSize = 20_000 }: RetrievalModelOptions) {
    this.index = new SiteIndex(buffer);
    this.unpredictedRequests = buffer.scriptRequests;
    this.#reactions = new ReactionIndex(buffer.records, this.index);
    this.#pages = new PagePredictor(this.index, neighbours);
    this.#unknown = new UnknownPages(this.index);
    this.#calibration = calibration ?? ((_, support) => support);
    this.#cacheSize = cacheSize;
  }

  /** Replaces the calibration, and forgets earlier predictions. */
  calibrateWith(calibration: Calibration): void {
    this.#calibration = calibration;
    this.#predictions.clear();
  }

  predict(query: ExperienceQuery): RetrievalPrediction {
    const state = this.#stateOf(query.session);
    const { cause } = query;
    const key =
      cause.kind === "event"
        ? `event ${cause.event.kind} ${cause.event.element} ${cause.event.text} ${this.#pages.htmlId(query)}`
        : `${state.fingerprint} ${cause.request.method} ${cause.request.url} ${this.#restsOn(
            cause.request,
            query,
          )} ${JSON.stringify(cause.request.fields)}`;
    // A page that a script opens depends on the session. A page that it changes does not.
    const keyInSession = `${state.fingerprint} ${key}`;
    const known = this.#predictions.get(key) ?? this.#predictions.get(keyInSession);
    if (known !== undefined) return known;
    const prediction =
      cause.kind === "event"
        ? this.#predictReaction(query, cause.event, state)
        : this.#predictLoad(query, cause.request, state);
    if (this.#predictions.size >= this.#cacheSize)
      this.#predictions.delete(this.#predictions.keys().next().value as string);
    const { next } = prediction;
    const isOpened = cause.kind === "event" && next.kind === "page" && next.url !== query.page?.url;
    this.#predictions.set(isOpened ? keyInSession : key, prediction);
    return prediction;
  }

  /** A known page is the same for every request. An unseen one depends on the page that first asked for it. */
  #restsOn(request: PageRequest, query: ExperienceQuery): string {
    if (request.method !== "GET") return this.#pages.htmlId(query);
    if (this.index.known(request.url) !== null) return "";
    return this.#pages.htmlId(this.#pages.firstAsked(request.url, query));
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
      features: featuresOf(request, sourcePage(before), this.index.facts),
      shapeKey: this.index.shapeKey("POST", request.url),
    };
  }

  #predictLoad(
    query: ExperienceQuery,
    request: PageRequest,
    state: SessionState,
  ): RetrievalPrediction {
    const page = isMutation(request)
      ? this.#answerMutation(query, request, state)
      : this.#pages.pageAt(withoutFragment(request.url), state.mutations, query);
    if (page === null) return this.#unknown.answer(request, query);
    return {
      reasoning: page.reasons.join("; "),
      next: {
        kind: "page",
        url: page.url,
        status: page.status,
        redirectStatus: page.redirectStatus,
        html: page.html,
      },
      evidence: [...new Set(page.evidence)],
      guesses: [...page.guesses],
      certainty: this.#calibration(page.basis, page.support),
      ...(page.urlSupport !== undefined && { urlCertainty: page.urlSupport }),
      basis: page.basis,
      support: page.support,
    };
  }

  #predictReaction(
    query: ExperienceQuery,
    event: PageEvent,
    state: SessionState,
  ): RetrievalPrediction {
    const { page } = query;
    const { kind } = event;
    const reaction =
      page === null ? null : this.#reactions.predict(event, parseTree(page.html), page.url);
    const { edits = [], opens = null, evidence = [], guesses = [], support = 0.5 } = reaction ?? {};
    if (opens !== null) {
      return this.#predictOpening(query, opens.url, state, {
        reasoning: `a ${kind} on such an element opened a page in ${evidence[0]}, so it opens ${opens.url} here`,
        evidence,
        support: support * opens.support,
      });
    }
    const about = {
      evidence,
      guesses,
      certainty: this.#calibration("reaction", support),
      basis: "reaction",
      support,
    } as const;
    if (page === null || edits.length === 0)
      return {
        ...about,
        reasoning:
          reaction === null
            ? `no recording of a ${kind} on such an element: only the browser itself reacts`
            : `a ${kind} on such an element changed nothing in the recordings`,
        next: { kind: "unchanged" },
      };
    return {
      ...about,
      reasoning: `a ${kind} on such an element changed the page in ${evidence[0]}; the same change here is ${edits.length} edits`,
      next: {
        kind: "page",
        url: page.url,
        status: 200,
        redirectStatus: null,
        html: applyEdits(page.html, edits),
      },
    };
  }

  /** The page that a script opens: the answer to its request. It is as sure as that, and as the request itself. */
  #predictOpening(
    query: ExperienceQuery,
    url: string,
    state: SessionState,
    sent: Pick<RetrievalPrediction, "reasoning" | "evidence" | "support">,
  ): RetrievalPrediction {
    const request: PageRequest = { method: "GET", url, fields: null };
    const page = this.#predictLoad(
      { ...query, cause: { kind: "request", request } },
      request,
      state,
    );
    const support = page.support * sent.support;
    return {
      ...page,
      reasoning: `${sent.reasoning}; ${page.reasoning}`,
      next: page.next.kind === "page" ? { ...page.next, redirectStatus: null } : page.next,
      evidence: [...new Set([...sent.evidence, ...page.evidence])],
      support,
      certainty: this.#calibration(page.basis, support),
      urlCertainty: (page.urlCertainty ?? 1) * sent.support,
    };
  }

  #answerMutation(
    query: ExperienceQuery,
    request: PageRequest,
    state: SessionState,
  ): PagePrediction | null {
    const mutation = this.#mutation(request, query.page);
    const records = likeMutations(this.index, mutation);
    const best = records[0];
    if (best === undefined) return null;
    const target = bindDestination(this.index, mutation, best, records.slice(1, 7));
    const { redirectStatus } = best;
    const plainer = plainerUrls(target.url);
    const familiar = plainer.find((url) => this.index.known(url) !== null) ?? plainer.at(-1);
    const before = this.#pages.pageAt(familiar ?? target.url, state.mutations, query);
    // A page that nobody saw, not even this session, is predicted from the answers to such changes.
    const isGuess =
      before === null ||
      before.status >= 400 ||
      (GUESSED.has(before.basis) && !this.#pages.wasAsked(before.url, query));
    const answered = isGuess ? this.#pages.pageAfter(mutation, target.url, "response") : null;
    const predicted =
      answered ??
      (before !== null && before.status < 400
        ? this.#pages.changed(before, mutation, target.url, "response")
        : null);
    if (predicted === null) return null;
    const page =
      redirectStatus !== null
        ? predicted
        : withEchoes(predicted, request, records.slice(0, ECHOES));
    const fits = 0.7 + 0.3 * this.index.effects.likeForms(best.request, request);
    return {
      ...page,
      url: target.url,
      status: best.status,
      redirectStatus,
      support: page.support * target.support * fits,
      ...(redirectStatus !== null && { urlSupport: target.support * fits }),
      basis: "changed",
      evidence: [best.id, ...page.evidence],
      reasons: [
        `${best.id} led to ${best.after.url}, so this request leads to ${target.url}`,
        ...page.reasons,
      ],
    };
  }
}

/** A form that is answered at its own address may be shown again with the sent values. */
function withEchoes(
  page: PagePrediction,
  request: PageRequest,
  records: readonly LoadRecord[],
): PagePrediction {
  const echoes = records.filter((record) => record.redirectStatus === null);
  const edits = echoFields(parseTree(page.html), request, echoes);
  return { ...page, html: applyEdits(page.html, edits) };
}
