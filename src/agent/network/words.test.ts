import { describe, expect, it } from "vitest";
import type { PageNode } from "../../core/observation.ts";
import { analyzeGoal } from "./goal-words.ts";
import { matchLevel, nameKey } from "./match.ts";
import { pageWords, wordHashes } from "./words.ts";

const link = (name: string, ref: string): PageNode => ({
  ref,
  role: "link",
  name,
  states: {},
  depth: 0,
});

describe("the words of a text", () => {
  it("are whole where a word mixes letters and digits", () => {
    expect(wordHashes("aee35aca70")).toHaveLength(1);
    expect(wordHashes("Model X200")).toHaveLength(2);
    expect(wordHashes("$12.50 of 3,000")).toHaveLength(3);
  });

  it("equate names that differ only in a number or an id, so that neither is learned", () => {
    const nodes = ["aee35aca70", "c725a8efc3", "12", "Order A12", "Order B7", "Orders"].map(
      (name, index) => link(name, String(index)),
    );
    const goal = analyzeGoal("Close the ticket.");
    const keys = nodes.map((_, index) => nameKey(pageWords(nodes), index, goal));
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[3]).toBe(keys[4]);
    expect(new Set([keys[0], keys[3], keys[5]]).size).toBe(3);
  });

  it("still distinguish an id that the goal names from another", () => {
    const wanted = wordHashes("aee35aca70");
    expect(matchLevel(wanted, wordHashes("aee35aca70"))).toBe(4);
    expect(matchLevel(wanted, wordHashes("aee35acb70"))).toBe(0);
  });
});
