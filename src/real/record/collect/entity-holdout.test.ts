import { describe, expect, it } from "vitest";
import type { Observation, PageNode } from "../../../core/observation.ts";
import { createEntityHoldout } from "./entity-holdout.ts";

const holdout = createEntityHoldout({
  names: ["Blue Lamp", "Garden Tools"],
  keys: ["blue-lamp", "20064"],
});

function page(url: string, ...nodes: Partial<PageNode>[]): Observation {
  return {
    url,
    title: "",
    nodes: nodes.map((node, index) => ({
      ref: String(index),
      role: "button",
      name: "",
      states: {},
      depth: 1,
      ...node,
    })),
    tabs: [],
    lastActionError: null,
  };
}

const list = page(
  "http://site.test/all",
  { role: "RootWebArea", name: "Everything", depth: 0 },
  { role: "listitem", depth: 1 },
  { role: "link", name: "Red Lamp", url: "http://site.test/things/red-lamp", depth: 2 },
  { name: "Add", depth: 2 },
  { role: "listitem", depth: 1 },
  { role: "StaticText", name: "Our blue lamp, new", depth: 2 },
  { name: "Add", depth: 2 },
  { role: "link", name: "More", url: "http://site.test/things/blue-lamp?size=2", depth: 2 },
  { role: "link", name: "Blue Lamps and more", url: "http://site.test/search?q=x", depth: 1 },
);
const click = (index: number) => ({ kind: "click", ref: String(index) }) as const;

describe("an entity holdout", () => {
  it("forbids a link to a held-out entity by its address, under any name", () => {
    expect(holdout.forbidsAction(list, click(7))).toBe(true);
    expect(holdout.forbidsAction(list, click(2))).toBe(false);
  });

  it("forbids a control in the row that names the entity, and allows the same one in other rows", () => {
    expect(holdout.forbidsAction(list, click(6))).toBe(true);
    expect(holdout.forbidsAction(list, click(3))).toBe(false);
  });

  it("matches names as whole words in any case", () => {
    expect(holdout.forbidsAction(list, click(8))).toBe(false);
    expect(
      holdout.forbidsAction(list, { kind: "type", ref: "3", text: "a BLUE  lamp?", submit: true }),
    ).toBe(true);
  });

  it("forbids opening the entity's own address, and recognizes its page", () => {
    const url = "http://site.test/f/tools/20064/title";
    expect(holdout.forbidsAction(list, { kind: "goto", url })).toBe(true);
    expect(holdout.forbidsPage(page(url))).toBe(true);
    expect(holdout.forbidsPage(page("http://site.test/f/tools/200641"))).toBe(false);
    expect(holdout.forbidsPage(page("http://site.test/list?thing=blue-lamp"))).toBe(true);
  });

  it("counts each name on a page once", () => {
    const nodes = ["Blue Lamp", "the blue lamp", "Garden tools", "Garden"].map((name) => ({
      name,
    }));
    expect(holdout.countAppearances(page("http://site.test/", ...nodes))).toBe(2);
  });
});
