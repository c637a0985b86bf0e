/**
 * The budget of real interactions at equal success: how many real training steps an arm takes until it stands where
 * another one stands. What a warm start saves is the difference between two arms that match the same success.
 */

import type { Random } from "../core/random.ts";
import { type Outcome, pigeonholeBootstrap, type Weigh, weightedMean } from "./statistics.ts";

/** An arm's evaluations at one point of its training. */
export interface CurvePoint {
  /** Real training steps taken so far. */
  realSteps: number;
  outcomes: readonly Outcome[];
}

export interface StepsToMatch {
  /** The success to be matched, 0–1; null when nothing of the target was scored. */
  successRate: number | null;
  /** Real training steps until the arm's curve first reaches it; null when it never does within its steps. */
  realSteps: number | null;
  /**
   * 95 % interval; an end is null where the success is not reached in that draw: "more than was measured". Null
   * altogether where a single template leaves nothing to resample.
   */
  ci95: [number | null, number | null] | null;
}

/**
 * The curve goes straight from point to point, and the first crossing counts, chance ups and downs included: with few
 * points the figure is coarse, and it flatters a noisy curve. The interval is the percentile interval of the pigeonhole
 * bootstrap (`successRate`): each draw weighs curve and target alike, so what both share cancels.
 *
 * @param curve by rising `realSteps`; the same tasks and seeds as `target`
 */
export function stepsToMatch(
  curve: readonly CurvePoint[],
  target: readonly Outcome[],
  random: Random,
): StepsToMatch {
  const wanted = target.map(withValue);
  const points = curve.map(({ realSteps, outcomes }) => ({
    realSteps,
    values: outcomes.map(withValue),
  }));
  const crossing = (weigh: Weigh): number =>
    firstCrossing(
      points.map(({ realSteps, values }) => [realSteps, weightedMean(values, weigh)]),
      weightedMean(wanted, weigh),
    );
  if (wanted.length === 0) return { successRate: null, realSteps: null, ci95: null };
  const successRate = weightedMean(wanted, () => 1);
  const realSteps = orNull(crossing(() => 1));
  if (new Set(wanted.map(({ templateId }) => templateId)).size < 2)
    return { successRate, realSteps, ci95: null };
  const draws = pigeonholeBootstrap(wanted, random, crossing);
  return {
    successRate,
    realSteps,
    ci95: [orNull(lowerEnd(draws)), orNull(upperEnd(draws))],
  };
}

/** Infinity where it stays below, NaN where there is no level. */
function firstCrossing(points: readonly [x: number, y: number][], level: number): number {
  if (Number.isNaN(level)) return Number.NaN;
  let before: [x: number, y: number] | null = null;
  for (const [x, y] of points) {
    if (y >= level) {
      if (before === null) return x;
      const [x0, y0] = before;
      return x0 + ((x - x0) * (level - y0)) / (y - y0);
    }
    if (!Number.isNaN(y)) before = [x, y];
  }
  return Number.POSITIVE_INFINITY;
}

/** Order statistics, not interpolated: between a number and "never" lies nothing. */
const lowerEnd = (draws: readonly number[]): number => draws[Math.floor(0.025 * draws.length)] ?? 0;
const upperEnd = (draws: readonly number[]): number =>
  draws[Math.ceil(0.975 * draws.length) - 1] ?? 0;

const withValue = (outcome: Outcome): Outcome & { value: number } => ({
  ...outcome,
  value: outcome.success ? 1 : 0,
});

const orNull = (steps: number): number | null =>
  Number.isFinite(steps) ? Math.round(steps) : null;
