/**
 * The check of sent requests: a request with this method, URL and data succeeded, or was never accepted. It follows
 * WebArena-Verified's NetworkEventEvaluator. Paths ignore case and trailing slashes, values ignore case and white
 * space, and only the given fields count.
 */

import type { SiteRequest } from "../core/site-request.ts";
import type { NetworkExpectation } from "../core/task.ts";
import { searchEvents } from "./event-search.ts";
import { normalizePath } from "./url-match.ts";
import { allOf, failed, passed, quote, unknown, type Verdict } from "./verdict.ts";

/** The detail of a missing request names this many others of its method, the last ones. */
const SHOWN = 3;

export function checkNetworkEvents(
  events: readonly NetworkExpectation[],
  requests: readonly SiteRequest[],
): Verdict {
  return allOf(events.map((event) => checkEvent(event, requests)));
}

function checkEvent(event: NetworkExpectation, requests: readonly SiteRequest[]): Verdict {
  const wanted = describeExpectation(event);
  if (!URL.canParse(event.url)) return unknown(`expected an absolute URL in ${wanted}`);
  const method = event.method.toUpperCase();
  const alike = requests.filter((request) => request.method.toUpperCase() === method);
  const { candidates, considered } = searchEvents(alike, {
    isCandidate: (request) => matchesUrl(event.url, request.url),
    lastOnly: event.lastEventOnly === true,
  });
  const found = considered.some((request) => matchesContent(event, request));
  const unread = considered.find((request) => !found && mayMatch(event, request));
  if (unread !== undefined)
    return unknown(
      `expected ${wanted}, got a body without readable fields in ${describeRequest(unread)}`,
    );
  const seen =
    candidates.length > 0
      ? candidates.map(describeRequest).join(", ")
      : `no such request; sent: ${alike.slice(-SHOWN).map(describeRequest).join(", ") || `no ${method}`}`;
  const detail = `expected ${event.present ? "" : "never "}${wanted}, got ${seen}`;
  return found === event.present ? passed(detail) : failed(detail);
}

function matchesUrl(pattern: string, url: string): boolean {
  if (!URL.canParse(url)) return false;
  const wanted = new URL(pattern);
  const found = new URL(url);
  const wantedSegments = segments(wanted.pathname);
  const foundSegments = segments(found.pathname);
  return (
    wanted.host === found.host &&
    wantedSegments.length === foundSegments.length &&
    wantedSegments.every((segment, index) => segment === "*" || segment === foundSegments[index])
  );
}

function segments(path: string): string[] {
  return normalizePath(path).toLowerCase().split("/");
}

function matchesContent(event: NetworkExpectation, request: SiteRequest): boolean {
  return matchesHead(event, request) && containsAll(event.postData ?? {}, request.fields ?? []);
}

/** Whether only the body, which nobody could read, decides. */
function mayMatch(event: NetworkExpectation, request: SiteRequest): boolean {
  return request.isBodyUnread === true && matchesHead(event, request);
}

function matchesHead(event: NetworkExpectation, request: SiteRequest): boolean {
  return (
    hasStatus(event, request.status) &&
    containsAll(event.query ?? {}, [...new URL(request.url).searchParams])
  );
}

/** A forbidden request without an answer, or with a server error, may have had its effect: it counts as sent. */
function hasStatus({ present, status }: NetworkExpectation, got: number | null): boolean {
  if (status !== undefined) return got === status;
  if (got === null || got >= 500) return !present;
  return got < 400;
}

function containsAll(wanted: Record<string, string>, found: readonly [string, string][]): boolean {
  return Object.entries(wanted).every(([name, value]) =>
    found.some(
      ([foundName, foundValue]) =>
        foundName === name && normalizeValue(foundValue) === normalizeValue(value),
    ),
  );
}

function normalizeValue(value: string): string {
  return value.normalize("NFKC").replaceAll(/\s+/g, " ").trim().toLowerCase();
}

function describeExpectation(event: NetworkExpectation): string {
  const data = Object.entries({ ...event.query, ...event.postData });
  return `${event.method} ${event.url}${withFields(data)}`;
}

function describeRequest(request: SiteRequest): string {
  const { method, url, fields, status } = request;
  return `${method} ${url}${withFields(fields ?? [])} → ${status ?? "no answer"}`;
}

function withFields(fields: readonly (readonly [string, string])[]): string {
  const text = fields.map(([name, value]) => `${name}=${value}`).join("&");
  return text === "" ? "" : ` with ${quote(text)}`;
}
