/**
 * The check of what was sent: a request with this method, URL and data was answered well, or never was.
 * After WebArena-Verified's NetworkEventEvaluator: paths without regard to case and trailing slashes, values
 * without regard to case and white space, only the given fields compared.
 */

import type { SiteRequest } from "../core/site-request.ts";
import type { NetworkExpectation } from "../core/task.ts";
import { normalizePath } from "./url-match.ts";
import { allOf, failed, passed, quote, type Verdict } from "./verdict.ts";

export function checkNetworkEvents(
  events: readonly NetworkExpectation[],
  requests: readonly SiteRequest[],
): Verdict {
  return allOf(events.map((event) => checkEvent(event, requests)));
}

function checkEvent(event: NetworkExpectation, requests: readonly SiteRequest[]): Verdict {
  const candidates = requests.filter(
    (request) =>
      request.method.toUpperCase() === event.method.toUpperCase() &&
      matchesUrl(event.url, request.url),
  );
  const considered = event.lastEventOnly === true ? candidates.slice(-1) : candidates;
  const found = considered.some((request) => matchesContent(event, request));
  const wanted = describeExpectation(event);
  const seen =
    candidates.length === 0
      ? "no such request"
      : candidates.map((request) => describeRequest(request)).join(", ");
  const detail = `expected ${event.present ? "" : "never "}${wanted}, got ${seen}`;
  return found === event.present ? passed(detail) : failed(detail);
}

function matchesUrl(pattern: string, url: string): boolean {
  if (!URL.canParse(pattern) || !URL.canParse(url)) return false;
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
  const hasStatus =
    event.status === undefined
      ? request.status !== null && request.status < 400
      : request.status === event.status;
  return (
    hasStatus &&
    containsAll(event.query ?? {}, [...new URL(request.url).searchParams]) &&
    containsAll(event.postData ?? {}, request.fields ?? [])
  );
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
  const data = { ...event.query, ...event.postData };
  const suffix = Object.keys(data).length === 0 ? "" : ` with ${quote(JSON.stringify(data))}`;
  return `${event.method} ${event.url}${suffix}`;
}

function describeRequest(request: SiteRequest): string {
  const fields = (request.fields ?? []).map(([name, value]) => `${name}=${value}`).join("&");
  const suffix = fields === "" ? "" : ` with ${quote(fields)}`;
  return `${request.method} ${request.url}${suffix} → ${request.status ?? "no answer"}`;
}
