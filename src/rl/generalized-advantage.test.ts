import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generalizedAdvantages } from "./generalized-advantage.ts";

/** A rollout of three steps that solves its task at the last one. */
const ROLLOUT = { rewards_T: [0, 0, 1], values_T: [0.5, 0.25, 0.5], gamma: 0.5, lambda: 0.5 };

const expectClose = (numbers: readonly number[], expected: readonly number[]): void => {
  expect(numbers).toHaveLength(expected.length);
  for (const [t, number] of expected.entries()) expect(numbers[t]).toBeCloseTo(number, 9);
};

describe("generalizedAdvantages", () => {
  it("agrees with a terminated rollout computed by hand", () => {
    // δ: 0 + ½ · ¼ − ½ = −0.375,  0 + ½ · ½ − ¼ = 0,  1 + 0 − ½ = 0.5
    // Â: 0.5,  0 + ¼ · 0.5 = 0.125,  −0.375 + ¼ · 0.125 = −0.34375
    const { advantages_T, returns_T } = generalizedAdvantages({ ...ROLLOUT, finalValue: 0 });
    expectClose(advantages_T, [-0.34375, 0.125, 0.5]);
    expectClose(returns_T, [0.15625, 0.375, 1]);
  });

  it("counts the value of the last state where the rollout was truncated", () => {
    // The last δ is 0 + ½ · 0.8 − ½ = −0.1; Â: −0.1, ¼ · −0.1 = −0.025, −0.375 − 0.00625
    const rollout = { ...ROLLOUT, rewards_T: [0, 0, 0], finalValue: 0.8 };
    expectClose(generalizedAdvantages(rollout).advantages_T, [-0.38125, -0.025, -0.1]);
  });

  it("gives nothing for a rollout without steps", () => {
    expect(
      generalizedAdvantages({ ...ROLLOUT, rewards_T: [], values_T: [], finalValue: 0.3 }),
    ).toEqual({ advantages_T: [], returns_T: [] });
  });

  const number = fc.double({ min: -2, max: 2, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const rollouts = fc
    .array(fc.tuple(number, number), { minLength: 1, maxLength: 8 })
    .chain((steps) =>
      fc.record({
        rewards_T: fc.constant(steps.map(([reward]) => reward)),
        values_T: fc.constant(steps.map(([, value]) => value)),
        finalValue: number,
        gamma: share,
        lambda: share,
      }),
    );

  it("is the sum of the paper", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const { rewards_T, values_T, finalValue, gamma, lambda } = rollout;
        const values = [...values_T, finalValue];
        const deltas = rewards_T.map(
          (reward, t) => reward + gamma * (values[t + 1] as number) - (values[t] as number),
        );
        const sums = deltas.map((_, t) =>
          deltas.slice(t).reduce((sum, delta, l) => sum + (gamma * lambda) ** l * delta, 0),
        );
        expectClose(generalizedAdvantages(rollout).advantages_T, sums);
      }),
    );
  });

  it("is the return less the value where λ is 1, whatever the values in between", () => {
    fc.assert(
      fc.property(rollouts, (rollout) => {
        const { rewards_T, finalValue, gamma } = rollout;
        const returns = rewards_T.map(
          (_, t) =>
            rewards_T.slice(t).reduce((sum, reward, l) => sum + gamma ** l * reward, 0) +
            gamma ** (rewards_T.length - t) * finalValue,
        );
        expectClose(generalizedAdvantages({ ...rollout, lambda: 1 }).returns_T, returns);
      }),
    );
  });

  it("is zero where the values predict every reward", () => {
    const rollout = { rewards_T: [0, 0, 1], values_T: [0.25, 0.5, 1], finalValue: 0, gamma: 0.5 };
    expect(generalizedAdvantages({ ...rollout, lambda: 0.9 }).advantages_T).toEqual([0, 0, 0]);
  });
});
