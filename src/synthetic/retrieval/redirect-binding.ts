/** Finds recorded state changes similar to a new one, and constructs the target of its answer. */

import type { SessionMutation } from "./effect-retrieval.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { urlSimilarity } from "../buffer/similarity.ts";
import type { SiteIndex } from "./index/site-index.ts";
import type { RequestFeatures } from "./binding/request-features.ts";
import { bindText } from "./binding/slot-binding.ts";
import { splitUrl } from "../../page/url-parts.ts";

/** Recorded state changes of the same shape, the most similar first. */
export function likeMutations(index: SiteIndex, mutation: SessionMutation): LoadRecord[] {
  if (mutation.shapeKey === null) return [];
  const path = mutation.features.get("from:path");
  const isFromSamePage = ({ before }: LoadRecord): boolean =>
    before !== null && new URL(before.url).pathname === path;
  const score = (record: LoadRecord): number =>
    2 * index.effects.likeForms(record.request, mutation.request) +
    urlSimilarity(record.request.url, mutation.request.url) +
    (isFromSamePage(record) ? 0.5 : 0);
  return index.effects
    .mutationsOf(mutation.shapeKey)
    .map((record) => ({ record, score: score(record) }))
    .sort((a, b) => b.score - a.score)
    .map(({ record }) => record);
}

/** The target of a request that resembles recorded ones: the example's address with parts from the new request. */
export function bindDestination(
  index: SiteIndex,
  { request, features: target }: Pick<SessionMutation, "request" | "features">,
  best: LoadRecord,
  others: readonly LoadRecord[],
): { url: string; support: number } {
  if (best.after.url === best.request.url) return { url: request.url, support: 1 };
  const example = (record: LoadRecord): AddressExample => ({
    url: record.after.url,
    features: index.featuresOfEvent(record),
  });
  return bindAddress(example(best), others.map(example), target, request.url);
}

/** An address, and the values that may explain its parts. */
export interface AddressExample {
  url: string;
  features: RequestFeatures;
}

/**
 * The best example's address with parts from new features.
 *
 * @param base an address on the same site: the new one is relative to it
 */
export function bindAddress(
  best: AddressExample,
  others: readonly AddressExample[],
  target: RequestFeatures,
  base: string,
): { url: string; support: number } {
  const from = new URL(best.url);
  const whole = bindText(
    from.pathname + from.search,
    best.features,
    target,
    others.map(({ url, features }) => {
      const { pathname, search } = new URL(url);
      return { text: pathname + search, features };
    }),
  );
  if (whole.text?.startsWith("/") === true && whole.support > 0.3)
    return { url: new URL(whole.text, base).href, support: whole.support };
  const length = splitUrl(best.url).segments.length;
  const peers = others
    .filter(({ url }) => splitUrl(url).segments.length === length)
    .map(({ url, features }) => ({ url: new URL(url), features }));
  let support = 1;
  const bind = (text: string, at: (url: URL) => string | null | undefined): string => {
    const bound = bindText(
      text,
      best.features,
      target,
      peers.flatMap(({ url, features }) => {
        const other = at(url);
        return typeof other === "string" ? [{ text: other, features }] : [];
      }),
    );
    support = Math.min(support, bound.text === null ? 0.2 : bound.support);
    return bound.text ?? text;
  };
  const parts = from.pathname
    .split("/")
    .map((part, i) => (part === "" ? "" : bind(part, (url) => url.pathname.split("/")[i])));
  const url = new URL(from.href);
  url.pathname = parts.join("/");
  for (const [name, value] of from.searchParams)
    url.searchParams.set(
      name,
      bind(value, (other) => other.searchParams.get(name)),
    );
  return { url: url.href, support };
}
