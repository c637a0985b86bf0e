import { describe, expect, it } from "vitest";
import type { Observation, PageNode } from "../../core/observation.ts";
import { shortenInput } from "./brief-page.ts";

const node = (
  ref: number,
  depth: number,
  role: string,
  name = "",
  more: Partial<PageNode> = {},
): PageNode => ({
  ref: String(ref),
  role,
  name,
  depth,
  states: {},
  ...more,
});

function page(nodes: PageNode[], more: Partial<Observation> = {}): Observation {
  return { url: "http://a.test/", title: "", nodes, tabs: [], lastActionError: null, ...more };
}

const shorten = (
  observation: Observation,
  history: Parameters<typeof shortenInput>[0]["history"] = [],
) => shortenInput({ goal: "", history, observation });

describe("shortenInput", () => {
  it("leaves out nodes that say nothing, and moves their children up", () => {
    const { input } = shorten(
      page([
        node(1, 0, "RootWebArea", "Shop"),
        node(2, 1, "list"),
        node(3, 2, "listitem"),
        node(4, 3, "link", "Cart"),
        node(5, 2, "listitem", "", { states: { selected: true } }),
        node(6, 1, "textbox"),
        node(7, 1, "navigation", "Departments"),
        node(8, 2, "generic"),
        node(9, 3, "link", "Lamps"),
      ]),
    );
    expect(input.observation.nodes.map(({ ref, depth }) => [ref, depth])).toEqual([
      ["1", 0],
      ["4", 1],
      ["5", 1],
      ["6", 1],
      ["7", 1],
      ["9", 2],
    ]);
  });

  it("shortens the refs of a document, and restores them in an action", () => {
    const before = page([node(120_000, 0, "RootWebArea"), node(120_007, 1, "link", "A")]);
    const after = page([node(79_350_000, 0, "RootWebArea"), node(79_350_012, 1, "link", "B")]);
    const { input, restore } = shorten(after, [
      { observation: before, action: { kind: "click", ref: "120007" } },
    ]);
    expect(input.observation.nodes.map(({ ref }) => ref)).toEqual(["0", "12"]);
    expect(input.history[0]?.action).toEqual({ kind: "click", ref: "7" });
    expect(restore({ kind: "click", ref: "12" })).toEqual({ kind: "click", ref: "79350012" });
    expect(restore({ kind: "drag", ref: "12", to: "0" })).toEqual({
      kind: "drag",
      ref: "79350012",
      to: "79350000",
    });
    expect(restore({ kind: "stop", answer: "12" })).toEqual({ kind: "stop", answer: "12" });
  });

  it("keeps the refs that a browser's own text shows", () => {
    const { input, restore } = shorten(
      page([node(79_350_012, 0, "link", "B")], { text: "[79350012] link 'B'" }),
    );
    expect(input.observation.nodes[0]?.ref).toBe("79350012");
    expect(restore({ kind: "click", ref: "79350012" })).toEqual({ kind: "click", ref: "79350012" });
  });
});
