import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGoalSimilarity } from "./goal-similarity.ts";

describe("createGoalSimilarity", () => {
  // "open" and "the" stand in both goals and weigh 1/2; "lamp" and "desk" weigh 1.
  const similarity = createGoalSimilarity(["Open the lamp", "Open the desk"]);

  it("weighs words by how few goals have them", () => {
    expect(similarity("Open the lamp", "Open the desk")).toBeCloseTo(1 / 3, 10);
    expect(similarity("Open the lamp", "Open lamp")).toBeCloseTo(1.5 / 2, 10);
  });

  it("ignores case and signs", () => {
    expect(similarity('Open the "Lamp"!', "open the lamp")).toBe(1);
  });

  it("is symmetric, between 0 and 1, and 1 for a goal and itself", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const value = similarity(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(similarity(b, a)).toBeCloseTo(value, 12);
        expect(similarity(a, a)).toBe(1);
      }),
    );
  });
});
