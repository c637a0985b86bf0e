import { describe, expect, it } from "vitest";
import type { PastStep } from "../../core/policy.ts";
import { findDetours } from "./detours.ts";

/** A page, and an action on it: "help<" goes back, "help" clicks. */
const step = (text: string): PastStep => {
  const page = text.replace("<", "");
  return {
    observation: {
      url: `http://site.test/${page}`,
      nodes: [{ ref: "1", role: "RootWebArea", name: page, states: {}, depth: 0 }],
      tabs: [],
      lastActionError: null,
    } as unknown as PastStep["observation"],
    action: text.endsWith("<") ? { kind: "goBack" } : { kind: "click", ref: "1" },
  };
};
const detoursOf = (...pages: string[]): number[] => [...findDetours(pages.map(step))];

describe("detours", () => {
  it("are the steps until going back has led to the same page", () => {
    expect(detoursOf("home", "help<", "home", "cart")).toEqual([0, 1]);
    expect(detoursOf("home", "a", "b<", "a<", "home", "cart")).toEqual([0, 1, 2, 3]);
  });

  it("do not include circles that close forwards: they may have had an effect", () => {
    expect(detoursOf("home", "settings", "settings", "home", "cart")).toEqual([]);
  });

  it("do not exist on a straight path", () => {
    expect(detoursOf("home", "list", "thing")).toEqual([]);
  });
});
