/**
 * `npx tsx tools/picture-results.ts` draws the README's picture, docs/standard/readme.svg, from docs/standard/compare.json:
 * success over real training steps of the arms with real training.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Curve, curveChart } from "../src/transfer/charts.ts";
import type { CompareResult } from "../src/transfer/compare-result.ts";
import { toPicture } from "../src/transfer/chart-picture.ts";

const FOLDER = join(import.meta.dirname, "..", "docs", "standard");
const SPLIT = "heldout-world";
/** Names of the arms for a reader who does not know them. */
const CURVES = [
  { arm: "dream-real", name: "dream first", color: "#d55e00" },
  { arm: "bc-real", name: "no dream", color: "#0072b2" },
  { arm: "placebo-real", name: "shuffled", color: "#a3578a" },
  { arm: "real-scratch", name: "no recordings", color: "#007a5a" },
] as const;
const result = JSON.parse(readFileSync(join(FOLDER, "compare.json"), "utf8")) as CompareResult;
// No bands: they overlap and hide one another. The interval that counts is that of the paired difference, and the
// README states it in words.
const curves = CURVES.map(({ arm, name, color }): Curve => {
  const points = result.summary
    .filter((point) => point.arm === arm && point.split === SPLIT)
    .sort((a, b) => a.realSteps - b.realSteps)
    .map(({ realSteps, estimate }) => ({ x: realSteps, mean: estimate.mean, ci95: null }));
  if (points.length === 0)
    throw new Error(`Expected ${arm} on ${SPLIT} in compare.json, got none.`);
  return { name, color, points };
});

const chart = curveChart("Success on held-out tasks over real training steps", curves);
writeFileSync(join(FOLDER, "readme.svg"), toPicture(chart));
