/** The requests of a browser context. Recorder and checks read them, the ledger counts them, settling awaits them. */

import type { BrowserContext, Request } from "playwright";
import type { SiteRequest } from "../../core/site-request.ts";
import type { ChangeSignal } from "./change-signal.ts";
import { BlobBodies } from "./blob-bodies.ts";
import { parseFormFields } from "./form-fields.ts";
import { isCacheable } from "./cacheable-answer.ts";
import { isAssetAnswer } from "../sites/asset-answer.ts";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { withoutFragment } from "../../page/url-parts.ts";

export interface RequestCounts {
  /** Documents and script fetches during episodes, with redirect hops, without assets (`isAssetAnswer`). */
  pageRequests: number;
  /** The same, for pages that checks opened after an episode. */
  probeRequests: number;
  /**
   * Requests of any kind that ended without an answer. When a page is left, the browser may cancel some before sending.
   * The site may thus have seen this many fewer. It may also have seen more: only an answer shows a request's kind.
   */
  unanswered: number;
  /** Requests of any kind in progress. */
  pending: number;
}

export const NOTHING_COUNTED: Readonly<RequestCounts> = {
  pageRequests: 0,
  probeRequests: 0,
  unanswered: 0,
  pending: 0,
};

const SCRIPT_FETCHES = new Set(["xhr", "fetch", "ping", "eventsource"]);
type Purpose = "pageRequests" | "probeRequests";

/** A page is incomplete without these. Pictures, fonts and streams only count until the load event. */
const AWAITED = new Set(["document", "xhr", "fetch", "script", "stylesheet"]);

/** The parts of a page: while they arrive, the page is still loading. */
const PARTS = new Set(["document", "script", "stylesheet"]);
/** Script requests. Chromium reports them finished only once the script has read the answer. Many never do. */
const READ_BY_SCRIPTS = new Set(["xhr", "fetch"]);
/** These add no nodes to a page. */
const PICTURES = new Set(["image", "font", "media"]);
/** Time from the head of an answer to its end, in milliseconds. After that, nobody reads it or it is a stream. */
const LATEST_END_MS = 500;

/** Methods whose requests have no body. */
const WITHOUT_BODY = new Set(["GET", "HEAD", "OPTIONS"]);

/** Going back to a form's answer that is not cached: Chromium shows an error instead of submitting again. */
const NEVER_SENT = new Set(["net::ERR_CACHE_MISS"]);

export class RequestLog {
  readonly #counts: RequestCounts = { ...NOTHING_COUNTED };
  purpose: Purpose = "pageRequests";
  readonly #isAllowed: (url: string) => boolean;
  readonly #changed: ChangeSignal;
  /** Secrets of the running episode. */
  readonly secrets: KnownSecrets;
  readonly #records = new Map<Request, SiteRequest>();
  readonly #inFlight = new Set<Request>();
  readonly #answered = new Map<Request, NodeJS.Timeout>();
  /** The counter for each request of a site, asset or not. */
  readonly #purposes = new WeakMap<Request, Purpose>();
  readonly #counted = new WeakSet<Request>();
  readonly #pending = new Set<Request>();
  readonly #unanswered = new Set<Request>();
  /** How many parts of pages have arrived. */
  arrivals = 0;
  #taken: SiteRequest[] = [];
  /** Those whose body, if they have one, Playwright has not handed over. */
  #unread: Request[] = [];
  readonly bodies = new BlobBodies();
  #hasKeptAnswers = false;

  constructor(
    context: BrowserContext,
    isAllowed: (url: string) => boolean,
    changed: ChangeSignal,
    secrets = new KnownSecrets(),
  ) {
    this.secrets = secrets;
    this.#isAllowed = isAllowed;
    this.#changed = changed;
    context.on("request", (request) => this.#start(request));
    context.on("response", (response) => {
      const request = response.request();
      this.#unanswered.delete(request);
      const record = this.#records.get(request);
      if (record !== undefined) record.status = response.status();
      this.#pending.delete(request);
      this.#count(request, !isAssetAnswer(response.status(), response.headers()["content-type"]));
      if (!PICTURES.has(request.resourceType()) && isCacheable(response.headers()))
        this.#hasKeptAnswers = true;
      if (this.#inFlight.has(request) && READ_BY_SCRIPTS.has(request.resourceType()))
        this.#answered.set(
          request,
          setTimeout(() => this.#end(request), LATEST_END_MS),
        );
    });
    context.on("requestfinished", (request) => this.#end(request));
    context.on("requestfailed", (request) => {
      this.#end(request);
      if (NEVER_SENT.has(request.failure()?.errorText ?? "")) {
        this.#pending.delete(request);
        this.#count(request, false);
      } else if (this.#pending.delete(request)) this.#counts.unanswered++;
    });
  }

  /** Since the context opened. */
  get counts(): Readonly<RequestCounts> {
    return { ...this.#counts, pending: this.#pending.size };
  }

  /** How many requests the page still waits for. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Whether a tab navigates to a page whose load has not started. */
  get awaitsPage(): boolean {
    return this.#unanswered.size > 0;
  }

  /** Requests without an answer by now are streams or stuck: nobody waits for them again. */
  stopWaiting(): void {
    this.#inFlight.clear();
    this.#unanswered.clear();
  }

  /** A later action did not cause fetches that are already running: mostly polling. */
  stopWaitingForScripts(): void {
    for (const request of this.#inFlight)
      if (READ_BY_SCRIPTS.has(request.resourceType())) this.#inFlight.delete(request);
  }

  /** The requests since the last call, in order. */
  async take(): Promise<SiteRequest[]> {
    const [taken, unread] = [this.#taken, this.#unread];
    [this.#taken, this.#unread] = [[], []];
    await Promise.all(unread.map((request) => this.#readBody(request)));
    return taken;
  }

  /** Reads a body that Playwright has not handed over. */
  async #readBody(request: Request): Promise<void> {
    const record = this.#records.get(request);
    if (record === undefined) return;
    const body = await this.bodies.take(request.method(), withoutFragment(request.url()));
    if (typeof body === "string") this.#note(request, record, body);
    // The protocol reports no requests of workers. Only a sent request has its length.
    else if (body === null || (record.status !== null && (await hasLength(request))))
      record.isBodyUnread = true;
  }

  #note(request: Request, record: SiteRequest, body: string): void {
    const type = request.headers()["content-type"] ?? "";
    record.fields = parseFormFields(type, body, this.secrets.maskField);
    if (record.fields === null && body !== "") record.isBodyUnread = true;
  }

  /** Whether the browser cached answers since the last call that it would show again without asking the site. */
  takeKeptAnswers(): boolean {
    const has = this.#hasKeptAnswers;
    this.#hasKeptAnswers = false;
    return has;
  }

  /** Resets everything except the counts for a new episode. */
  clear(): void {
    this.#taken = [];
    this.#unread = [];
    this.bodies.clear();
    this.#records.clear();
    this.stopWaiting();
    this.#counts.unanswered += this.#pending.size;
    this.#pending.clear();
    this.secrets.clear();
  }

  #start(request: Request): void {
    const type = request.resourceType();
    if (AWAITED.has(type)) this.#inFlight.add(request);
    if (isPage(request)) this.#unanswered.add(request);
    this.#changed.fire();
    const isDocument = type === "document";
    const url = withoutFragment(request.url());
    if (!/^https?:/i.test(url)) return;
    const isRecorded = isDocument || SCRIPT_FETCHES.has(type);
    // A request that the fence stopped never reached a site.
    if (this.#isAllowed(url)) {
      this.#purposes.set(request, this.purpose);
      this.#pending.add(request);
      this.#count(request, isRecorded);
    }
    if (!isRecorded) return;
    const record: SiteRequest = {
      kind: isDocument ? "document" : "fetch",
      method: request.method(),
      url: this.secrets.maskUrl(url),
      fields: null,
      status: null,
      redirect: null,
    };
    const from = request.redirectedFrom();
    const before = from === null ? undefined : this.#records.get(from);
    if (before !== undefined) before.redirect = record.url;
    this.#records.set(request, record);
    const body = request.postData();
    if (body !== null) this.#note(request, record, body);
    if (this.purpose !== "pageRequests") return;
    this.#taken.push(record);
    if (body === null && !WITHOUT_BODY.has(record.method)) this.#unread.push(request);
  }

  /** Counts a request of the site, or takes it back: only the answer shows the request's kind. */
  #count(request: Request, isCounted: boolean): void {
    const purpose = this.#purposes.get(request);
    if (purpose === undefined || isCounted === this.#counted.has(request)) return;
    if (isCounted) this.#counted.add(request);
    else this.#counted.delete(request);
    this.#counts[purpose] += isCounted ? 1 : -1;
  }

  #end(request: Request): void {
    if (PARTS.has(request.resourceType())) this.arrivals++;
    this.#inFlight.delete(request);
    this.#unanswered.delete(request);
    clearTimeout(this.#answered.get(request));
    this.#answered.delete(request);
    this.#changed.fire();
  }
}

async function hasLength(request: Request): Promise<boolean> {
  const headers: Record<string, string> = await request.allHeaders().catch(() => ({}));
  return (headers["content-length"] ?? "0") !== "0";
}

function isPage(request: Request): boolean {
  if (!request.isNavigationRequest()) return false;
  try {
    return request.frame().parentFrame() === null;
  } catch {
    // From a window that is still opening.
    return true;
  }
}
