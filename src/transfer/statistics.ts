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
  /** Number of outcomes (of pairs). */
  n: number;
}

/** How often the data are drawn anew. 2,000: the percentile ends move by less than 0.005 between draws. */
const RESAMPLES = 2000;

/**
 * Success rate with a percentile interval of the pigeonhole bootstrap (Owen 2007, "The pigeonhole bootstrap",
 * Ann. Appl. Stat. 1(2)): templates and seeds are resampled independently, and an outcome weighs the product of how
 * often its template and its seed were drawn. It errs on the wide side. With one seed only templates are resampled,
 * and the interval says nothing about other seeds.
 */
export function successRate(outcomes: readonly Outcome[], random: Random): Estimate {
  return clusteredMean(
    outcomes.map(({ templateId, seed, success }) => ({ templateId, seed, value: success ? 1 : 0 })),
    random,
  );
}

/**
 * Mean of `treatment − control` over outcomes with the same task and seed, with the same bootstrap. Pairs of which one
 * side is missing (an unscored or failed episode) are left out: `n` tells how many remain.
 */
export function pairedDifference(
  treatment: readonly Outcome[],
  control: readonly Outcome[],
  random: Random,
): Estimate {
  const key = (outcome: Outcome): string => `${outcome.seed}/${outcome.taskId}`;
  const controls = new Map(control.map((outcome) => [key(outcome), outcome]));
  const differences = treatment.flatMap((outcome) => {
    const other = controls.get(key(outcome));
    if (other === undefined) return [];
    const value = Number(outcome.success) - Number(other.success);
    return [{ templateId: outcome.templateId, seed: outcome.seed, value }];
  });
  return clusteredMean(differences, random);
}

interface ClusteredValue {
  templateId: number;
  seed: number;
  value: number;
}

function clusteredMean(values: readonly ClusteredValue[], random: Random): Estimate {
  const n = values.length;
  if (n === 0) return { mean: 0, ci95: null, n };
  const mean = values.reduce((sum, { value }) => sum + value, 0) / n;
  if (new Set(values.map(({ templateId }) => templateId)).size < 2) return { mean, ci95: null, n };
  const means = pigeonholeBootstrap(values, random, (weigh) => weightedMean(values, weigh));
  return { mean, ci95: [quantile(means, 0.025), quantile(means, 0.975)], n };
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
