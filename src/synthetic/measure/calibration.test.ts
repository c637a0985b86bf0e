import { describe, expect, it } from "vitest";
import { calibrationError, measureCalibration } from "./calibration.ts";

/** Four answers with 0.9, three of them right; two with 0.2, one right. */
const judged = [
  ...[1, 1, 1, 0].map((truth) => ({ certainty: 0.9, truth })),
  ...[1, 0].map((truth) => ({ certainty: 0.2, truth })),
];

describe("measureCalibration", () => {
  it("computes the error by hand: 4/6 · |0.9 − 0.75| + 2/6 · |0.2 − 0.5| = 0.2", () => {
    expect(calibrationError(judged)).toBeCloseTo(0.2, 10);
  });

  it("makes a table of ten bins, the last with certainty 1", () => {
    const { bins, answers, error } = measureCalibration([...judged, { certainty: 1, truth: 1 }]);
    expect(answers).toBe(7);
    expect(error).not.toBeNull();
    expect(bins).toHaveLength(10);
    expect(bins[2]).toMatchObject({ from: 0.2, to: 0.3, right: { count: 1, of: 2 } });
    expect(bins[9]?.right).toMatchObject({ count: 4, of: 5 });
    expect(bins[9]?.certainty).toBeCloseTo(0.92, 10);
    expect(bins[0]).toMatchObject({ certainty: null, right: { share: null } });
  });

  it("cannot err without answers, which is not an error of 0", () => {
    expect(measureCalibration([]).error).toBeNull();
  });
});
