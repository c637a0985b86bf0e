/** Behaviour cloning: the policy learns to choose as successful trajectories chose. Every warm arm starts with it. */

import { z } from "zod";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import {
  addExampleGradient,
  type Example,
  gatherExamples,
  ImitationConfigSchema,
} from "./examples.ts";
import { outcomeReward } from "../../rl/rollout.ts";

export const CloneConfigSchema = z.strictObject({
  epochs: z.int().min(0).default(12).describe("passes over the demonstrations"),
  batchSize: z.int().min(1).default(16).describe("steps in one gradient"),
  learningRate: z.number().positive().default(0.003).describe("of Adam"),
  weightDecay: z.number().min(0).default(0.01).describe("decoupled, on the rows touched"),
  ...ImitationConfigSchema.shape,
});
export type CloneConfig = z.infer<typeof CloneConfigSchema>;

interface CloneEpoch {
  /** Starts at 1. */
  epoch: number;
  /** Cross entropy in nats, and share of steps whose greedy choice is the demonstrated one; while training. */
  loss: number;
  accuracy: number;
}

export interface CloneOptions {
  policy: CandidatePolicy;
  /** The policy learns only from the successful ones. */
  trajectories: readonly Trajectory[];
  /** Plans that a search chose. They are imitated even where the dream could not decide a check. None by default. */
  plans?: readonly Trajectory[];
  config?: Partial<CloneConfig>;
  random: Random;
  /** Called after each epoch; `false` stops. The caller chooses the best epoch: see `CandidatePolicy.clone`. */
  onEpoch?: (epoch: CloneEpoch) => boolean | void | Promise<boolean | void>;
}

export interface CloneSummary {
  /** Imitated trajectories, and their steps. */
  trajectories: number;
  steps: number;
  /** Steps left out: steps whose action is not a candidate, and steps that were taken back (`findDetours`). */
  unmatched: number;
  detours: number;
  epochs: CloneEpoch[];
}

/** Trains `policy` in place by cross entropy on the demonstrated candidates. */
export async function cloneBehaviour(options: CloneOptions): Promise<CloneSummary> {
  const { policy, random, onEpoch, plans = [] } = options;
  const solved = [
    ...options.trajectories.filter((trajectory) => outcomeReward(trajectory) === 1),
    ...plans,
  ];
  const { examples, unmatched, detours } = gatherExamples(policy, solved);
  const epochs = await fitExamples({
    policy,
    examples: examples.map((example) => ({ example, weight: 1 })),
    config: CloneConfigSchema.parse(options.config ?? {}),
    random,
    ...(onEpoch && { onEpoch }),
  });
  return {
    trajectories: solved.length,
    steps: examples.length + unmatched + detours,
    unmatched,
    detours,
    epochs,
  };
}

export interface FitOptions extends Pick<CloneOptions, "policy" | "random" | "onEpoch"> {
  /** Steps to imitate, and how much each counts: 0–1. */
  examples: readonly { example: Example; weight: number }[];
  config: CloneConfig;
}

/** The epochs of cloning alone, over steps whose features are known. */
export async function fitExamples(options: FitOptions): Promise<CloneEpoch[]> {
  const { policy, examples, config, random } = options;
  const epochs: CloneEpoch[] = [];
  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    const totals = { loss: 0, correct: 0 };
    const shuffled = random.shuffle(examples);
    for (let from = 0; from < shuffled.length; from += config.batchSize) {
      const batch = shuffled.slice(from, from + config.batchSize);
      for (const { example, weight } of batch)
        addExampleGradient(policy, example, config, random, totals, weight);
      policy.network.update(config, 1 / batch.length);
    }
    const count = Math.max(examples.length, 1);
    const result = { epoch, loss: totals.loss / count, accuracy: totals.correct / count };
    epochs.push(result);
    if ((await options.onEpoch?.(result)) === false) break;
  }
  return epochs;
}
