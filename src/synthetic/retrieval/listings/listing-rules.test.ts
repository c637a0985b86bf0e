import { describe, expect, it } from "vitest";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import type { ListItem } from "./site-items.ts";
import { factorsOf, type Listing } from "./listing-factors.ts";
import { ListingRules } from "./listing-rules.ts";
import { parseTree, type TreeElement } from "../../tree/page-tree.ts";

const element = parseTree("<ul><li>an entry</li></ul>").elements.at(-1) as TreeElement;

/** A ring of keys in a shop for locksmiths: its name, its weight in grams. */
function ring(name: string, grams: number): ListItem {
  const texts = new Map([
    ["name", name],
    ["grams", `${grams} g`],
  ]);
  return {
    id: `/ring/${name}`,
    element,
    text: `${name} ${grams} g`,
    numbers: new Map([["grams", grams]]),
    texts,
    lowerTexts: texts,
  };
}

const RINGS = [ring("ash", 40), ring("birch", 70), ring("cedar", 10), ring("elm", 90)];

function listing(url: string, items: ListItem[]): Listing {
  const record = { id: url } as LoadRecord;
  return { url, record, factors: factorsOf(url, []), items };
}

function heavierThan(grams: number): ListItem[] {
  return RINGS.filter(({ numbers }) => (numbers.get("grams") ?? 0) >= grams);
}

const names = (items: readonly ListItem[] | undefined): string[] | undefined =>
  items?.map(({ texts }) => texts.get("name") ?? "");

describe("the rules of a listing", () => {
  const all = listing("http://keys.test/rings", RINGS);

  it("keep entries whose number reaches a bound that was never requested", () => {
    const rules = new ListingRules(
      [
        all,
        listing("http://keys.test/rings?from=39.5", heavierThan(39.5)),
        listing("http://keys.test/rings?from=69.5", heavierThan(69.5)),
      ],
      [],
    );
    const selection = rules.select(new Map([["from", "79.5"]]));
    expect(names(selection?.shown)).toEqual(["elm"]);
    expect(selection?.total).toBe(1);
  });

  it("do not call a parameter a bound if it kept nothing out", () => {
    const rules = new ListingRules(
      [
        all,
        listing("http://keys.test/rings?from=5", RINGS),
        listing("http://keys.test/rings?from=7", RINGS),
      ],
      [],
    );
    expect(rules.select(new Map([["from", "80"]]))?.total).toBe(RINGS.length);
  });

  it("sort by a value that was seen only on another page as that page sorts", () => {
    const byWeight = (a: ListItem, b: ListItem): number =>
      (b.numbers.get("grams") ?? 0) - (a.numbers.get("grams") ?? 0);
    const byName = (a: ListItem, b: ListItem): number => (a.id < b.id ? -1 : 1);
    const here = [all, listing("http://keys.test/rings?order=name", [...RINGS].sort(byName))];
    const asked = new Map([["order", "heavy"]]);
    expect(new ListingRules(here, []).select(asked)).toBeNull();
    const others = [ring("oak", 300), ring("pine", 20), ring("yew", 110), ring("fir", 60)];
    const elsewhere = [{ url: "http://keys.test/?order=heavy", items: others.sort(byWeight) }];
    const selection = new ListingRules(here, [], elsewhere).select(asked);
    expect(names(selection?.shown)).toEqual(["elm", "birch", "ash", "cedar"]);
    expect(selection?.isOrdered).toBe(true);
  });
});
