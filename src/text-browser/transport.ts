/** The port below the text browser. It answers requests and input events: a site over HTTP, or a dream. */

import type { PageEvent, PageRequest } from "../core/experience.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import type { FormEncoding } from "../page/forms.ts";
import type { PageDocument } from "../page/page-document.ts";

/** The context of a request or event that a transport may read. */
export interface TransportContext {
  /** The page before the request or event, without the form state. Null for the first request of a tab. */
  document: PageDocument | null;
  /** URL of the page that contains the link or form. Absent for a direct request. */
  referrer?: string;
  /** The document goes into a frame of the page with this address. Absent: it becomes the page. */
  pageAround?: string;
  /** The answer is kept as a file, which nobody shows. */
  isDownload?: true;
  /** How a form writes its fields. Absent: as `application/x-www-form-urlencoded` in UTF-8. */
  encoding?: FormEncoding;
  /** The same page with its form state. Computed on the first call, so call it only when needed. */
  snapshot(): PageSnapshot | null;
}

/** The result of a page load, after all redirects. */
export interface PageResponse {
  /** Absolute URL after the last redirect, without fragment. */
  url: string;
  /** Includes the `#`. Set if a redirect named a fragment, which replaces the request's own. */
  fragment?: string;
  status: number;
  /** null: the browser stays on its page (204, 205, a download). */
  html: string | null;
  /** Standard name of the encoding that `html` came in. Absent: the one that the page declares. */
  encoding?: string;
  /** Whether Back may show the page without a request (the answer may be cached). Absent: it may not. */
  isStorable?: boolean;
  /** Why `url` did not load, in words for the agent. A blank page then replaces the browser's own error page. */
  failure?: string;
  /** Every request of the load in order: the first, then one per redirect. */
  hops: SiteRequest[];
}

/** The reaction of a page's script to an event. */
export interface Reaction {
  /**
   * The whole page after the script, made from `TransportContext.snapshot()`. Null if the script did not change the
   * page. The browser's own effect (typed text, a chosen option, a ticked box) may already be in it. The browser writes
   * it into each control that the script left unchanged, and into no other.
   */
  html: string | null;
  /** Absolute URL that the script navigated to: `html` becomes a new history entry. Absent: the URL stays. */
  url?: string;
  /** Whether the script prevented the browser's default (follow the link, send the form, toggle the box). */
  preventDefault: boolean;
  /** Requests that the script sent. */
  requests: SiteRequest[];
}

/**
 * The browser calls `react` before its own effect, with the page before the event. For `type` with `submit` it calls
 * `react` twice: for the text, then for `press` of `Enter`.
 *
 * Both may return a value or a promise. A rejected promise is an infrastructure failure and ends the episode.
 */
export interface Transport {
  load(request: PageRequest, context: TransportContext): PageResponse | Promise<PageResponse>;
  /** null: no script listens, and the browser performs its default. */
  react(event: PageEvent, context: TransportContext): Reaction | null | Promise<Reaction | null>;
}
