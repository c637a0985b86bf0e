import { describe, expect, it } from "vitest";
import { spreadEvenly } from "./spread-evenly.ts";

describe("spreadEvenly", () => {
  it("lets sites take turns, and comes to a template's second item after every first one", () => {
    const names = ["shop 1 a", "shop 1 b", "shop 2 a", "forum 3 a", "forum 3 b", "forum 4 a"];
    const spread = spreadEvenly(names, (name) => {
      const [site = "", template = ""] = name.split(" ");
      return { sites: [site], templateId: Number(template) };
    });
    expect(spread).toEqual([
      "shop 1 a",
      "forum 3 a",
      "shop 2 a",
      "forum 4 a",
      "shop 1 b",
      "forum 3 b",
    ]);
  });
});
