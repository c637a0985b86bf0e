import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random.ts";
import { type Outcome, pairedDifference, successRate } from "./statistics.ts";

const outcome = (templateId: number, task: number, seed: number, success: boolean): Outcome => ({
  taskId: `${templateId}-${task}`,
  templateId,
  seed,
  success,
});

describe("successRate", () => {
  it("gives the mean, and an interval that holds it", () => {
    const outcomes = [1, 2, 3, 4].flatMap((template) =>
      [0, 1, 2].map((task) => outcome(template, task, 1, template % 2 === 0)),
    );
    const estimate = successRate(outcomes, createRandom(1));
    expect(estimate).toMatchObject({ mean: 0.5, n: 12 });
    expect(estimate?.ci95?.[0]).toBeLessThan(0.5);
    expect(estimate?.ci95?.[1]).toBeGreaterThan(0.5);
  });

  it("is wider when outcomes agree within a template than when they do not", () => {
    const templates = [1, 2, 3, 4, 5, 6, 7, 8];
    const together = templates.flatMap((t) => [0, 1, 2, 3].map((k) => outcome(t, k, 1, t <= 4)));
    const mixed = templates.flatMap((t) => [0, 1, 2, 3].map((k) => outcome(t, k, 1, k < 2)));
    const width = (outcomes: Outcome[]): number => {
      const [low, high] = successRate(outcomes, createRandom(1))?.ci95 ?? [0, 0];
      return high - low;
    };
    expect(width(together)).toBeGreaterThan(0.4);
    expect(width(mixed)).toBe(0);
  });

  it("stays unsure about an outcome that never happened: none in T templates leaves z² / (T + z²)", () => {
    const outcomes = (success: boolean): Outcome[] =>
      Array.from({ length: 24 }, (_, t) => outcome(t, 0, 1, success));
    expect(successRate(outcomes(false), createRandom(1))?.ci95?.[0]).toBe(0);
    expect(successRate(outcomes(false), createRandom(1))?.ci95?.[1]).toBeCloseTo(0.138, 3);
    expect(successRate(outcomes(true), createRandom(1))?.ci95?.[0]).toBeCloseTo(0.862, 3);
    expect(successRate(outcomes(true), createRandom(1))?.ci95?.[1]).toBe(1);
  });

  it("gives no rate where nothing was scored", () => {
    expect(successRate([], createRandom(1))).toBeNull();
    expect(pairedDifference([outcome(1, 1, 1, true)], [], createRandom(1))).toBeNull();
  });

  it("claims no interval from a single template", () => {
    expect(
      successRate([outcome(1, 1, 1, true), outcome(1, 2, 1, false)], createRandom(1))?.ci95,
    ).toBeNull();
  });

  it("holds the true rate in about 95 of 100 experiments with template effects", () => {
    const random = createRandom("coverage");
    let held = 0;
    for (let experiment = 0; experiment < 100; experiment++) {
      const outcomes = Array.from({ length: 24 }, (_, t) => t).flatMap((t) => {
        const rate = random.next();
        return [0, 1, 2, 3, 4].map((k) => outcome(t, k, 1, random.next() < rate));
      });
      const [low, high] = successRate(outcomes, random.fork(String(experiment)))?.ci95 ?? [0, 0];
      if (low <= 0.5 && 0.5 <= high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(85);
  });
});

describe("pairedDifference", () => {
  it("counts only pairs with both sides scored", () => {
    const treatment = [outcome(1, 1, 1, true), outcome(2, 1, 1, true), outcome(3, 1, 1, false)];
    const control = [outcome(1, 1, 1, false), outcome(2, 1, 1, true)];
    const estimate = pairedDifference(treatment, control, createRandom(1));
    expect(estimate).toMatchObject({ mean: 0.5, n: 2 });
  });

  it("is zero against itself, as sure as there are templates", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 4, maxLength: 20 }), (successes) => {
        const outcomes = successes.map((success, i) => outcome(i, 0, i % 2, success));
        const estimate = pairedDifference(outcomes, outcomes, createRandom(1));
        const bound = 1.96 ** 2 / (successes.length + 1.96 ** 2);
        expect(estimate).toMatchObject({ mean: 0, n: successes.length });
        expect(estimate?.ci95?.[0]).toBeCloseTo(-bound, 12);
        expect(estimate?.ci95?.[1]).toBeCloseTo(bound, 12);
      }),
      { numRuns: 20 },
    );
  });
});
