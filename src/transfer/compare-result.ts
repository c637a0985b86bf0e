/** The result of a comparison for programs: `compare.json`. */

import { z } from "zod";
import { UsageSchema } from "../core/usage.ts";
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

const FidelitySchema = z.object({
  model: z.record(z.string(), z.unknown()),
  baselines: z.record(z.string(), z.record(z.string(), z.unknown())),
});
export type Fidelity = z.infer<typeof FidelitySchema>;

export const CompareResultSchema = z.object({
  preset: z.string(),
  /** Sites whose tasks were used for training and evaluation. */
  sites: z.array(z.string()),
  seeds: z.array(z.int()),
  /** Seeds that are not finished: the figures leave them out. Empty for a finished run. */
  unfinishedSeeds: z.array(z.int()),
  tasks: z.record(z.string(), z.int()),
  /** Whether all seeds learn from one collection of offline data. */
  collections: z.enum(["shared", "per-seed"]).default("shared"),
  /** What one collection cost: the mean, if each seed has its own. */
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
      usage: UsageSchema.required()
        .nullable()
        .default(null)
        .describe("what the decisions of its evaluations cost; null where nothing counts it"),
    }),
  ),
  confirmed: z
    .enum(["ends", "all"])
    .default("all")
    .describe("points that Chromium evaluated; the text browser evaluated the others"),
  /** Of the arm `agent`. */
  agent: z.string().exactOptional(),
  /** The main question, at the last point of each arm. */
  paired: z.object({
    treatment: z.string().default("dream-real"),
    control: z.string().default("bc-real"),
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
      realSteps: z.int().describe("real training steps of the treatment"),
      controlSteps: z.int().exactOptional().describe("of the control; absent in older results"),
      estimate: EstimateSchema,
    }),
  ),
  /** Rounds of search and cloning, in order. */
  searches: z
    .array(
      z.object({
        arm: z.string(),
        seed: z.int(),
        round: z.int(),
        solved: z.int(),
        tasks: z.int(),
        plans: z.int(),
        expansions: z.int(),
      }),
    )
    .default([]),
  /** Real training steps until an arm reaches the success of another one: see `stepsToMatch`. */
  stepsToMatch: z.array(
    z.object({
      arm: z.string(),
      target: z.object({ arm: z.string(), realSteps: z.int() }),
      split: z.string(),
      successRate: z.number().nullable().describe("of the target"),
      realSteps: z.int().nullable().describe("null when the arm does not reach it"),
      ci95: z.tuple([z.int().nullable(), z.int().nullable()]).nullable(),
      measured: z.int().exactOptional().describe("real training steps of the arm's last point"),
      ratios: z
        .object({
          training: z.number().nullable().describe("null where the target takes no training step"),
          all: z.number().nullable().describe("offline collections included"),
          isLowerBound: z.boolean().describe("the arm did not reach it in what was measured"),
        })
        .exactOptional()
        .describe("real steps of the arm to those of its target"),
    }),
  ),
  /** Over all seeds: the curves of the report. Points without a scored episode are left out. */
  summary: z.array(
    z.object({ arm: z.string(), split: z.string(), realSteps: z.int(), estimate: EstimateSchema }),
  ),
  /** Of the first seed's dream. */
  fidelity: FidelitySchema,
  /** The dreams of all seeds, by seed. One dream stands for all seeds of a shared collection. */
  fidelities: z.record(z.string(), FidelitySchema).default({}),
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
