/** The text browser's transport over an experience model: the model answers instead of the site. */

import type {
  ExperienceModel,
  NextPage,
  PageEvent,
  PageRequest,
  Prediction,
  SessionEvent,
} from "../core/experience.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { UNTOUCHED } from "../page/form-state.ts";
import type { PageDocument } from "../page/page-document.ts";
import { withoutFragment } from "../page/url-parts.ts";
import { loadsPage, pageAfterEvent } from "../text-browser/event-effect.ts";
import type {
  PageResponse,
  Reaction,
  Transport,
  TransportContext,
} from "../text-browser/transport.ts";

/** The model's answer to one request or event, for readers and for scoring. */
export interface DreamedAnswer {
  cause: SessionEvent["cause"];
  prediction: Prediction;
  /** URL of the page that sent the request or received the event; null for the first request of a tab. */
  from: string | null;
}

export class DreamTransport implements Transport {
  readonly #model: ExperienceModel;
  readonly #session: SessionEvent[];
  readonly #goal: string | null;
  readonly answers: DreamedAnswer[] = [];

  /**
   * @param model with checked answers
   * @param session the earlier events: a probe opens pages as they are after the episode's own session
   * @param goal told to the model; null: it does not see it
   */
  constructor(
    model: ExperienceModel,
    session: readonly SessionEvent[] = [],
    goal: string | null = null,
  ) {
    this.#model = model;
    this.#session = [...session];
    this.#goal = goal;
  }

  /** An independent copy with the same past. */
  fork(): DreamTransport {
    const copy = new DreamTransport(this.#model, this.#session, this.#goal);
    copy.answers.push(...this.answers);
    return copy;
  }

  get session(): readonly SessionEvent[] {
    return this.#session;
  }

  /** The least certainty among the pages behind a URL of this session. */
  certaintyOfUrl(url: string): number {
    let least = 1;
    for (const { prediction } of this.answers)
      if (prediction.next.kind === "page" && prediction.next.url === url)
        least = Math.min(least, prediction.certainty);
    return least;
  }

  async load(request: PageRequest, context: TransportContext): Promise<PageResponse> {
    const page = context.snapshot();
    const cause = { kind: "request", request } as const;
    const { next } = await this.#ask(cause, page);
    if (next.kind === "unchanged")
      return { url: request.url, status: 204, html: null, hops: [hop(request, 204, null)] };
    const { url, status, html } = next;
    this.#remember(cause, page, { url, html });
    return { url, status, html, isStorable: true, hops: hopsOf(request, next) };
  }

  async react(event: PageEvent, context: TransportContext): Promise<Reaction | null> {
    const page = context.snapshot();
    if (page === null) return null;
    const cause = { kind: "event", event } as const;
    const { next } = await this.#ask(cause, page);
    if (next.kind === "unchanged") return null;
    const { url, html } = next;
    if (withoutFragment(url) !== page.url) {
      const request: PageRequest = { method: "GET", url: withoutFragment(url), fields: null };
      this.#remember({ kind: "request", request }, page, { url, html });
      return { url, html, preventDefault: true, requests: [hop(request, next.status, null)] };
    }
    this.#remember(cause, page, pageAfterEvent(page, event, { url: page.url, html }));
    return { html, preventDefault: leavesPage(event, context.document), requests: [] };
  }

  async #ask(cause: SessionEvent["cause"], page: PageSnapshot | null): Promise<Prediction> {
    const prediction = await this.#model.predict({
      session: this.#session,
      page,
      cause,
      ...(this.#goal !== null && { goal: this.#goal }),
    });
    this.answers.push({ cause, prediction, from: page?.url ?? null });
    return prediction;
  }

  #remember(cause: SessionEvent["cause"], before: PageSnapshot | null, after: PageSnapshot): void {
    this.#session.push({ cause, before, after });
  }
}

function hop(request: PageRequest, status: number, redirect: string | null): SiteRequest {
  const fields = request.fields === null || request.fields.length === 0 ? null : request.fields;
  return { kind: "document", method: request.method, url: request.url, fields, status, redirect };
}

function hopsOf(
  request: PageRequest,
  { url, status, redirectStatus }: Extract<NextPage, { kind: "page" }>,
): SiteRequest[] {
  if (redirectStatus === null) return [hop(request, status, null)];
  const target: PageRequest = { method: "GET", url, fields: null };
  return [hop(request, redirectStatus, url), hop(target, status, null)];
}

/** Whether the event would leave the page if no script handled it. */
function leavesPage(event: PageEvent, document: PageDocument | null): boolean {
  if (document === null) return false;
  const element = event.element === null ? null : (document.elements[event.element] ?? null);
  return loadsPage({ ...event, element }, document, UNTOUCHED);
}
