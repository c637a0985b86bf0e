/** A tab's history entry after a load: the loaded page, or the browser's own error page. */

import { isTag, type Element } from "domhandler";
import type { PageRequest } from "../core/experience.ts";
import { carriedOver, withGivenFocus, withOpen } from "../page/edit-state.ts";
import { isDisabled, UNTOUCHED, type FormState } from "../page/form-state.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";
import { isFocusable } from "../page/focusable.ts";
import { withoutFragment } from "../page/url-parts.ts";
import { isFoldedAway, isUntilFound, isVisible } from "../page/visibility.ts";
import type { HistoryEntry, LoadedPage } from "./tab-history.ts";
import type { PageResponse } from "./transport.ts";

/** A load that came. */
interface Arrival {
  response: PageResponse;
  html: string;
  request: PageRequest;
  fragment: string;
  referrer: string | undefined;
}

/** @param before the page that is loaded again; null for a new one */
export function arrive(
  { response, html, request, fragment, referrer }: Arrival,
  before: LoadedPage | null,
): HistoryEntry {
  const document = parsePage(html, response.url, response.encoding);
  const hash = response.fragment ?? fragment;
  return {
    page: {
      request: lastRequest(response, request),
      ...(referrer !== undefined && { referrer }),
      document,
      state: stateOnArrival(document, hash, before),
      isStored: response.isStorable === true,
    },
    url: response.url + hash,
  };
}

/** @param before the page that comes back: its controls keep what was typed, ticked and chosen */
export function stateOnArrival(
  document: PageDocument,
  fragment: string,
  before: LoadedPage | null,
): FormState {
  const state = before === null ? UNTOUCHED : carriedOver(before.state, before.document, document);
  return jumped(document, fragment, withGivenFocus(state, document.autofocus));
}

/** The request that Back would send. After a redirect, this is the last hop. */
function lastRequest({ hops, url }: PageResponse, first: PageRequest): PageRequest {
  const last = hops.at(-1);
  if (hops.length <= 1 || last === undefined) return first;
  return last.method === "POST"
    ? { method: "POST", url, fields: first.fields }
    : { method: "GET", url, fields: null };
}

/** Shown instead of a page that failed to load. */
export function errorPage(url: string, request: PageRequest): HistoryEntry {
  const document = parsePage("", withoutFragment(url));
  return { page: { request, document, state: UNTOUCHED, isStored: true }, url };
}

/**
 * A jump inside a page opens what hides its target, and moves the focus there if the target takes it. Without a target,
 * nothing happens.
 */
export function jumped(document: PageDocument, fragment: string, before: FormState): FormState {
  const target = document.byId(decode(fragment.slice(1)));
  if (target === null) return before;
  let state = before;
  let inner: Element | null = null;
  for (let at: Element | null = target; at !== null; at = parentOf(at)) {
    const isFolded = inner !== null && isFoldedAway(inner, at, state);
    if (isFolded || isUntilFound(at)) state = withOpen(state, at, true);
    inner = at;
  }
  const takesFocus = isFocusable(target) && !isDisabled(target) && isVisible(target, state);
  if (takesFocus) return withGivenFocus(state, target);
  // Tab continues from there.
  return { ...withGivenFocus(state, null), startsAt: target };
}

function parentOf({ parent }: Element): Element | null {
  return parent !== null && isTag(parent) ? parent : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A page that a script put in place of the current one, under its own address. */
export function arriveByScript(html: string, href: string): HistoryEntry {
  const url = withoutFragment(href);
  const document = parsePage(html, url);
  return {
    page: {
      request: { method: "GET", url, fields: null },
      document,
      state: withGivenFocus(UNTOUCHED, document.autofocus),
      isStored: false,
    },
    url: href,
  };
}
