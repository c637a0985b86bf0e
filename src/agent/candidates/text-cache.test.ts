import { describe, expect, it } from "vitest";
import { memoizeText } from "./text-cache.ts";

describe("memoizeText", () => {
  it("computes each text once until it is full, then starts over", () => {
    const computed: string[] = [];
    const lengthOf = memoizeText((text) => {
      computed.push(text);
      return text.length;
    }, 2);
    expect(["one", "three", "one", "three"].map(lengthOf)).toEqual([3, 5, 3, 5]);
    expect(computed).toEqual(["one", "three"]);
    expect(["eleven", "one"].map(lengthOf)).toEqual([6, 3]);
    expect(computed).toEqual(["one", "three", "eleven", "one"]);
  });
});
