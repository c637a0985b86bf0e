/**
 * What a comparison may claim: success rates with intervals, and paired differences. Tasks of one template stand or
 * fall together, so the unit of chance is the template (and the training seed), not the task.
 */

import type { Random } from "../core/random.ts";

/** One greedy evaluation episode that was scored. */
export interface Outcome {
  taskId: string;
  templateId: number;
  seed: number;
  success: boolean;
}

export interface Estimate {
  /** Mean over scored outcomes, 0–1 (a difference: −1–1). */
  mean: number;
  /** 95 % interval; null where a single template leaves nothing to resample. */
  ci95: [number, number] | null;
  /** Number of outcomes (of pairs), at least one. */
  n: number;
}

/** How often the data are drawn anew. 2,000: the percentile ends move by less than 0.005 between draws. */
const RESAMPLES = 2000;

/**
 * Success rate with a percentile interval of the pigeonhole bootstrap (Owen 2007, "The pigeonhole bootstrap",
 * Ann. Appl. Stat. 1(2)): templates and seeds are resampled independently, and an outcome weighs the product of how
 * often its template and its seed were drawn. With five seeds and 24 templates it errs on the wide side (it held the
 * truth in 97 or more of 100 simulated experiments), but where seeds differ more than templates do (92). With one seed only
 * templates are resampled: the interval says nothing about other seeds, and is narrow where templates are few (92 of 100
 * with 24 of them, 85 with 6). Where all outcomes are alike: `alikeInterval`.
 *
 * @returns null for no outcome: nothing was scored, which is no rate of 0
 */
export function successRate(outcomes: readonly Outcome[], random: Random): Estimate | null {
  return clusteredMean(
    outcomes.map(({ templateId, seed, success }) => ({ templateId, seed, value: success ? 1 : 0 })),
    [0, 1],
    random,
  );
}

/**
 * Mean of `treatment − control` over outcomes with the same task and seed, with the same bootstrap. Pairs of which one
 * side is missing (an unscored or failed episode) are left out: `n` tells how many remain.
 *
 * @returns null for no pair
 */
export function pairedDifference(
  treatment: readonly Outcome[],
  control: readonly Outcome[],
  random: Random,
): Estimate | null {
  const key = (outcome: Outcome): string => `${outcome.seed}/${outcome.taskId}`;
  const controls = new Map(control.map((outcome) => [key(outcome), outcome]));
  const differences = treatment.flatMap((outcome) => {
    const other = controls.get(key(outcome));
    if (other === undefined) return [];
    const value = Number(outcome.success) - Number(other.success);
    return [{ templateId: outcome.templateId, seed: outcome.seed, value }];
  });
  return clusteredMean(differences, [-1, 1], random);
}

interface ClusteredValue {
  templateId: number;
  seed: number;
  value: number;
}

/** @param range least and greatest value that there can be */
function clusteredMean(
  values: readonly ClusteredValue[],
  range: [number, number],
  random: Random,
): Estimate | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, { value }) => sum + value, 0) / n;
  const templates = new Set(values.map(({ templateId }) => templateId)).size;
  if (templates < 2) return { mean, ci95: null, n };
  if (values.every(({ value }) => value === mean))
    return { mean, ci95: alikeInterval(mean, range, templates), n };
  const means = pigeonholeBootstrap(values, random, (weigh) => weightedMean(values, weigh));
  return { mean, ci95: [quantile(means, 0.025), quantile(means, 0.975)], n };
}

/** 97.5 % quantile of the standard normal. */
const Z = 1.96;

/**
 * Where all outcomes are alike every resample is, too, and the bootstrap would be sure of it: none of 30 solved would
 * mean that nothing can ever be. The share of templates that would come out otherwise is then bounded by Wilson's
 * interval for none in as many trials as there are templates (Wilson 1927; close to the rule of three): z² / (T + z²).
 */
function alikeInterval(
  value: number,
  [least, greatest]: [number, number],
  templates: number,
): [number, number] {
  const others = Z ** 2 / (templates + Z ** 2);
  return [value - others * (value - least), value + others * (greatest - value)];
}

/** How much an outcome weighs in a draw: how often its template was drawn times how often its seed was. */
export type Weigh = (unit: Pick<Outcome, "templateId" | "seed">) => number;

/** @returns NaN where nothing weighs anything */
export function weightedMean(
  values: readonly { templateId: number; seed: number; value: number }[],
  weigh: Weigh,
): number {
  let sum = 0;
  let weight = 0;
  for (const outcome of values) {
    const w = weigh(outcome);
    sum += w * outcome.value;
    weight += w;
  }
  return sum / weight;
}

/** `statistic` of each draw of templates and seeds among those of `units`, ascending, but where it was not a number. */
export function pigeonholeBootstrap(
  units: readonly Pick<Outcome, "templateId" | "seed">[],
  random: Random,
  statistic: (weigh: Weigh) => number,
): number[] {
  const templates = [...new Set(units.map(({ templateId }) => templateId))];
  const seeds = [...new Set(units.map(({ seed }) => seed))];
  const draws = Array.from({ length: RESAMPLES }, () => {
    const templateWeights = drawWeights(templates, random);
    const seedWeights = drawWeights(seeds, random);
    return statistic(
      ({ templateId, seed }) =>
        (templateWeights.get(templateId) ?? 0) * (seedWeights.get(seed) ?? 0),
    );
  });
  return draws.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
}

/** How often each item comes up in `items.length` draws with replacement. */
function drawWeights(items: readonly number[], random: Random): Map<number, number> {
  const weights = new Map<number, number>();
  for (let i = 0; i < items.length; i++) {
    const item = random.pick(items);
    weights.set(item, (weights.get(item) ?? 0) + 1);
  }
  return weights;
}

/** Linear interpolation between order statistics. @param sorted ascending, at least one value */
function quantile(sorted: readonly number[], p: number): number {
  const position = (sorted.length - 1) * p;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}
