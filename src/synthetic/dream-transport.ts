/** The text browser's transport over an experience model: what a site would answer, asked of the model. */

import type {
  ExperienceModel,
  PageEvent,
  PageRequest,
  Prediction,
  SessionEvent,
} from "../core/experience.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import { UNTOUCHED } from "../page/form-state.ts";
import type { PageDocument } from "../page/page-document.ts";
import { activationOf } from "../text-browser/activation.ts";
import { pageAfterEvent } from "../text-browser/event-effect.ts";
import type {
  PageResponse,
  Reaction,
  Transport,
  TransportContext,
} from "../text-browser/transport.ts";
import { applyEdits } from "./tree/page-diff.ts";

/** What was dreamed in answer to one request or event, for readers and for scoring. */
export interface DreamedAnswer {
  cause: SessionEvent["cause"];
  prediction: Prediction;
  /** URL of the page in which it happened; null for the first request of a tab. */
  from: string | null;
}

const pages = new WeakMap<Prediction, string>();

/** The HTML of a predicted page; null when nothing changes. Kept with the prediction, so repeated pages are one text. */
export function htmlOf(prediction: Prediction): string | null {
  if (prediction.change.kind === "none") return null;
  let html = pages.get(prediction);
  if (html === undefined) {
    html = applyEdits(prediction.change.base, prediction.change.edits);
    pages.set(prediction, html);
  }
  return html;
}

export class DreamTransport implements Transport {
  readonly #model: ExperienceModel;
  readonly #session: SessionEvent[];
  readonly answers: DreamedAnswer[] = [];

  /** @param session what happened before: a probe looks at pages after the episode's own session */
  constructor(model: ExperienceModel, session: readonly SessionEvent[] = []) {
    this.#model = model;
    this.#session = [...session];
  }

  get session(): readonly SessionEvent[] {
    return this.#session;
  }

  /** The least certain of the pages that lie behind a URL of this session. */
  certaintyOfUrl(url: string): number {
    let least = 1;
    for (const { prediction } of this.answers)
      if (prediction.change.kind === "page" && prediction.change.url === url)
        least = Math.min(least, prediction.certainty);
    return least;
  }

  async load(request: PageRequest, context: TransportContext): Promise<PageResponse> {
    const page = context.snapshot();
    const cause = { kind: "request", request } as const;
    const prediction = await this.#ask(cause, page);
    const { change } = prediction;
    if (change.kind === "none")
      return { url: request.url, status: 204, html: null, hops: [hop(request, 204, null)] };
    const html = htmlOf(prediction) ?? "";
    this.#remember(cause, page, { url: change.url, html });
    return {
      url: change.url,
      status: change.status,
      html,
      isStorable: true,
      hops: hopsOf(request, change),
    };
  }

  async react(event: PageEvent, context: TransportContext): Promise<Reaction | null> {
    const page = context.snapshot();
    if (page === null) return null;
    const cause = { kind: "event", event } as const;
    const prediction = await this.#ask(cause, page);
    const { change } = prediction;
    if (change.kind === "none") return null;
    const html = htmlOf(prediction) ?? "";
    this.#remember(cause, page, pageAfterEvent(page, event, { url: page.url, html }));
    return { html, preventDefault: navigates(event, context.document), requests: [] };
  }

  async #ask(cause: SessionEvent["cause"], page: PageSnapshot | null): Promise<Prediction> {
    const prediction = await this.#model.predict({ session: this.#session, page, cause });
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
  change: { url: string; status: number; redirectStatus: number | null },
): SiteRequest[] {
  const { redirectStatus } = change;
  if (redirectStatus === null) return [hop(request, change.status, null)];
  const target: PageRequest = { method: "GET", url: change.url, fields: null };
  return [hop(request, redirectStatus, change.url), hop(target, change.status, null)];
}

/** Whether a click there would leave the page if no script took it. */
function navigates(event: PageEvent, document: PageDocument | null): boolean {
  const element = event.element === null ? undefined : document?.elements[event.element];
  if (element === undefined || document === null || event.kind !== "click") return false;
  const { kind } = activationOf(element, document, UNTOUCHED);
  return kind === "follow" || kind === "submit";
}
