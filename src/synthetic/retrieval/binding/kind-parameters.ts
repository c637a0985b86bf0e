/**
 * Parameters that name the kind of page, as a segment of a path does elsewhere: `?action=edit` of an application that
 * answers everything at one path. Learned from the build of pages alone.
 */

import { groupBy } from "../../../core/group-by.ts";
import { overlap } from "../../tree/page-diff.ts";
import { parameterOf, splitUrl } from "../../../page/url-parts.ts";
import type { UrlExample } from "./url-example.ts";

/** Pages of one value share at least this part of their build, pages of different values less. */
const SAME_KIND = 0.5;
/** Elements on more than this part of a site's pages belong to the frame around all of them. */
const FRAME_SHARE = 0.9;
/** Pages of one kind differ in a few places, too: a list without its last page's link, a form with a message. */
const LEAST_DIFFERENCE = 6;
/** Number of a value's pages that are examined. */
const PAGES_OF_VALUE = 4;

interface Page {
  url: string;
  features: ReadonlySet<string>;
}

/**
 * @param examples one for each address
 * @param pathOf gives a page's path; null where it is not known
 * @returns by path, in alphabetical order
 */
export function learnKindParameters(
  examples: readonly UrlExample[],
  pathOf: (url: string) => string | null,
): ReadonlyMap<string, readonly string[]> {
  const pages = examples.filter(({ method }) => method === "GET");
  const bySite = groupBy(pages, ({ url }) => splitUrl(url).origin);
  const own = [...bySite.values()].flatMap(withoutFrame);
  const byPath = groupBy(own, ({ url }) => pathOf(url));
  byPath.delete(null);
  const found = new Map<string, string[]>();
  for (const [path, list] of byPath) {
    const names = new Set(list.flatMap(({ url }) => splitUrl(url).params.map(([name]) => name)));
    const kinds = [...names].filter((name) => tellsKind(name, list));
    if (path !== null && kinds.length > 0) found.set(path, kinds.toSorted());
  }
  return found;
}

function withoutFrame(pages: readonly UrlExample[]): Page[] {
  const counts = new Map<string, number>();
  for (const { features } of pages)
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const isFrame = (feature: string): boolean =>
    (counts.get(feature) ?? 0) > FRAME_SHARE * pages.length;
  return pages.map(({ url, features }) => ({
    url,
    features: new Set([...features].filter((feature) => !isFrame(feature))),
  }));
}

function tellsKind(name: string, pages: readonly Page[]): boolean {
  const groups = groupBy(pages, ({ url }) => parameterOf(url, name));
  // Where each page has a value of its own, it names the page.
  const repeated = [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => group.slice(0, PAGES_OF_VALUE));
  if (repeated.length < 2 || repeated.length < groups.size / 2) return false;
  const within = repeated.flatMap((group) => pairs(group, group));
  const across = repeated.flatMap((group, i) =>
    repeated.slice(i + 1).flatMap((other) => pairs(group, other)),
  );
  const isAlike = ([a, b]: [Page, Page]): boolean =>
    overlap(a.features, b.features) >= SAME_KIND || difference(a, b) < LEAST_DIFFERENCE;
  const share = (list: [Page, Page][]): number => list.filter(isAlike).length / list.length;
  return share(within) > SAME_KIND && share(across) < SAME_KIND;
}

function pairs(group: readonly Page[], other: readonly Page[]): [Page, Page][] {
  return group.flatMap((a, i) =>
    (group === other ? group.slice(i + 1) : other).map((b): [Page, Page] => [a, b]),
  );
}

function difference(a: Page, b: Page): number {
  const common = [...a.features].filter((feature) => b.features.has(feature)).length;
  return a.features.size + b.features.size - 2 * common;
}
