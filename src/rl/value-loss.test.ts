import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueLoss } from "./value-loss.ts";

describe("valueLoss", () => {
  it("is half the squared error, with the error as gradient", () => {
    expect(valueLoss({ value: 0.5, oldValue: 9, target: 2 })).toEqual({
      loss: 1.125,
      gradient: -1.5,
      isClipped: false,
    });
  });

  // ε = 0.5, V_old = 1, by hand: V, R → L, dL/dV
  it.each([
    [1.25, 2, 0.28125, -0.75], // within the range: ½ · 0.75²
    [1.75, 2, 0.125, 0], //       nearer to R, far enough: the range ends at 1.5, ½ · 0.5²
    [0.25, 2, 1.53125, -1.75], // away from R: never clipped, ½ · 1.75²
    [0.25, 0, 0.125, 0], //       nearer to R, far enough: the range ends at 0.5
  ])("of value %d and target %d is %d, with gradient %d", (value, target, loss, gradient) => {
    const clipped = valueLoss({ value, oldValue: 1, target }, 0.5);
    expect(clipped.loss).toBeCloseTo(loss, 12);
    expect(clipped.gradient).toBeCloseTo(gradient, 12);
    expect(clipped.isClipped).toBe(gradient === 0);
  });

  it("has the gradient that finite differences give, off the corners", () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true });
    const steps = fc.record({ value: number, oldValue: number, target: number });
    fc.assert(
      fc.property(steps, fc.constantFrom(null, 0.2), (step, clipRange) => {
        const delta = 1e-5;
        const at = (value: number) => valueLoss({ ...step, value }, clipRange);
        const [below, above] = [at(step.value - delta), at(step.value + delta)];
        fc.pre(below.isClipped === above.isClipped);
        fc.pre(Math.abs(Math.abs(step.value - step.oldValue) - 0.2) > 2 * delta);
        const difference = (above.loss - below.loss) / (2 * delta);
        expect(difference).toBeCloseTo(at(step.value).gradient, 6);
      }),
    );
  });
});
