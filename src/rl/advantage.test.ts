import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupRelativeAdvantages } from "./advantage.ts";

describe("groupRelativeAdvantages", () => {
  it("agrees with a group computed by hand", () => {
    // mean 1/4, std √(3/16) = 0.4330: 0.75 / 0.4330 = 1.7321 and −0.25 / 0.4330 = −0.5774
    const advantages = groupRelativeAdvantages([1, 0, 0, 0]);
    for (const [index, expected] of [1.73205, -0.57735, -0.57735, -0.57735].entries())
      expect(advantages[index]).toBeCloseTo(expected, 4);
  });

  it("leaves the std out on request, as Dr. GRPO does", () => {
    expect(groupRelativeAdvantages([1, 0, 0, 0], { normalizeByStd: false })).toEqual([
      0.75, -0.25, -0.25, -0.25,
    ]);
  });

  it("gives zeros where all rewards are equal", () => {
    expect(groupRelativeAdvantages([1, 1, 1])).toEqual([0, 0, 0]);
    expect(groupRelativeAdvantages([])).toEqual([]);
  });

  it("is centred, has unit variance, keeps the order, and ignores shift and scale of rewards", () => {
    const rewards = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 });
    fc.assert(
      fc.property(rewards, fc.integer({ min: 1, max: 9 }), (rewards_G, scale) => {
        fc.pre(new Set(rewards_G).size > 1);
        const advantages = groupRelativeAdvantages(rewards_G);
        const sum = advantages.reduce((total, advantage) => total + advantage, 0);
        const squares = advantages.reduce((total, advantage) => total + advantage ** 2, 0);
        expect(sum).toBeCloseTo(0, 6);
        expect(squares / rewards_G.length).toBeCloseTo(1, 4);
        const moved = groupRelativeAdvantages(rewards_G.map((reward) => scale * reward + 7));
        for (const [index, advantage] of advantages.entries()) {
          expect(moved[index]).toBeCloseTo(advantage, 4);
          for (const [other, reward] of rewards_G.entries())
            if (reward < (rewards_G[index] as number))
              expect(advantages[other]).toBeLessThan(advantage);
        }
      }),
    );
  });
});
