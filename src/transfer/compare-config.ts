/** Settings of a comparison. All arms share every setting and differ only in where they train. */

import { z } from "zod";
import { CollectConfigSchema } from "../real/record/collect/collect-plan.ts";
import { CloneConfigSchema } from "../agent/learning/clone-behaviour.ts";
import { ExpertIterationConfigSchema } from "../agent/learning/expert-iteration.ts";
import { GrpoConfigSchema } from "../agent/learning/grpo-learner.ts";
import { PpoConfigSchema } from "../agent/learning/ppo-learner.ts";
import { TrainConfigSchema } from "../rl/train.ts";
import { ARM_NAMES, type Arm, DEFAULT_ARMS, withNeeded } from "./arms.ts";
import { DreamGateSchema } from "./check/dream-gate.ts";

export const PracticeSchema = z.strictObject({
  steps: z.int().min(0).describe("environment steps of practice"),
  algorithm: z.enum(["grpo", "ppo"]).default("grpo").describe("which of the next two applies"),
  grpo: GrpoConfigSchema.prefault({}),
  ppo: PpoConfigSchema.prefault({}),
  rollouts: TrainConfigSchema.omit({ environmentSteps: true }).prefault({}),
});
export type ArmTrainingConfig = z.infer<typeof PracticeSchema>;

const ImaginationSchema = PracticeSchema.extend({
  search: ExpertIterationConfigSchema.prefault({ rounds: 0 }).describe(
    "expert iteration before RL; no rounds: none",
  ),
  derive: z
    .boolean()
    .default(true)
    .describe("extends the demonstrations by hindsight goals and analogies before the search"),
  carryOver: z
    .boolean()
    .default(true)
    .describe("keeps the searched plans that also solve sibling tasks, and clones those solutions"),
});

const RealSchema = PracticeSchema.extend({
  stepsOf: z
    .partialRecord(z.enum(ARM_NAMES), z.int().min(1))
    .default({})
    .describe("steps of single arms instead"),
  world: z
    .enum(["chromium", "text-browser"])
    .default("chromium")
    .describe("in what the arms take their real steps; the text browser runs no scripts"),
  confirm: z
    .enum(["ends", "all"])
    .default("all")
    .describe("points that Chromium evaluates; the text browser evaluates the others"),
  coevolve: z
    .strictObject({
      every: z.int().min(1).default(1000).describe("real steps between two searches"),
      enrich: z.boolean().default(true).describe("whether the dream learns from the rollouts"),
    })
    .prefault({}),
  searchSteps: z
    .int()
    .min(1)
    .default(400)
    .describe("real steps that `search-real` spends on one task, at most"),
});

const allDiffer = (values: readonly unknown[]): boolean => new Set(values).size === values.length;

export const CompareConfigSchema = z.strictObject({
  preset: z.string().default("custom"),
  sites: z.array(z.string()).min(1).describe("names of the sites, as tasks use them"),
  seeds: z
    .array(z.int())
    .min(1)
    .refine(allDiffer, "Expected different seeds: a repeated seed adds no evidence")
    .describe("one whole comparison each"),
  arms: z
    .array(z.enum(ARM_NAMES))
    .min(1)
    .refine(allDiffer, "Expected different arms")
    .default([...DEFAULT_ARMS])
    .describe("what to compare; arms that they start from are added"),
  collections: z
    .enum(["shared", "per-seed"])
    .default("shared")
    .describe("per-seed: each seed records offline data of its own"),
  offline: z
    .strictObject({
      share: z.number().gt(0).max(1).default(1).describe("of the recorded episodes, the first"),
      exploration: z.boolean().default(true).describe("whether random episodes are used"),
    })
    .prefault({})
    .describe("part of the recordings to learn from"),
  worlds: z.record(z.string(), z.int()).describe("seed of each world of the sites"),
  collect: CollectConfigSchema.extend({
    episodes: z.int().min(1).describe("offline episodes on `train`, before any training"),
    devEpisodes: z.int().min(1).describe("real episodes on `dev`, for the fidelity of the dream"),
  }),
  gate: DreamGateSchema.prefault({}).describe("stops before any training in a dream that is wrong"),
  clone: CloneConfigSchema.prefault({}),
  imagination: ImaginationSchema.describe("search and RL in the dream, and in the placebo"),
  real: RealSchema.describe("training on the real sites, the same for each arm"),
  points: z
    .union([z.int().min(2), z.array(z.int().min(1)).refine(allDiffer, "Expected different steps")])
    .describe(
      "evaluations of an arm: how many, evenly over its real steps, 0 included; or the steps between 0 and its last",
    ),
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
 * The one set of all arms in real browsers, found with GRPO. PPO has it too, so that the two differ in the method
 * alone. Sampling at a high temperature, within reach of the policy's likely choices, finds successes. Replay keeps
 * them and the cloned steps, and failures push little. See docs/history/2026-11-24-experiments.md.
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
    arms: ["bc", "bc-real", "dream", "dream-real", "placebo", "placebo-real"],
    seeds: [1],
    worlds: { A: 1, B: 2, C: 3 },
    collect: {
      episodes: 70,
      devEpisodes: 20,
      seed: 1,
      mix: { demonstrator: 0.25, noisyDemonstrator: 0.15, random: 0.6 },
      ...SHOWN,
    },
    gate: { walks: 60 },
    clone: { epochs: 6 },
    imagination: {
      steps: 0,
      ...IMAGINED,
      rollouts: IMAGINED_ROLLOUTS,
      search: {
        // A second round found plans for no further task, and takes more than a minute.
        rounds: 1,
        search: { expansions: 60, solutions: 6 },
        plansKept: 6,
        choice: { rounds: 2, epochs: 3 },
      },
    },
    real: { steps: 200, ...REAL, rollouts: { ...ROLLOUTS, tasksPerIteration: 4 } },
    points: 2,
    evaluate: [{ split: "heldout-world", tasks: 60, points: "all" }],
  },
  standard: {
    preset: "standard",
    seeds: [1, 2, 3, 4, 5],
    worlds: { A: 1, B: 2, C: 3 },
    collect: {
      episodes: 300,
      devEpisodes: 80,
      seed: 1,
      mix: { demonstrator: 0.1, noisyDemonstrator: 0.15, random: 0.75 },
      ...SHOWN,
    },
    clone: { epochs: 6 },
    imagination: {
      steps: 0,
      ...IMAGINED,
      rollouts: IMAGINED_ROLLOUTS,
      search: {
        rounds: 2,
        search: { expansions: 400, solutions: 12 },
        plansKept: 12,
        choice: { rounds: 2, epochs: 3 },
      },
    },
    real: { steps: 4000, ...REAL, rollouts: ROLLOUTS },
    points: 4,
    evaluate: [
      { split: "heldout-world", tasks: 120, points: "all" },
      { split: "heldout-world-2", tasks: 120, points: "ends" },
      { split: "heldout-template", tasks: null, points: "ends" },
    ],
  },
};

/** The arms that a comparison trains, in their order. */
export function armsOf({ arms }: CompareConfig): Arm[] {
  return withNeeded(arms);
}

/** How many real steps an arm may take. */
export function realStepsOf({ real }: CompareConfig, arm: string): number {
  return (real.stepsOf as Record<string, number>)[arm] ?? real.steps;
}

/** Real steps at which an arm with a real phase is evaluated: from 0 to all of its steps, each once, ascending. */
export function evaluationSteps(config: CompareConfig, arm: string): number[] {
  const { points } = config;
  const end = realStepsOf(config, arm);
  const steps =
    typeof points === "number"
      ? Array.from({ length: points }, (_, i) => Math.round((i / (points - 1)) * end))
      : [0, ...points.filter((steps) => steps < end), end];
  return [...new Set(steps)].sort((a, b) => a - b);
}
