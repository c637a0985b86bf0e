import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random.ts";
import type { Outcome } from "./statistics.ts";
import { type CurvePoint, stepsToMatch } from "./steps-to-match.ts";

/** Eight templates of one task; the first `solved` of them succeed. */
function outcomes(solved: number, seeds = [1, 2]): Outcome[] {
  return seeds.flatMap((seed) =>
    Array.from({ length: 8 }, (_, templateId) => ({
      taskId: String(templateId),
      templateId,
      seed,
      success: templateId < solved,
    })),
  );
}

const curve = (...points: [realSteps: number, solved: number][]): CurvePoint[] =>
  points.map(([realSteps, solved]) => ({ realSteps, outcomes: outcomes(solved) }));

describe("stepsToMatch", () => {
  it("reads the first crossing off the straight line between two points", () => {
    const match = stepsToMatch(curve([0, 2], [100, 4], [200, 8]), outcomes(6), createRandom(1));
    expect(match).toMatchObject({ successRate: 0.75, realSteps: 150 });
  });

  it("counts no real steps for a success reached before the first", () => {
    const match = stepsToMatch(curve([0, 4], [100, 2]), outcomes(4), createRandom(1));
    expect(match).toMatchObject({ realSteps: 0, ci95: [0, 0] });
  });

  it("gives null for an unreached success, in the interval too", () => {
    const match = stepsToMatch(curve([0, 2], [100, 3]), outcomes(4), createRandom(1));
    expect(match.realSteps).toBeNull();
    expect(match.ci95?.[1]).toBeNull();
  });

  it("lets curve and target vary together: the end of a rising curve is never matched after its end", () => {
    const points = curve([0, 2], [100, 5]);
    const { realSteps, ci95 } = stepsToMatch(points, outcomes(5), createRandom(1));
    expect(realSteps).toBe(100);
    expect(ci95?.[1]).toBe(100);
  });

  it("claims nothing without a scored target, and no interval from a single template", () => {
    expect(stepsToMatch(curve([0, 2]), [], createRandom(1))).toEqual({
      successRate: null,
      realSteps: null,
      ci95: null,
    });
    const [single] = outcomes(1, [1]);
    if (single === undefined) throw new Error("no outcome");
    expect(
      stepsToMatch([{ realSteps: 0, outcomes: [single] }], [single], createRandom(1)).ci95,
    ).toBeNull();
  });
});
