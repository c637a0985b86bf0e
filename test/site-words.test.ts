/**
 * The rooms of `src` that work on any site contain no word of the bundled ones, in code or in texts. Comments may give
 * examples. Pitfall 6 of AGENTS.md.
 */

import { describe, expect, it } from "vitest";
import { SITE_URLS } from "../fixtures/site-urls.ts";
import { readSources } from "./support/read-sources.ts";
import { siteWords, wordsOf } from "./support/site-words.ts";

/**
 * `evaluation` knows WebArena's own helper functions by name, the rooms of WebArena its sites and accounts, those of
 * WebArena-Verified its kinds of values, and the adapters of other benchmarks the names of their pages; the others serve,
 * or offer, the bundled sites.
 */
const KNOWS_SITES = [
  "index",
  "evaluation",
  "evaluation/verified",
  "evaluation/verified/values",
  "real/harness/infinity",
  "real/harness/miniwob",
  "real/harness/verified",
  "real/harness/webarena",
  "cli",
  "cli/benchmarks",
  "cli/commands",
  "cli/text",
];

/** Words that one or two of our sites have by chance: they say nothing about a site. Grouped by reason. */
const COMMON: Readonly<Record<string, string>> = {
  "HTML, HTTP and ARIA name things so":
    "address code description direction edit editor email field file form group history home index label line " +
    "listing login member message path picture post radius request role route section style submit summary term " +
    "time type visibility",
  "TypeScript, its library and its packages name things so":
    "add all asked create event filter from kind map mode move namespace new part set size sorted thread two",
  "data sets on the Hugging Face Hub have such columns": "instruction",
  "formats of other tools have such values": "library",
  "files, processes and versions are spoken of so":
    "branch close commit delete diff digest fork host info memory merge open permission record remove rewrite save " +
    "saved seed send service store undo watch work write",
  "learning, search and statistics are spoken of so":
    "amount best constant distance extreme latest limit low most nearest newest off piece quantity reason refine " +
    "relation reject reply report result score second top topic total",
  "plain English":
    "account again assigned behaviour cancel changed day due finish issue joined opening pending people person " +
    "reference related spent way year",
  "services and their settings are named so": "profile project",
  "sites with user accounts have it": "admin invite",
  "the web at large has it: lists go over pages, and prices are written in currencies":
    "paging price",
};
const common = new Set(Object.values(COMMON).flatMap((words) => words.split(" ")));

const words = siteWords();
/** Names that no other word holds by chance. */
const NAMES = Object.keys(SITE_URLS).filter((name) => words.has(name) && !common.has(name));

/** Why a word shows that the code knows a site; null where it does not. */
function telling(word: string): string | null {
  const name = NAMES.find((site) => word.includes(site));
  if (name !== undefined) return name;
  return common.has(word) ? null : (words.get(word)?.join(" and ") ?? null);
}

describe("the words of the bundled sites", () => {
  it("are found for every site, and describe it", () => {
    const found = (site: string): string[] =>
      [...words].flatMap(([word, sites]) =>
        sites.includes(site) && !common.has(word) ? [word] : [],
      );
    for (const site of Object.keys(SITE_URLS)) expect(found(site), site).not.toEqual([]);
    expect(found("shopping")).toEqual(
      expect.arrayContaining(["shopping", "cart", "checkout", "wishlist"]),
    );
    expect(found("shopping_admin")).toEqual(expect.arrayContaining(["refund", "warehouse"]));
    expect(found("reddit")).toEqual(
      expect.arrayContaining(["forum", "upvote", "downvote", "subscription"]),
    );
    expect(found("map")).toEqual(expect.arrayContaining(["latitude", "trip"]));
    expect(found("wikipedia")).toEqual(expect.arrayContaining(["wikipedia", "birthplace"]));
    expect(found("gitlab")).toEqual(expect.arrayContaining(["milestone", "assignee"]));
    expect(found("fossil")).toEqual(expect.arrayContaining(["ticket", "checkin"]));
    expect(found("kiwix")).toEqual(expect.arrayContaining(["encyclopedia"]));
  });

  it("are seen in identifiers, in plurals and in names made of a site's", () => {
    const seen = wordsOf(
      "const cartTotal = wishlists['Subreddit'] ?? parseCategories(boxes, class);",
    );
    expect(seen).toEqual([
      "const",
      "cart",
      "total",
      "wishlist",
      "subreddit",
      "parse",
      "category",
      "box",
      "class",
    ]);
    expect(seen.filter((word) => telling(word) !== null)).toEqual([
      "cart",
      "wishlist",
      "subreddit",
    ]);
  });

  it("allow no common word that no site has", () => {
    expect([...common].filter((word) => !words.has(word))).toEqual([]);
  });

  it("are absent from every room that meets unknown sites", () => {
    const blind = readSources(["src"]).filter(
      ({ isTest, room }) => !isTest && !KNOWS_SITES.includes(room),
    );
    expect(blind.length).toBeGreaterThan(100);
    const tellers = blind.flatMap(({ path, code }) =>
      [...new Set(wordsOf(code))].flatMap((word) => {
        const sites = telling(word);
        return sites === null ? [] : [`${path}: "${word}" of ${sites}`];
      }),
    );
    expect(
      tellers,
      "Learn it from experience, take it in as config, or say in COMMON why it does not belong to a site.",
    ).toEqual([]);
  });
});
