/**
 * A learner whose weights are on a training engine: GRPO's advantages (`rl/advantage.ts`) with the engine's own loss.
 * The training loop is the one of the embedded policy (`rl/train.ts`), in a dream or in real browsers.
 *
 * Differences from the paper: the mean is over all tokens of a batch; KL from a reference costs nothing; groups whose
 * rewards are all equal are left out.
 */

import { z } from "zod";
import { IDLE_ACTION } from "../../core/idle-action.ts";
import { findOutputProblem, type Policy } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { groupRelativeAdvantages } from "../../rl/advantage.ts";
import type { Learner, Metrics } from "../../rl/learner.ts";
import { outcomeReward, type TrajectoryGroup } from "../../rl/rollout.ts";
import type { ChatModel } from "../chat-model.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import type { Datum, Lesson } from "./datum.ts";
import type { EngineProfile } from "./engine-profile.ts";
import { mergeTurns, recordEpisode, type Turn } from "./episode-record.ts";
import { toPolicyGradientData } from "./scale-lessons.ts";
import type { Sampler, TinkerModel } from "./tinker-model.ts";

export const TinkerLearnerConfigSchema = z.strictObject({
  loss: z.enum(["importance_sampling", "ppo", "cispo"]).default("ppo"),
  learningRate: z.number().positive().default(4e-5).describe("of Adam"),
  clipRange: z.number().positive().max(1).default(0.2).describe("ε of ppo and cispo"),
  epochs: z.int().min(1).default(1).describe("gradient steps on each batch of rollouts"),
  normalizeByStd: z.boolean().default(true).describe("divide advantages by the group's std"),
});
export type TinkerLearnerConfig = z.infer<typeof TinkerLearnerConfigSchema>;

export interface TinkerLearnerOptions {
  model: TinkerModel;
  tokenizer: ChatTokenizer;
  config: TinkerLearnerConfig;
  /** The agent over a chat model. It samples with temperature 1: the engine's log-probabilities are those of 1. */
  createPolicy: (model: ChatModel, random: Random) => Policy;
  warn: (message: string) => void;
}

/** Makes a learner from the model's current weights. */
export async function createTinkerLearner(options: TinkerLearnerOptions): Promise<Learner> {
  const { model, tokenizer, config, createPolicy, warn } = options;
  const turnsOf = new WeakMap<Trajectory, readonly Turn[]>();
  let sampler: Sampler = await model.sync();
  return {
    policy(random) {
      const record = recordEpisode({
        name: `tinker:${model.id}`,
        sampler,
        tokenizer,
        random: random.fork("samples"),
      });
      const policy = createPolicy(record.model, random.fork("policy"));
      return {
        finish: (trajectory) => void turnsOf.set(trajectory, record.turns),
        async act(input) {
          const output = await policy.act(input);
          // A reply without an action costs a step, so that the model learns to write actions.
          return findOutputProblem(output) === null ? output : { ...output, action: IDLE_ACTION };
        },
      };
    },
    async update(groups) {
      const lessons = credit(groups, turnsOf, config);
      const metrics = await improve(model, lessons, config, warn);
      if (lessons.length > 0) sampler = await model.sync();
      return metrics;
    },
  };
}

function credit(
  groups: readonly TrajectoryGroup[],
  turnsOf: WeakMap<Trajectory, readonly Turn[]>,
  config: TinkerLearnerConfig,
): Lesson[] {
  return groups.flatMap(({ trajectories }) => {
    const advantages_G = groupRelativeAdvantages(trajectories.map(outcomeReward), config);
    return trajectories.flatMap((trajectory, member) => {
      const advantage = advantages_G[member] as number;
      if (advantage === 0) return [];
      return mergeTurns(turnsOf.get(trajectory) ?? []).map((segments) => ({ segments, advantage }));
    });
  });
}

async function improve(
  model: TinkerModel,
  lessons: readonly Lesson[],
  config: TinkerLearnerConfig,
  warn: (message: string) => void,
): Promise<Metrics> {
  if (lessons.length === 0) return { "tinker/sequences": 0 };
  const data = toPolicyGradientData(lessons, model.profile);
  const metrics: Metrics = {};
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    // Both are sent at once: the engine keeps their order.
    const [trained, stepped] = await Promise.all([
      model.forwardBackward(data, config.loss, lossConfig(config, model.profile)),
      model.optimStep({ learningRate: config.learningRate }),
    ]);
    const moved = compareWithSampling(data, trained.logProbs, config.clipRange);
    if (epoch === 0) warnAboutGap(moved.gap, warn);
    Object.assign(metrics, {
      "tinker/approx_kl": moved.approxKl,
      "tinker/clip_fraction": moved.clipFraction,
      ...(epoch === 0 && { "tinker/logprob_gap": moved.gap }),
      ...prefixed(stepped),
    });
  }
  const tokens = lessons.reduce(
    (sum, { segments }) =>
      sum +
      segments.reduce((of, segment) => of + (segment.isAction ? segment.tokens.length : 0), 0),
    0,
  );
  return { ...metrics, "tinker/sequences": data.length, "tinker/tokens": tokens };
}

function lossConfig(
  { loss, clipRange }: Pick<TinkerLearnerConfig, "loss" | "clipRange">,
  { clipKeys }: EngineProfile,
): Record<string, number> {
  if (loss === "importance_sampling") return {};
  if (clipKeys === "clip_range") return { clip_range: clipRange };
  return { clip_low_threshold: 1 - clipRange, clip_high_threshold: 1 + clipRange };
}

/**
 * The engine's log-probabilities against those of sampling, over the tokens that were learned from. `approxKl` is
 * Schulman's k3: the mean of ρ − 1 − log ρ. `gap` is the mean of |log ρ|: near 0 where both see the same tokens.
 */
function compareWithSampling(
  data: readonly Datum[],
  logProbs: readonly (readonly number[])[],
  clipRange: number,
): { approxKl: number; clipFraction: number; gap: number } {
  const sums = { approxKl: 0, clipFraction: 0, gap: 0 };
  let count = 0;
  for (const [index, { inputs }] of data.entries()) {
    const { weights, logprobs } = inputs;
    for (const [at, weight] of (weights?.data ?? []).entries()) {
      const now = logProbs[index]?.[at];
      if (weight === 0 || now === undefined) continue;
      const difference = now - (logprobs?.data[at] ?? 0);
      const ratio = Math.exp(difference);
      sums.approxKl += ratio - 1 - difference;
      sums.clipFraction += Number(Math.abs(ratio - 1) > clipRange);
      sums.gap += Math.abs(difference);
      count += 1;
    }
  }
  const share = 1 / Math.max(count, 1);
  return {
    approxKl: sums.approxKl * share,
    clipFraction: sums.clipFraction * share,
    gap: sums.gap * share,
  };
}

/** Samplers with 16 bits differ by about 0.01 a token. */
const LARGE_GAP = 0.1;

function warnAboutGap(gap: number, warn: (message: string) => void): void {
  if (gap <= LARGE_GAP) return;
  warn(
    `Expected the engine to give sampled tokens the log-probabilities of sampling, got a mean difference of ${gap.toFixed(3)}. Check that --tokenizer belongs to the engine's base model, and that the sampler has temperature 1.`,
  );
}

/** Servers put their own name before a figure. */
function prefixed(metrics: Readonly<Record<string, number>>): Metrics {
  return Object.fromEntries(
    Object.entries(metrics).map(([key, value]) => [`engine/${key.replace(/^.*\//u, "")}`, value]),
  );
}
