/** What a comparison leaves behind for programs: `compare.json`. */

import { z } from "zod";
import { RealCostSchema } from "../store/ledger.ts";

const EstimateSchema = z.object({
  mean: z.number(),
  ci95: z.tuple([z.number(), z.number()]).nullable(),
  n: z.int().min(1),
});

const PointSchema = z.object({
  split: z.string(),
  /** Real training steps taken so far, the offline collection not counted. */
  realSteps: z.int(),
  successRate: z.number().nullable().describe("over scored episodes; null when none was"),
  /** Scored episodes. */
  n: z.int(),
  unscored: z.int(),
  failed: z.int().describe("infrastructure failures: neither success nor failure of the agent"),
});

export const CompareResultSchema = z.object({
  preset: z.string(),
  /** Whose tasks were practised on and evaluated. */
  sites: z.array(z.string()),
  seeds: z.array(z.int()),
  /** Seeds that the run is to have and that are not done: nothing of them is in the figures. Empty for a whole run. */
  unfinishedSeeds: z.array(z.int()),
  tasks: z.record(z.string(), z.int()),
  offline: z.object({ realSteps: z.int(), episodes: z.int(), requests: z.int() }),
  /** SHA-256 of each seed's behaviour-cloned checkpoint, from which every arm but `real-scratch` starts. */
  bcCheckpoint: z.record(z.string(), z.string()),
  arms: z.array(
    z.object({
      arm: z.string(),
      seed: z.int(),
      dreamSteps: z.int().describe("in imagination, of dream or placebo"),
      realSteps: z.int().describe("real training steps taken: the last iteration may overshoot"),
      gradientSteps: z.int().describe("of its last phase: on real steps where it takes any"),
      rehearsedSteps: z.int().describe("of these, replay alone: a placebo's, up to the dream's"),
      unscoredDreams: z.int().describe("episodes in imagination"),
      fracRewardZeroStd: z.number().nullable().describe("mean over iterations of its last phase"),
      curve: z.array(PointSchema),
    }),
  ),
  /** The question: `dream-real − bc-real` at the last point. */
  paired: z.object({
    split: z.string(),
    difference: z.number().nullable().describe("null without a pair"),
    ci95: z.tuple([z.number(), z.number()]).nullable(),
    n: z.int(),
  }),
  /** Every paired difference that has a pair, the question's among them. */
  comparisons: z.array(
    z.object({
      treatment: z.string(),
      control: z.string(),
      split: z.string(),
      realSteps: z.int(),
      estimate: EstimateSchema,
    }),
  ),
  /** Real training steps until an arm stands where another one stands: see `stepsToMatch`. */
  stepsToMatch: z.array(
    z.object({
      arm: z.string(),
      target: z.object({ arm: z.string(), realSteps: z.int() }),
      split: z.string(),
      successRate: z.number().nullable().describe("of the target"),
      realSteps: z.int().nullable().describe("null: not reached within the arm's steps"),
      ci95: z.tuple([z.int().nullable(), z.int().nullable()]).nullable(),
    }),
  ),
  /** Over seeds: what the curves of the report show. A point of which nothing was scored is not there. */
  summary: z.array(
    z.object({ arm: z.string(), split: z.string(), realSteps: z.int(), estimate: EstimateSchema }),
  ),
  fidelity: z.object({
    model: z.record(z.string(), z.unknown()),
    baselines: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
  ledger: z.object({
    lines: z.record(z.string(), RealCostSchema),
    total: RealCostSchema,
    /** Requests as the site counted them itself. */
    countedBySite: z.int(),
    /** Pieces of work that were killed: episodes that ran at that moment may be missing from both counts. */
    cutOffs: z.int(),
  }),
  seconds: z.record(z.string(), z.number()),
});
export type CompareResult = z.infer<typeof CompareResultSchema>;
