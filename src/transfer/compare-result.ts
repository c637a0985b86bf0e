/** The result of a comparison for programs: `compare.json`. */

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
  successRate: z
    .number()
    .nullable()
    .describe("over scored episodes; null when no episode was scored"),
  /** Scored episodes. */
  n: z.int(),
  unscored: z.int(),
  failed: z
    .int()
    .describe("infrastructure failures, which are neither successes nor failures of the agent"),
});

export const CompareResultSchema = z.object({
  preset: z.string(),
  /** Sites whose tasks were used for training and evaluation. */
  sites: z.array(z.string()),
  seeds: z.array(z.int()),
  /** Seeds that are not finished: the figures leave them out. Empty for a finished run. */
  unfinishedSeeds: z.array(z.int()),
  tasks: z.record(z.string(), z.int()),
  offline: z.object({ realSteps: z.int(), episodes: z.int(), requests: z.int() }),
  /** SHA-256 of each seed's behaviour-cloned checkpoint, from which every arm but `real-scratch` starts. */
  bcCheckpoint: z.record(z.string(), z.string()),
  arms: z.array(
    z.object({
      arm: z.string(),
      seed: z.int(),
      dreamSteps: z.int().describe("steps in the dream or the placebo"),
      realSteps: z.int().describe("real training steps; the last iteration may overshoot"),
      gradientSteps: z
        .int()
        .describe("of its last phase, which is the real one if the arm has any"),
      rehearsedSteps: z
        .int()
        .describe(
          "of these, on demonstrations alone: a placebo takes them to match the dream's number",
        ),
      unscoredDreams: z.int().describe("unscored episodes in the dream or the placebo"),
      fracRewardZeroStd: z
        .number()
        .nullable()
        .describe("share of zero-variance groups, mean over iterations of its last phase"),
      curve: z.array(PointSchema),
    }),
  ),
  /** The main question: `dream-real − bc-real` at the last point. */
  paired: z.object({
    split: z.string(),
    difference: z.number().nullable().describe("null without a pair"),
    ci95: z.tuple([z.number(), z.number()]).nullable(),
    n: z.int(),
  }),
  /** Every paired difference with at least one pair, including the main question. */
  comparisons: z.array(
    z.object({
      treatment: z.string(),
      control: z.string(),
      split: z.string(),
      realSteps: z.int(),
      estimate: EstimateSchema,
    }),
  ),
  /** Real training steps until an arm reaches the success of another one: see `stepsToMatch`. */
  stepsToMatch: z.array(
    z.object({
      arm: z.string(),
      target: z.object({ arm: z.string(), realSteps: z.int() }),
      split: z.string(),
      successRate: z.number().nullable().describe("of the target"),
      realSteps: z.int().nullable().describe("null when the arm does not reach it"),
      ci95: z.tuple([z.int().nullable(), z.int().nullable()]).nullable(),
    }),
  ),
  /** Over all seeds: the curves of the report. Points without a scored episode are left out. */
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
    /** Requests that the sites counted themselves. */
    countedBySite: z.int(),
    /** Pieces of work that were killed. Both counts may miss the episodes that ran at that moment. */
    cutOffs: z.int(),
  }),
  seconds: z.record(z.string(), z.number()),
});
export type CompareResult = z.infer<typeof CompareResultSchema>;
