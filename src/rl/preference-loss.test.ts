import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preferenceLoss } from "./preference-loss.ts";

const pair = (chosen: number, rejected: number, reference: [number, number] = [-2, -3]) => ({
  chosen: { logprob: chosen, referenceLogprob: reference[0] },
  rejected: { logprob: rejected, referenceLogprob: reference[1] },
});

describe("preferenceLoss", () => {
  it("is log 2 where the policy is still the reference", () => {
    const { loss, gradient, chosenReward, rejectedReward } = preferenceLoss(pair(-2, -3), 0.1);
    expect(loss).toBeCloseTo(Math.log(2), 12);
    expect(gradient).toBeCloseTo(-0.05, 12);
    expect([chosenReward, rejectedReward]).toEqual([0, 0]);
  });

  it("agrees with a pair computed by hand", () => {
    // β = 0.5: r(y_w) = ½ (−1 + 2) = 0.5, r(y_l) = ½ (−5 + 3) = −1, m = 1.5; σ(−1.5) = 0.182426
    const learned = preferenceLoss(pair(-1, -5), 0.5);
    expect(learned.chosenReward).toBeCloseTo(0.5, 12);
    expect(learned.rejectedReward).toBeCloseTo(-1, 12);
    expect(learned.loss).toBeCloseTo(0.201413, 6);
    expect(learned.gradient).toBeCloseTo(-0.5 * 0.182426, 6);
    // The same pair the other way round: m = −1.5
    const wrong = preferenceLoss(pair(-5, -1, [-3, -2]), 0.5);
    expect(wrong.loss).toBeCloseTo(1.701413, 6);
    expect(wrong.gradient).toBeCloseTo(-0.5 * 0.817574, 6);
  });

  it("stays finite however far apart a pair is", () => {
    for (const [chosen, rejected] of [
      [0, -1e5],
      [-1e5, 0],
    ] as const) {
      const { loss, gradient } = preferenceLoss(pair(chosen, rejected), 1);
      expect(Number.isFinite(loss)).toBe(true);
      expect(Number.isFinite(gradient)).toBe(true);
    }
  });

  const nats = fc.double({ min: -8, max: 0, noNaN: true });
  const pairs = fc.record({
    chosen: fc.record({ logprob: nats, referenceLogprob: nats }),
    rejected: fc.record({ logprob: nats, referenceLogprob: nats }),
  });

  it("has the gradients that finite differences give, on both sides", () => {
    fc.assert(
      fc.property(pairs, fc.double({ min: 0.05, max: 2, noNaN: true }), (one, beta) => {
        const { gradient } = preferenceLoss(one, beta);
        const delta = 1e-5;
        const slope = (side: "chosen" | "rejected"): number => {
          const at = (shift: number): number => {
            const moved = { ...one[side], logprob: one[side].logprob + shift };
            return preferenceLoss({ ...one, [side]: moved }, beta).loss;
          };
          return (at(delta) - at(-delta)) / (2 * delta);
        };
        expect(slope("chosen")).toBeCloseTo(gradient, 6);
        expect(slope("rejected")).toBeCloseTo(-gradient, 6);
      }),
    );
  });

  it("ignores what both sides share", () => {
    fc.assert(
      fc.property(pairs, nats, nats, (one, logprob, referenceLogprob) => {
        const longer = (side: (typeof one)["chosen"]) => ({
          logprob: side.logprob + logprob,
          referenceLogprob: side.referenceLogprob + referenceLogprob,
        });
        const both = { chosen: longer(one.chosen), rejected: longer(one.rejected) };
        expect(preferenceLoss(both, 0.3).loss).toBeCloseTo(preferenceLoss(one, 0.3).loss, 9);
      }),
    );
  });
});
