/** The recorded pages that an unrecorded page is most similar to. */

import { splitUrl } from "../../page/url-parts.ts";
import type { LoadRecord } from "../buffer/experience-records.ts";
import { urlSimilarity } from "../buffer/similarity.ts";
import type { RequestFeatures } from "./binding/request-features.ts";

/** How near a known page is to a URL of its shape: most parameters in common first. */
export function nearness(url: string, other: string): number {
  const [mine, theirs] = [splitUrl(url), splitUrl(other)];
  const names = new Set([...mine.params, ...theirs.params].map(([name]) => name));
  const common = [...names].filter(
    (name) =>
      mine.params.some(([own]) => own === name) && theirs.params.some(([own]) => own === name),
  ).length;
  return urlSimilarity(url, other) + (names.size === 0 ? 1 : common / names.size);
}

/** A part of an address that this many pages share names a kind of page. */
const KIND_PAGES = 3;

/**
 * Of pages whose addresses vary in several parts, those that share parts with the URL, where enough do. The rarest part
 * comes first: it says the most about the page.
 */
export function sameKind<T extends { url: string }>(
  url: string,
  examples: readonly T[],
): readonly T[] {
  const { segments } = splitUrl(url);
  const sharing = (from: readonly T[], i: number): T[] =>
    from.filter((example) => splitUrl(example.url).segments[i] === segments[i]);
  const rarestFirst = segments
    .map((_, i) => ({ i, count: sharing(examples, i).length }))
    .sort((a, b) => a.count - b.count);
  let kept = examples;
  for (const { i } of rarestFirst) {
    const like = sharing(kept, i);
    if (new Set(like.map((example) => example.url)).size >= KIND_PAGES) kept = like;
  }
  return kept;
}

/** 0–2: how much two requests have in common: in the list items they came from, and in the words of their addresses. */
export function likeness(features: RequestFeatures, others: RequestFeatures): number {
  let [said, equal, words, shared] = [0, 0, 0, 0];
  for (const [name, value] of features) {
    const other = others.get(name);
    if (name.startsWith("item:")) {
      said++;
      // A shared name counts even with another value: visitors reached both pages in the same way.
      if (other !== undefined) equal += other === value ? 1 : 0.5;
    } else if (name.startsWith("segment:")) {
      const theirs = new Set(other?.split("-"));
      const own = value.split("-");
      words += own.length;
      shared += own.filter((word) => theirs.has(word)).length;
    }
  }
  return (said === 0 ? 0 : equal / said) + (words === 0 ? 0 : shared / words);
}

/** The nearest few and some from further away: texts that are equal among neighbours may vary over the site. */
export function spread(records: readonly LoadRecord[], count: number): LoadRecord[] {
  const byUrl = [...new Map(records.map((record) => [record.after.url, record])).values()];
  if (byUrl.length <= count) return byUrl;
  const half = Math.ceil(count / 2);
  const far = byUrl.slice(half);
  const step = far.length / (count - half);
  return [
    ...byUrl.slice(0, half),
    ...Array.from({ length: count - half }, (_, i) => far[Math.floor(i * step)] as LoadRecord),
  ];
}
