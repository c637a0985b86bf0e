/**
 * Requests that may be redirected: a search that goes to the page of exactly that name, a route that gets an address
 * of its own. A new request is redirected if similar ones were, and its target is constructed from theirs.
 */

import type { PageRequest } from "../../core/experience.ts";
import type { RequestFeatures } from "./binding/request-features.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { bindDestination } from "./redirect-binding.ts";
import type { SiteIndex } from "./index/site-index.ts";
import { splitUrl } from "../../page/url-parts.ts";

export interface RedirectPrediction {
  /** 0–1: how likely the request is redirected, by similar requests of the recordings. */
  likelihood: number;
  /** Where to, and by which 3xx answer. */
  url: string;
  status: number;
  /** 0–1: how well the destination is explained. */
  support: number;
  evidence: string[];
}

/** Number of similar destinations to check an explanation on. */
const PEERS = 6;

/** null: no such request was ever redirected. @param request a GET */
export function predictRedirect(
  index: SiteIndex,
  request: PageRequest,
  features: RequestFeatures,
): RedirectPrediction | null {
  const alike = askedAlike(index, request.url);
  const led = alike.filter(isRedirected);
  const [best, ...others] = led;
  if (best === undefined) return null;
  const target = bindDestination(index, { request, features }, best, others.slice(0, PEERS));
  return {
    likelihood: likelihoodOf(led.length, alike.length),
    url: target.url,
    status: best.redirectStatus ?? 302,
    support: target.support,
    evidence: led.slice(0, PEERS + 1).map(({ id }) => id),
  };
}

/**
 * Requests at the same path, whose parameters are of the same form. Where nobody asked there, those with the parameter
 * that decides most often: `?action=logout` leads away from any page.
 */
function askedAlike(index: SiteIndex, url: string): LoadRecord[] {
  const asked = index.askedLike(url);
  const pattern = patternOf(url);
  if (asked.length > 0) return asked.filter((record) => patternOf(record.request.url) === pattern);
  const shareLed = (records: readonly LoadRecord[]): number =>
    likelihoodOf(records.filter(isRedirected).length, records.length);
  return splitUrl(url)
    .params.map(([name, value]) => index.askedWith(name, value))
    .reduce((best, records) => (shareLed(records) > shareLed(best) ? records : best), []);
}

/** Half a case for either: a single case is not a rule. */
const likelihoodOf = (led: number, asked: number): number => (led + 0.5) / (asked + 1);

function isRedirected({ request, after }: LoadRecord): boolean {
  return after.url.split("?")[0] !== request.url.split("?")[0];
}

/** The form of the requested values, without their words: a name, some words, a number, nothing. */
function patternOf(url: string): string {
  return splitUrl(url)
    .params.map(([name, value]) => `${name}=${wordPattern(value)}`)
    .toSorted()
    .join("&");
}

function wordPattern(value: string): string {
  const words = value.split(/\s+/u).filter((word) => word !== "");
  const kinds = words.map((word) => {
    if (/^\p{Lu}/u.test(word)) return "A";
    return /^\d/u.test(word) ? "9" : "a";
  });
  return kinds.filter((kind, i) => kind !== kinds[i - 1]).join("");
}
