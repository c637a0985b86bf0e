/**
 * The budget of real interactions at equal success: how many real training steps an arm takes until it reaches the
 * success of another arm. A warm start saves the difference between two arms with the same target.
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
  /** The success to reach, 0–1; null when nothing of the target was scored. */
  successRate: number | null;
  /** Real training steps until the curve of the arm first reaches it; null when it does not. */
  realSteps: number | null;
  /**
   * 95 % interval. An end is null when that resample does not reach the success: "more than was measured". The
   * interval is null when a single template leaves nothing to resample.
   */
  ci95: [number | null, number | null] | null;
}

/**
 * The curve is straight between two points, and the first crossing counts, also when chance caused it. So the figure is
 * coarse with few points, and it flatters a noisy curve. The interval is the percentile interval of the pigeonhole
 * bootstrap (`successRate`): each resample weighs curve and target alike, so effects that they share cancel out.
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

/** How many times the real steps of the target the arm takes for the same success. */
export interface StepRatios {
  /** Training steps alone; null where the target takes none. */
  training: number | null;
  /** With what both offline collections cost; null where the target takes no step at all. */
  all: number | null;
  /** The arm did not reach the success: the ratios are at least these. */
  isLowerBound: boolean;
}

export function stepRatios(options: {
  /** Null: not reached within `measured`. */
  realSteps: number | null;
  measured: number;
  targetSteps: number;
  /** Real steps of the collection that each of the two starts from. */
  offline: { arm: number; target: number };
}): StepRatios {
  const { realSteps, measured, targetSteps, offline } = options;
  const taken = realSteps ?? measured;
  const ratio = (steps: number, of: number): number | null => (of === 0 ? null : steps / of);
  return {
    training: ratio(taken, targetSteps),
    all: ratio(taken + offline.arm, targetSteps + offline.target),
    isLowerBound: realSteps === null,
  };
}

/** Infinity when all points are below the level, NaN without a level. */
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

/** Order statistics without interpolation, because nothing lies between a number and "never". */
const lowerEnd = (draws: readonly number[]): number => draws[Math.floor(0.025 * draws.length)] ?? 0;
const upperEnd = (draws: readonly number[]): number =>
  draws[Math.ceil(0.975 * draws.length) - 1] ?? 0;

const withValue = (outcome: Outcome): Outcome & { value: number } => ({
  ...outcome,
  value: outcome.success ? 1 : 0,
});

const orNull = (steps: number): number | null =>
  Number.isFinite(steps) ? Math.round(steps) : null;
