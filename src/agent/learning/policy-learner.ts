/**
 * What GRPO and PPO share: they collect rollouts, give each step an advantage, and take gradient steps on shuffled
 * minibatches for some epochs, with imitation next to it. They differ in the advantages, and PPO also learns values.
 */

import { z } from "zod";
import type { Policy } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { Learner, Metrics } from "../../rl/learner.ts";
import type { TrajectoryGroup } from "../../rl/rollout.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { logProbabilities } from "../network/distribution.ts";
import type { CloneConfig } from "./clone-behaviour.ts";
import { createReplay, type Replay } from "./imitation-buffer.ts";
import { addSampleGradient, noTotals, type Sample, type SampleTotals } from "./policy-gradient.ts";
import type { ReadStep } from "./read-steps.ts";

export const PolicyLearnerConfigSchema = z.strictObject({
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
});
type PolicyLearnerConfig = z.infer<typeof PolicyLearnerConfigSchema>;

export interface LearnerOptions {
  /** π_ref; the policy as it is now by default. */
  reference?: CandidatePolicy;
  /** The data that the policy was cloned from, for replay; none by default. */
  demonstrations?: readonly Trajectory[];
  /** The plans of a search that it was also cloned from; none by default. */
  plans?: readonly Trajectory[];
  /** The settings it was cloned with. */
  clone?: Partial<CloneConfig>;
  /** The bytes that `Learner.state` returned before the run stopped. */
  learnerState?: Uint8Array | undefined;
}

/** A step to learn from. */
export interface CreditedStep extends ReadStep {
  /** Â. */
  advantage: number;
}

/** Sums over an update. */
interface UpdateTotals extends SampleTotals {
  /** Over its minibatches, before any shortening. */
  gradientNorm: number;
  minibatches: number;
}

/** One algorithm. */
export interface PolicyMethod<Step extends CreditedStep> {
  /** Starts the names of its metrics. */
  name: string;
  /** The steps to learn from, with their advantages. */
  credit(groups: readonly TrajectoryGroup[]): Step[];
  /** Learns values from each minibatch, for a method with a critic. */
  learnValues?(batch: readonly Step[]): void;
  /** A longer mean gradient of a minibatch is shortened to this norm; never, if it is absent. */
  maxGradientNorm?: number;
  /** Figures of the update other than those that all methods have. */
  metrics?(totals: UpdateTotals): Metrics;
}

/** A learner that improves `policy` in place. */
export function createPolicyLearner<Step extends CreditedStep>(
  policy: CandidatePolicy,
  config: PolicyLearnerConfig,
  { reference = policy, demonstrations = [], plans = [], clone = {}, learnerState }: LearnerOptions,
  method: PolicyMethod<Step>,
): Learner {
  const anchor = config.klCoefficient > 0 ? reference.clone() : null;
  const successes = config.successesKept;
  const replay =
    config.replayCoefficient > 0
      ? createReplay({
          policy,
          demonstrations,
          plans,
          clone,
          successes,
          ...(learnerState && { learnerState }),
        })
      : null;
  return {
    policy: (random): Policy =>
      policy.sampling(random, config.explorationTemperature ?? config.temperature, config.reach),
    update(groups, random) {
      replay?.record(groups);
      return update({ policy, anchor, replay, config, method, random }, method.credit(groups));
    },
    ...(replay !== null && {
      rehearse: (updates, random) => void rehearse({ policy, replay, config, random }, updates),
      state: () => replay.state(),
    }),
  };
}

interface Update<Step extends CreditedStep> {
  policy: CandidatePolicy;
  anchor: CandidatePolicy | null;
  replay: Replay | null;
  config: PolicyLearnerConfig;
  method: PolicyMethod<Step>;
  random: Random;
}

function update<Step extends CreditedStep>(
  { policy, anchor, replay, config, method, random }: Update<Step>,
  credited: readonly Step[],
): Metrics {
  // A step whose action is not a candidate any more is left out, and counted.
  const samples = credited
    .filter(({ chosen }) => chosen >= 0)
    .map((step) => ({ ...step, ...logprobsOf(step, policy, anchor, config) }));
  let replayLoss = 0;
  const totals = { ...noTotals(), gradientNorm: 0, minibatches: 0 };
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const shuffled = random.shuffle(samples);
    for (let from = 0; from < shuffled.length; from += config.minibatchSize) {
      const batch = shuffled.slice(from, from + config.minibatchSize);
      for (const sample of batch) addSampleGradient(policy.network, sample, config, totals);
      method.learnValues?.(batch);
      const factor = shortening(policy, method.maxGradientNorm, batch.length, totals);
      totals.minibatches++;
      // The whole gradient is scaled by factor / batch below; λ weighs the mean over the imitated steps.
      if (replay !== null && !replay.isEmpty()) {
        const weight = (config.replayCoefficient * batch.length) / factor;
        replayLoss += replay.addGradient(config.replaySize, weight, random);
      }
      policy.network.update({ learningRate: config.learningRate }, factor / batch.length);
    }
  }
  let replays = totals.minibatches;
  if (replay !== null && !replay.isEmpty()) {
    replayLoss += rehearse({ policy, replay, config, random }, config.replayUpdates);
    replays += config.replayUpdates;
  }
  const count = Math.max(totals.count, 1);
  const { name } = method;
  return {
    [`${name}/clip_fraction`]: totals.clipped / count,
    [`${name}/approx_kl`]: totals.approxKl / count,
    [`${name}/reference_kl`]: totals.referenceKl / count,
    [`${name}/entropy`]: totals.entropy / count,
    [`${name}/replay_loss`]: replayLoss / Math.max(replays, 1),
    [`${name}/samples`]: samples.length,
    [`${name}/unmatched`]: credited.length - samples.length,
    ...method.metrics?.(totals),
  };
}

/** The factor that shortens the mean policy gradient of a minibatch to `longest`. Adds to the metrics. */
function shortening(
  { network }: CandidatePolicy,
  longest: number | undefined,
  batchLength: number,
  totals: UpdateTotals,
): number {
  if (longest === undefined) return 1;
  const norm = network.gradientNorm() / batchLength;
  totals.gradientNorm += norm;
  return norm > longest ? longest / norm : 1;
}

/** Gradient steps of replay alone. Returns the sum of their losses in nats. */
function rehearse(
  {
    policy,
    replay,
    config,
    random,
  }: Omit<Update<never>, "anchor" | "method" | "replay"> & { replay: Replay },
  updates: number,
): number {
  let loss = 0;
  for (let i = 0; i < updates && !replay.isEmpty(); i++) {
    loss += replay.addGradient(config.replaySize, 1, random);
    policy.network.update({ learningRate: config.learningRate }, 1);
  }
  return loss;
}

/** log π_old and log π_ref of a step's action. */
function logprobsOf(
  { state, chosen, logprob }: ReadStep,
  policy: CandidatePolicy,
  anchor: CandidatePolicy | null,
  { reach, explorationTemperature, temperature }: PolicyLearnerConfig,
): Pick<Sample, "oldLogprob" | "referenceLogprob"> {
  // Rollouts drawn with a cutoff count as drawn from π: their own ratio would be clipped away at once.
  const isOnPolicy = reach === null && explorationTemperature === null;
  const logprobBy = ({ network }: CandidatePolicy): number =>
    logProbabilities(network.forward(state), temperature)[chosen] as number;
  const oldLogprob = (isOnPolicy ? logprob : null) ?? logprobBy(policy);
  return { oldLogprob, referenceLogprob: anchor ? logprobBy(anchor) : oldLogprob };
}
