/**
 * The known page that an answer starts from: the page itself for an input event, else what the session last saw at the
 * address, else the recording of it, else the page that followed the most similar request.
 */

import type { ExperienceQuery, PageRequest, SessionEvent } from "../../core/experience.ts";
import { pushTo } from "../../core/group-by.ts";
import { type PageSnapshot, isMutation } from "../../core/site-request.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { type LoadRecord, type ExperienceRecord } from "../buffer/experience-records.ts";

/** Where the browser ends up if the model changes nothing. */
export interface KnownPage {
  url: string;
  status: number;
  redirectStatus: number | null;
  html: string;
  /** Ids of the recordings that it is taken from. Empty for a page of the session. */
  evidence: readonly string[];
  /** In words, for the prompt and for readers. */
  origin: string;
}

/** Recordings looked at beyond the wanted ones, since many show the same. */
const CANDIDATES = 60;

export class PageMemory {
  readonly #buffer: ReplayBuffer;
  readonly #byUrl = new Map<string, LoadRecord[]>();

  constructor(buffer: ReplayBuffer) {
    this.#buffer = buffer;
    for (const record of buffer.records) {
      if (record.kind !== "load" || isMutation(record.request)) continue;
      pushTo(this.#byUrl, withoutFragment(record.request.url), record);
    }
  }

  /** @param without a trajectory that may not be used, since the question is taken from it */
  recall(query: ExperienceQuery, without: string | null = null): KnownPage | null {
    const { cause, page, session } = query;
    if (cause.kind === "event") return page && samePage(page);
    const { request } = cause;
    if (!isMutation(request))
      return this.#pageAt(request.url, session, without) ?? this.#likely(query, without);
    const like = this.#similar(query, without);
    if (like === null) return null;
    const { url } = like.after;
    const known = this.#pageAt(url, session, without);
    return {
      ...(known ?? { html: like.after.html, evidence: [like.id] }),
      url,
      status: like.status,
      redirectStatus: like.redirectStatus,
      evidence: [...new Set([like.id, ...(known?.evidence ?? [])])],
      origin: `${known === null ? "the page" : `${known.origin}, at the address`} that such a request led to in ${like.id}`,
    };
  }

  /** The most similar recordings, nearest first, none of them from `without`. What shows the same counts once. */
  examples(query: ExperienceQuery, count: number, without: string | null): ExperienceRecord[] {
    const distinct = new Map<string, ExperienceRecord>();
    for (const { record, similarity } of this.#buffer.nearest(query, count + CANDIDATES)) {
      if (similarity === 0 || record.trajectory === without) continue;
      const key = JSON.stringify([
        record.kind === "load" ? record.request : [record.event, record.before.html],
        record.after.html,
      ]);
      if (!distinct.has(key)) distinct.set(key, record);
      if (distinct.size === count) break;
    }
    return [...distinct.values()];
  }

  #pageAt(
    address: string,
    session: readonly SessionEvent[],
    without: string | null,
  ): KnownPage | null {
    const url = withoutFragment(address);
    const seen = session.findLast(
      ({ cause, after }) =>
        withoutFragment(after.url) === url ||
        (cause.kind === "request" && isGetOf(cause.request, url)),
    );
    if (seen !== undefined)
      return {
        url: withoutFragment(seen.after.url),
        status: 200,
        redirectStatus: null,
        html: seen.after.html,
        evidence: [],
        origin: "the page as this session last saw it",
      };
    const recorded = (this.#byUrl.get(url) ?? [])
      .filter(({ trajectory }) => trajectory !== without)
      .reduce<LoadRecord | null>(
        (best, record) =>
          best === null || record.mutationsBefore < best.mutationsBefore ? record : best,
        null,
      );
    return recorded && fromRecord(recorded, recorded.after.url, "the page as it was recorded");
  }

  /** A page of the same kind for an address that nobody recorded. */
  #likely(query: ExperienceQuery, without: string | null): KnownPage | null {
    const like = this.#similar(query, without);
    if (like === null || query.cause.kind !== "request") return null;
    const { url } = query.cause.request;
    return fromRecord(like, withoutFragment(url), `another page of the site, ${like.after.url}`);
  }

  #similar(query: ExperienceQuery, without: string | null): LoadRecord | null {
    const [first] = this.examples(query, 1, without);
    return first?.kind === "load" ? first : null;
  }
}

/** The page that received the event, as it is. */
export function samePage({ url, html }: PageSnapshot): KnownPage {
  return { url, status: 200, redirectStatus: null, html, evidence: [], origin: "the page itself" };
}

function isGetOf(request: PageRequest, url: string): boolean {
  return !isMutation(request) && withoutFragment(request.url) === url;
}

function fromRecord(record: LoadRecord, url: string, origin: string): KnownPage {
  const { status, redirectStatus, after, id } = record;
  return { url, status, redirectStatus, html: after.html, evidence: [id], origin };
}
