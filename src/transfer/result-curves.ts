/** The curves of a comparison, with one colour for each arm in every picture. */

import { armNamed } from "./arms.ts";
import { type Curve, curveChart } from "./charts.ts";
import type { CompareResult } from "./compare-result.ts";
import { armsIn } from "./report-tables.ts";

/** Okabe–Ito colours, which colour-blind readers can distinguish. */
export const ARM_COLORS: Record<string, string> = {
  bc: "#555555",
  "bc-real": "#0072b2",
  dream: "#e69f00",
  "dream-real": "#d55e00",
  placebo: "#cc79a7",
  "placebo-real": "#a3578a",
  "dream-coevolve": "#7a3b00",
  "search-real": "#56b4e9",
  "real-scratch": "#009e73",
  oracle: "#999933",
  agent: "#332288",
};

/** Success on a split by arm, over real steps as `stepsOf` counts them. */
export function curvesOf(
  result: CompareResult,
  split: string,
  stepsOf: (arm: string, realSteps: number) => number,
): Curve[] {
  return armsIn(result).flatMap(({ name }): Curve[] => {
    const points = result.summary
      .filter((row) => row.arm === name && row.split === split)
      .sort((a, b) => a.realSteps - b.realSteps)
      .map(({ realSteps, estimate: { mean, ci95 } }) => ({
        x: stepsOf(name, realSteps),
        mean,
        ci95,
      }));
    return points.length === 0 ? [] : [{ name, color: ARM_COLORS[name] ?? "#000", points }];
  });
}

/**
 * What success costs: over all real steps that an arm has paid for, the recordings included. SVG text. The oracle pays
 * for none, so it has no place here.
 */
export function paidChart(result: CompareResult, split: string): string {
  const { realSteps: collected } = result.offline;
  const curves = curvesOf(
    result,
    split,
    (arm, steps) => steps + (armNamed(arm).cloned ? collected : 0),
  ).filter(({ name }) => name !== "oracle");
  return curveChart(`success on ${split} over all real steps`, curves, {
    xName: "real steps paid, offline collection included",
    bend: Math.max(1, collected),
  });
}
