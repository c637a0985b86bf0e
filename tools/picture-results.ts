/**
 * `npx tsx tools/picture-results.ts` draws the README's picture, docs/search/readme.svg, from docs/search/compare.json:
 * success over all real steps that an arm has paid for, the recordings included. Only points that Chromium evaluated.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Curve, curveChart } from "../src/transfer/charts.ts";
import { CompareResultSchema } from "../src/transfer/compare-result.ts";
import { toPicture } from "../src/transfer/chart-picture.ts";

const FOLDER = join(import.meta.dirname, "..", "docs", "search");
const SPLIT = "heldout-world";
/** Names of the arms for a reader who does not know them. */
const CURVES = [
  { arm: "dream-real", name: "dream, then real training", color: "#d55e00" },
  { arm: "placebo", name: "in a shuffled dream", color: "#a3578a" },
  { arm: "bc-real", name: "real training", color: "#0072b2" },
] as const;
const result = CompareResultSchema.parse(
  JSON.parse(readFileSync(join(FOLDER, "compare.json"), "utf8")),
);
const { realSteps: recorded } = result.offline;
// No bands: they overlap and hide one another. The interval that counts is that of the paired difference, and the
// README states it in words.
const curves = CURVES.map(({ arm, name, color }): Curve => {
  const points = result.summary
    .filter((point) => point.arm === arm && point.split === SPLIT)
    .sort((a, b) => a.realSteps - b.realSteps)
    .filter((_, i, all) => result.confirmed === "all" || i === 0 || i === all.length - 1)
    .map(({ realSteps, estimate }) => ({
      x: recorded + realSteps,
      mean: estimate.mean,
      ci95: null,
    }));
  if (points.length === 0)
    throw new Error(`Expected ${arm} on ${SPLIT} in compare.json, got none.`);
  return { name, color, points };
});

const chart = curveChart("Success on held-out tasks over all real steps", curves, {
  xName: "real steps, recordings included",
  bend: recorded,
});
writeFileSync(join(FOLDER, "readme.svg"), toPicture(chart));
