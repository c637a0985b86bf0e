import { describe, expect, it } from "vitest";
import type { CompareResult } from "../../transfer/compare-result.ts";
import { describeSaving } from "./comparison-text.ts";

const row = (arm: string, realSteps: number, mean: number): CompareResult["summary"][0] => ({
  arm,
  split: "harbour",
  realSteps,
  estimate: { mean, ci95: null, n: 60 },
});
const result = (summary: CompareResult["summary"]): CompareResult =>
  ({
    summary,
    tasks: { harbour: 60 },
    offline: { realSteps: 581, episodes: 70, requests: 600 },
  }) as unknown as CompareResult;

describe("the saving in words", () => {
  it("says what each way of training gives, with its real steps", () => {
    const lines = describeSaving(
      result([
        row("bc", 0, 0.35),
        row("bc-real", 0, 0.35),
        row("bc-real", 200, 0.4),
        row("dream", 0, 0.53),
        row("dream-real", 200, 0.58),
        row("placebo", 0, 0.43),
      ]),
    );
    expect(lines.join("\n")).toBe(`
In words: 581 real steps were recorded.
  An agent that only imitates the recordings solves 35 % of the tasks of harbour.
  With 200 more real steps of training: 40 %.
  Trained in the dream instead, with no further real step: 53 %.
  With 200 real steps after the dream: 58 %.
  In a dream that answers wrongly, as a control: 43 %.
`);
  });

  it("leaves out arms that did not run", () => {
    expect(describeSaving(result([row("bc", 0, 0.35), row("dream", 0, 0.53)]))).toHaveLength(5);
    expect(describeSaving(result([row("bc", 0, 0.35)]))).toEqual([]);
  });
});
