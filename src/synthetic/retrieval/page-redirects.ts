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
  const asked = index.askedLike(request.url);
  if (!asked.some(isRedirected)) return null;
  const pattern = patternOf(request.url);
  const alike = asked.filter((record) => patternOf(record.request.url) === pattern);
  const led = alike.filter(isRedirected);
  const [best, ...others] = led;
  if (best === undefined) return null;
  const target = bindDestination(index, { request, features }, best, others.slice(0, PEERS));
  return {
    // Half a case for either: a single case is not a rule.
    likelihood: (led.length + 0.5) / (alike.length + 1),
    url: target.url,
    status: best.redirectStatus ?? 302,
    support: target.support,
    evidence: led.slice(0, PEERS + 1).map(({ id }) => id),
  };
}

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
