/** The port below the text browser: what answers its requests and its input events, a site over HTTP or a dream. */

import type { PageEvent, PageRequest } from "../core/experience.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import type { PageDocument } from "../page/page-document.ts";

/** What a transport may look at besides the request or event itself. */
export interface TransportContext {
  /** The page in which it happens, without the form state; null for the first request of a tab. */
  document: PageDocument | null;
  /** URL of the page whose link or form it is; absent for what was asked for directly. */
  referrer?: string;
  /** How a form wants its fields written, where not as `application/x-www-form-urlencoded`. */
  encoding?: "multipart/form-data";
  /** The same page with the form state written in. Computed on the first call, so call it only when needed. */
  snapshot(): PageSnapshot | null;
}

/** The end of a page load, redirects already followed. */
export interface PageResponse {
  /** Absolute, where the last redirect led; without fragment. */
  url: string;
  /** With its `#`, where a redirect named one: it takes the place of the request's own. */
  fragment?: string;
  status: number;
  /** null: the browser stays on its page (204, 205, a download). */
  html: string | null;
  /** Whether Back may show the page again without a request (the answer may be cached). Absent: it may not. */
  isStorable?: boolean;
  /** Why there is no page at `url`, in words for the agent: a blank one stands for the browser's own error page. */
  failure?: string;
  /** Every request of the load in order: the first, then one for each redirect followed. */
  hops: SiteRequest[];
}

/** What a page's script did about an event. */
export interface Reaction {
  /**
   * The whole page after the script, made from `TransportContext.snapshot()`; null when the script left the page as it
   * is. The browser's own effect (typed text, a chosen option, a ticked box) may be in it or not: the browser writes
   * it into each control that the script left as it was, and leaves the others alone.
   */
  html: string | null;
  /** Where the script navigated to (absolute): `html` becomes a new history entry. Absent: the page's own URL stays. */
  url?: string;
  /** Whether the browser's own reaction (follow the link, send the form, toggle the box) is off. */
  preventDefault: boolean;
  /** What the script sent. */
  requests: SiteRequest[];
}

/**
 * `react` is asked before the browser itself does anything about the event, with the page as it was then. For `type`
 * with `submit` it is asked twice: for the text, then for `press` of `Enter`.
 *
 * Both may answer at once or with a promise. A rejected promise is an infrastructure failure and ends the episode.
 */
export interface Transport {
  load(request: PageRequest, context: TransportContext): PageResponse | Promise<PageResponse>;
  /** null: no script listens, the browser does what it does by rule. */
  react(event: PageEvent, context: TransportContext): Reaction | null | Promise<Reaction | null>;
}
