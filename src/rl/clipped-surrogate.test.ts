import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clippedSurrogate } from "./clipped-surrogate.ts";

/** A step with exactly the given ratio, up to rounding. */
const step = (ratio: number, advantage: number) => ({
  logprob: Math.log(0.2 * ratio),
  oldLogprob: Math.log(0.2),
  advantage,
});

describe("clippedSurrogate", () => {
  // ε = 0.2, by hand: ρ, Â → L, dL/d log π
  it.each([
    [1, 2, 2, 2], //         nothing has moved
    [1.1, 2, 2.2, 2.2], //   within the range: 1.1 · 2
    [1.5, 2, 2.4, 0], //     better, far enough: 1.2 · 2
    [0.5, 2, 1, 1], //       worse though it should be better: never clipped, 0.5 · 2
    [0.9, -2, -1.8, -1.8], // within the range
    [0.5, -2, -1.6, 0], //   rarer, far enough: 0.8 · −2
    [1.5, -2, -3, -3], //    likelier though it should be rarer: never clipped
  ])(
    "of ratio %d and advantage %d is %d, with gradient %d",
    (ratio, advantage, value, gradient) => {
      const surrogate = clippedSurrogate(step(ratio, advantage), 0.2);
      expect(surrogate.value).toBeCloseTo(value, 12);
      expect(surrogate.gradient).toBeCloseTo(gradient, 12);
      expect(surrogate.ratio).toBeCloseTo(ratio, 12);
      expect(surrogate.isClipped).toBe(gradient === 0);
    },
  );

  const steps = fc.record({
    logprob: fc.double({ min: -8, max: -0.01, noNaN: true }),
    oldLogprob: fc.double({ min: -8, max: -0.01, noNaN: true }),
    advantage: fc.double({ min: -3, max: 3, noNaN: true }),
  });

  it("is the minimum of the paper", () => {
    fc.assert(
      fc.property(steps, (one) => {
        const ratio = Math.exp(one.logprob - one.oldLogprob);
        const clipped = Math.min(Math.max(ratio, 0.8), 1.2);
        expect(clippedSurrogate(one, 0.2).value).toBeCloseTo(
          Math.min(ratio * one.advantage, clipped * one.advantage),
          9,
        );
      }),
    );
  });

  it("has the gradient that finite differences give, off the corners", () => {
    fc.assert(
      fc.property(steps, (one) => {
        const { ratio, gradient } = clippedSurrogate(one, 0.2);
        fc.pre(Math.abs(ratio - 0.8) > 1e-3 && Math.abs(ratio - 1.2) > 1e-3 && ratio < 50);
        const delta = 1e-6;
        const at = (logprob: number): number => clippedSurrogate({ ...one, logprob }, 0.2).value;
        const difference = (at(one.logprob + delta) - at(one.logprob - delta)) / (2 * delta);
        expect(difference).toBeCloseTo(gradient, 4);
      }),
    );
  });
});
