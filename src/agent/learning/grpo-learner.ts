/**
 * Group Relative Policy Optimization (Shao et al. 2024, arXiv:2402.03300, eq. 3) for the embedded policy:
 *
 *     J = mean over steps of  min(ρ Â, clip(ρ, 1 − ε, 1 + ε) Â) − β D(π‖π_ref) + c H(π)
 *     ρ and the clipped surrogate as in `rl/clipped-surrogate.ts`        D = π_ref/π − log(π_ref/π) − 1        Â as in `advantage.ts`
 *
 * Differences from the paper: the mean is over all steps of a minibatch (DAPO's token mean, arXiv:2503.14476), not
 * per rollout first. An entropy bonus keeps cloned policies exploring. Zero-variance groups are left out instead of
 * pulling on D and H alone.
 */

import { z } from "zod";
import type { Policy } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { groupRelativeAdvantages } from "../../rl/advantage.ts";
import { clippedSurrogate } from "../../rl/clipped-surrogate.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import type { CloneConfig } from "./clone-behaviour.ts";
import { entropy, logProbabilities } from "../network/distribution.ts";
import type { Learner, Metrics } from "../../rl/learner.ts";
import type { Decision, Network } from "../network/network.ts";
import { createReplay, type Replay } from "./imitation-buffer.ts";
import { outcomeReward, type TrajectoryGroup } from "../../rl/rollout.ts";

export const GrpoConfigSchema = z.strictObject({
  learningRate: z.number().positive().default(0.001).describe("of Adam"),
  clipRange: z.number().positive().default(0.2).describe("ε; 0.2: Schulman et al. 2017, Table 1"),
  klCoefficient: z.number().min(0).default(0).describe("β, pull towards the policy at the start"),
  entropyCoefficient: z.number().min(0).default(0.003).describe("c"),
  epochs: z.int().min(1).default(3).describe("passes over each batch of rollouts"),
  minibatchSize: z.int().min(1).default(64).describe("steps in one gradient"),
  temperature: z.number().positive().default(1).describe("of the learned softmax"),
  explorationTemperature: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe("of the softmax in rollouts; null: `temperature`"),
  reach: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe(
      "log-probability cutoff: rollouts draw within this many nats of the likeliest; null: all",
    ),
  negativeScale: z
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe("factor of negative advantages: below 1 failures push less than successes pull"),
  replayCoefficient: z
    .number()
    .min(0)
    .default(0)
    .describe("λ, weight of imitating demonstrations and own successes in each gradient"),
  replaySize: z.int().min(1).default(64).describe("steps imitated in one gradient, where λ > 0"),
  replayUpdates: z
    .int()
    .min(0)
    .default(0)
    .describe("gradients of replay alone, after those of each batch of rollouts, where λ > 0"),
  successesKept: z.int().min(0).default(2).describe("own successes of a task to imitate, λ > 0"),
  normalizeByStd: z.boolean().default(true).describe("divide advantages by the group's std"),
});
export type GrpoConfig = z.infer<typeof GrpoConfigSchema>;

/** Sums over the samples of an update: divided by `count` they are the metrics. */
interface GrpoTotals {
  clipped: number;
  approxKl: number;
  referenceKl: number;
  entropy: number;
  count: number;
}

/** One step to learn from. */
interface Sample {
  state: Decision;
  chosen: number;
  advantage: number;
  oldLogprob: number;
  /** Of the reference policy; equal to `oldLogprob` where β is 0. */
  referenceLogprob: number;
}

export interface GrpoOptions {
  /** π_ref; the policy as it is now by default. */
  reference?: CandidatePolicy;
  /** The data that the policy was cloned from, for replay; none by default. */
  demonstrations?: readonly Trajectory[];
  /** The settings it was cloned with. */
  clone?: Partial<CloneConfig>;
  /** The bytes that `Learner.state` returned before the run stopped. */
  learnerState?: Uint8Array | undefined;
}

/** A learner that improves `policy` in place. */
export function createGrpoLearner(
  policy: CandidatePolicy,
  config: Partial<GrpoConfig> = {},
  { reference = policy, demonstrations = [], clone = {}, learnerState }: GrpoOptions = {},
): Learner {
  const full = GrpoConfigSchema.parse(config);
  const anchor = full.klCoefficient > 0 ? reference.clone() : null;
  const successes = full.successesKept;
  const replay =
    full.replayCoefficient > 0
      ? createReplay({
          policy,
          demonstrations,
          clone,
          successes,
          ...(learnerState && { learnerState }),
        })
      : null;
  return {
    policy: (random): Policy =>
      policy.sampling(random, full.explorationTemperature ?? full.temperature, full.reach),
    update(groups, random) {
      replay?.record(groups);
      return updateGrpo({ policy, anchor, replay, config: full, groups, random });
    },
    ...(replay !== null && {
      rehearse: (updates, random) =>
        void rehearse({ policy, replay, config: full, random }, updates),
      state: () => replay.state(),
    }),
  };
}

interface Update {
  policy: CandidatePolicy;
  anchor: CandidatePolicy | null;
  replay: Replay | null;
  config: GrpoConfig;
  groups: readonly TrajectoryGroup[];
  random: Random;
}

function updateGrpo({ policy, anchor, replay, config, groups, random }: Update): Metrics {
  const { samples, unmatched } = gatherSamples(policy, anchor, config, groups);
  let replayLoss = 0;
  let minibatches = 0;
  const totals: GrpoTotals = { clipped: 0, approxKl: 0, referenceKl: 0, entropy: 0, count: 0 };
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const shuffled = random.shuffle(samples);
    for (let from = 0; from < shuffled.length; from += config.minibatchSize) {
      const batch = shuffled.slice(from, from + config.minibatchSize);
      for (const sample of batch) addSampleGradient(policy.network, sample, config, totals);
      minibatches++;
      // The whole gradient is scaled by 1 / batch below; λ weighs the mean over the imitated steps.
      if (replay !== null && !replay.isEmpty()) {
        const weight = config.replayCoefficient * batch.length;
        replayLoss += replay.addGradient(config.replaySize, weight, random);
      }
      policy.network.update({ learningRate: config.learningRate }, 1 / batch.length);
    }
  }
  if (replay !== null && !replay.isEmpty()) {
    replayLoss += rehearse({ policy, replay, config, random }, config.replayUpdates);
    minibatches += config.replayUpdates;
  }
  const count = Math.max(totals.count, 1);
  return {
    "grpo/clip_fraction": totals.clipped / count,
    "grpo/approx_kl": totals.approxKl / count,
    "grpo/reference_kl": totals.referenceKl / count,
    "grpo/entropy": totals.entropy / count,
    "grpo/replay_loss": replayLoss / Math.max(minibatches, 1),
    "grpo/samples": samples.length,
    "grpo/unmatched": unmatched,
  };
}

/** Gradient steps of replay alone. Returns the sum of their losses in nats. */
function rehearse(
  {
    policy,
    replay,
    config,
    random,
  }: Pick<Update, "policy" | "config" | "random"> & { replay: Replay },
  updates: number,
): number {
  let loss = 0;
  for (let i = 0; i < updates && !replay.isEmpty(); i++) {
    loss += replay.addGradient(config.replaySize, 1, random);
    policy.network.update({ learningRate: config.learningRate }, 1);
  }
  return loss;
}

/** The steps of all mixed groups. A step whose action is not a candidate any more is left out, and counted. */
function gatherSamples(
  policy: CandidatePolicy,
  anchor: CandidatePolicy | null,
  config: GrpoConfig,
  groups: readonly TrajectoryGroup[],
): { samples: Sample[]; unmatched: number } {
  const samples: Sample[] = [];
  let unmatched = 0;
  // Rollouts drawn with a cutoff count as drawn from π: their own ratio would be clipped away at once.
  const isOnPolicy = config.reach === null && config.explorationTemperature === null;
  const logprobOf = (of: CandidatePolicy, state: Decision, chosen: number): number =>
    logProbabilities(of.network.forward(state), config.temperature)[chosen] as number;
  for (const { trajectories } of groups) {
    const advantages_G = groupRelativeAdvantages(trajectories.map(outcomeReward), config);
    for (const [member, { goal, transitions }] of trajectories.entries()) {
      const raw = advantages_G[member] as number;
      const advantage = raw < 0 ? raw * config.negativeScale : raw;
      if (advantage === 0) continue;
      for (const [step, { observation, action, logprob }] of transitions.entries()) {
        const history = transitions.slice(0, step);
        const { state, chosen } = policy.decide({ goal, history, observation }, action);
        if (chosen < 0) {
          unmatched++;
          continue;
        }
        const oldLogprob = (isOnPolicy ? logprob : null) ?? logprobOf(policy, state, chosen);
        const referenceLogprob = anchor ? logprobOf(anchor, state, chosen) : oldLogprob;
        samples.push({ state, chosen, advantage, oldLogprob, referenceLogprob });
      }
    }
  }
  return { samples, unmatched };
}

/** Adds the gradient of −J at one step, and counts for the metrics. */
export function addSampleGradient(
  network: Network,
  { state, chosen, advantage, oldLogprob, referenceLogprob }: Sample,
  {
    clipRange,
    klCoefficient,
    entropyCoefficient,
    temperature,
  }: Pick<GrpoConfig, "clipRange" | "klCoefficient" | "entropyCoefficient" | "temperature">,
  totals: GrpoTotals,
): void {
  const hiddens = new Float32Array((state.groupOffsets.length - 1) * network.config.hidden);
  const logs = logProbabilities(network.forward(state, hiddens), temperature);
  const logprob = logs[chosen] as number;
  const { gradient, ratio, isClipped } = clippedSurrogate(
    { logprob, oldLogprob, advantage },
    clipRange,
  );
  const referenceRatio = Math.exp(referenceLogprob - logprob);
  const spread = entropy(logs);
  // dJ/d log π(a|s): of the clipped surrogate, and of −β D.
  const byLogprob = gradient - klCoefficient * (1 - referenceRatio);
  const gradients = new Float64Array(logs.length);
  for (let i = 0; i < logs.length; i++) {
    const log = logs[i] as number;
    const probability = Math.exp(log);
    const byEntropy = -probability * (log + spread);
    gradients[i] =
      -(byLogprob * ((i === chosen ? 1 : 0) - probability) + entropyCoefficient * byEntropy) /
      temperature;
  }
  network.backward(state, hiddens, gradients);
  totals.count++;
  totals.clipped += Number(isClipped);
  totals.approxKl += ratio - 1 - (logprob - oldLogprob);
  totals.referenceKl += referenceRatio - 1 - (referenceLogprob - logprob);
  totals.entropy += spread;
}
