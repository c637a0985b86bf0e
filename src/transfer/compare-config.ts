/** Settings of a comparison. All arms share every setting and differ only in where they train. */

import { z } from "zod";
import { CollectConfigSchema } from "../real/record/collect/collect-plan.ts";
import { CloneConfigSchema } from "../agent/learning/clone-behaviour.ts";
import { GrpoConfigSchema } from "../agent/learning/grpo-learner.ts";
import { PpoConfigSchema } from "../agent/learning/ppo-learner.ts";
import { TrainConfigSchema } from "../rl/train.ts";
import { DreamGateSchema } from "./check/dream-gate.ts";

export const PracticeSchema = z.strictObject({
  steps: z.int().min(0).describe("environment steps of practice"),
  algorithm: z.enum(["grpo", "ppo"]).default("grpo").describe("which of the next two applies"),
  grpo: GrpoConfigSchema.prefault({}),
  ppo: PpoConfigSchema.prefault({}),
  rollouts: TrainConfigSchema.omit({ environmentSteps: true }).prefault({}),
});
export type ArmTrainingConfig = z.infer<typeof PracticeSchema>;

const allDiffer = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

export const CompareConfigSchema = z.strictObject({
  preset: z.string().default("custom"),
  sites: z.array(z.string()).min(1).describe("names of the sites, as tasks use them"),
  seeds: z
    .array(z.int())
    .min(1)
    .refine(allDiffer, "Expected different seeds: a repeated seed adds no evidence")
    .describe("one whole comparison each, from the same offline data"),
  worlds: z.record(z.string(), z.int()).describe("seed of each world of the sites"),
  collect: CollectConfigSchema.extend({
    episodes: z.int().min(1).describe("offline episodes on `train`, before any training"),
    devEpisodes: z.int().min(1).describe("real episodes on `dev`, for the fidelity of the dream"),
  }),
  gate: DreamGateSchema.prefault({}).describe("stops before any training in a dream that is wrong"),
  clone: CloneConfigSchema.prefault({}),
  imagination: PracticeSchema.describe("RL in the dream, and in the placebo"),
  real: PracticeSchema.describe("RL in real browsers, the same for each arm"),
  points: z.int().min(2).describe("evaluations of an arm, evenly over its real steps, 0 included"),
  evaluate: z
    .array(
      z.strictObject({
        split: z.string(),
        tasks: z.int().min(1).nullable().describe("how many of the split's tasks; null: all"),
        points: z.enum(["all", "ends"]).describe("at every point, or at the first and last only"),
      }),
    )
    .min(1)
    .refine((entries) => allDiffer(entries.map(({ split }) => split)), "Expected different splits"),
});
export type CompareConfig = z.infer<typeof CompareConfigSchema>;

/**
 * Each demonstrated template has one demonstrated task (an eighth of the eight of `train`), a quarter of the templates
 * have none. Cloning then solves about half of the tasks and leaves RL something to find.
 * See docs/history/2026-11-24-experiments.md.
 */
const SHOWN = { demonstratedShare: 0.125, demonstratedTemplates: 0.75 };

/**
 * The one set of all arms in real browsers, found with GRPO. PPO has it too, so that the two differ in the method alone.
 * Sampling at a high temperature, within reach of the policy's likely
 * choices, finds successes. Replay keeps them and the cloned steps, and failures push little.
 * See docs/history/2026-11-24-experiments.md.
 */
const LEARNER = {
  learningRate: 0.002,
  minibatchSize: 64,
  epochs: 4,
  explorationTemperature: 1.5,
  reach: 3,
  negativeScale: 0.2,
  replayCoefficient: 0.5,
  replaySize: 32,
  replayUpdates: 12,
};
/**
 * In imagination (dream and placebo alike) a success may be false, so own successes are not replayed there. Replay
 * after each batch would then hold only the demonstrations: longer cloning instead of dreaming.
 */
const IMAGINED_LEARNER = { ...LEARNER, successesKept: 0, replayUpdates: 0 };
const IMAGINED = { grpo: IMAGINED_LEARNER, ppo: IMAGINED_LEARNER };
const REAL = { grpo: LEARNER, ppo: LEARNER };
const ROLLOUTS = { groupSize: 8, tasksPerIteration: 12 };
/** Most groups agree in the dream: the rest of such a group would only take time. */
const IMAGINED_ROLLOUTS = { ...ROLLOUTS, firstRollouts: 4 };

/** `quick` shows the machinery; `standard` carries the claim. */
export const PRESETS: Record<
  "quick" | "standard",
  Omit<z.input<typeof CompareConfigSchema>, "sites">
> = {
  quick: {
    preset: "quick",
    seeds: [1],
    worlds: { A: 1, B: 2 },
    collect: {
      episodes: 70,
      devEpisodes: 20,
      seed: 1,
      mix: { demonstrator: 0.25, noisyDemonstrator: 0.15, random: 0.6 },
      ...SHOWN,
    },
    gate: { walks: 60 },
    clone: { epochs: 6 },
    imagination: { steps: 3000, ...IMAGINED, rollouts: IMAGINED_ROLLOUTS },
    real: { steps: 200, ...REAL, rollouts: { ...ROLLOUTS, tasksPerIteration: 4 } },
    points: 2,
    evaluate: [{ split: "heldout-world", tasks: 20, points: "all" }],
  },
  standard: {
    preset: "standard",
    seeds: [1, 2, 3, 4, 5],
    worlds: { A: 1, B: 2 },
    collect: {
      episodes: 300,
      devEpisodes: 80,
      seed: 1,
      mix: { demonstrator: 0.1, noisyDemonstrator: 0.15, random: 0.75 },
      ...SHOWN,
    },
    clone: { epochs: 6 },
    imagination: { steps: 20_000, ...IMAGINED, rollouts: IMAGINED_ROLLOUTS },
    real: { steps: 4000, ...REAL, rollouts: ROLLOUTS },
    points: 4,
    evaluate: [
      { split: "heldout-world", tasks: 120, points: "all" },
      { split: "heldout-template", tasks: null, points: "ends" },
    ],
  },
};

/** Real steps at which arms with real RL are evaluated: from 0 to all, each once. */
export function evaluationSteps({ points, real }: CompareConfig): number[] {
  const steps = Array.from({ length: points }, (_, i) =>
    Math.round((i / (points - 1)) * real.steps),
  );
  return [...new Set(steps)];
}
