/** Fits a preset of a comparison to sites: their names, their worlds, and the splits that they have. */

import type { z } from "zod";
import { type CompareConfigSchema, PRESETS } from "./compare-config.ts";
import { type CheckedSiteModule, originsOf } from "./site-module.ts";

/**
 * Evaluates on the preset's splits. Sites with none of these are evaluated on their own splits other than `train` and
 * `dev`, and sites without such splits on `dev`.
 */
export function presetFor(
  name: keyof typeof PRESETS,
  site: CheckedSiteModule,
): z.input<typeof CompareConfigSchema> {
  const preset = PRESETS[name];
  const own = Object.keys(site.tasks).filter((split) => (site.tasks[split] ?? []).length > 0);
  const known = preset.evaluate.filter(({ split }) => own.includes(split));
  const others = own.filter((split) => split !== "train" && split !== "dev");
  const tasks = preset.evaluate[0]?.tasks ?? null;
  return {
    ...preset,
    sites: Object.keys(originsOf(site)),
    worlds: site.worlds,
    evaluate:
      known.length > 0
        ? known
        : (others.length > 0 ? others : ["dev"]).map((split) => ({ split, tasks, points: "all" })),
  };
}
