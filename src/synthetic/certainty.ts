/**
 * How sure a prediction is: the share of held-out predictions of the same kind, with similar support, that came true.
 */

import { groupBy } from "../core/group-by.ts";

/** The basis of a prediction, coarsely. */
export type Basis =
  | "known"
  | "seenAfterMutation"
  | "changed"
  | "predicted"
  | "listed"
  | "empty"
  | "reaction"
  | "nothing"
  /** A language model stated it. */
  | "reasoned";

export interface CalibrationSample {
  basis: Basis;
  /** The model's own figure, 0–1. */
  support: number;
  /** 1 when the answer was right, else 0. */
  truth: number;
}

/** Samples in the neighbourhood that count as much as the model's own figure. */
const PRIOR_WEIGHT = 4;
/** Half width of the neighbourhood of supports. */
const REACH = 0.15;

/** Greatest certainty that a query finds nothing: below an even chance. */
const EMPTY_CEILING = 0.4;

export type Calibration = (basis: Basis, support: number) => number;

/** Without samples the support itself is the certainty. */
export function calibrate(samples: readonly CalibrationSample[]): Calibration {
  const byBasis = groupBy(samples, ({ basis }) => basis);
  return (basis, support) => {
    // Visitors ask on purpose for things that mostly exist. Held-out queries for unknown things therefore cannot show
    // how often a query finds nothing.
    if (basis === "empty") return Math.min(support, EMPTY_CEILING);
    const near = (byBasis.get(basis) ?? []).filter(
      (sample) => Math.abs(sample.support - support) <= REACH,
    );
    const sum = near.reduce((total, sample) => total + sample.truth, 0);
    const certainty = (sum + PRIOR_WEIGHT * support) / (near.length + PRIOR_WEIGHT);
    return Math.min(0.999, Math.max(0, certainty));
  };
}
