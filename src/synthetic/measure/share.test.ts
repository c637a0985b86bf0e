import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareOf } from "./share.ts";

describe("shareOf", () => {
  it("gives Wilson's interval: 8 of 10, and 0 of 30, worked by hand", () => {
    const eight = shareOf(8, 10);
    expect(eight.share).toBe(0.8);
    expect(eight.ci95?.[0]).toBeCloseTo(0.4902, 4);
    expect(eight.ci95?.[1]).toBeCloseTo(0.9433, 4);
    // With p = 0 the formula is z² / (n + z²) = 3.8416 / 33.8416.
    expect(shareOf(0, 30).ci95?.[0]).toBeCloseTo(0, 10);
    expect(shareOf(0, 30).ci95?.[1]).toBeCloseTo(0.11352, 5);
  });

  it("knows no share of nothing", () => {
    expect(shareOf(0, 0)).toEqual({ count: 0, of: 0, share: null, ci95: null });
  });

  it("solves Wilson's equation: at each end, p is z standard errors away", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, part) => {
          const { share, ci95 } = shareOf(Math.floor(part * n), n);
          for (const end of ci95 as [number, number])
            expect(Math.abs((share as number) - end)).toBeCloseTo(
              1.96 * Math.sqrt((end * (1 - end)) / n),
              6,
            );
        },
      ),
    );
  });
});
