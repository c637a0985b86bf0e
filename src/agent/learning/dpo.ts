/**
 * Direct Preference Optimization (Rafailov et al. 2023, arXiv:2305.18290, eq. 7) for the embedded policy:
 *
 *     L = mean over pairs of  −log σ(m)        m = β Σ_chosen (log π − log π_ref) − β Σ_rejected (log π − log π_ref)
 *
 * The loss and its gradients are in `rl/preference-loss.ts`. A pair is a good and a bad trajectory of one task, such as
 * what a search found and a rollout that failed. The sums are over the steps of a trajectory. The steps before the two
 * diverge are the same in both, so they cancel and are left out.
 *
 * Difference from the paper: with `scope: "step"` the sums hold only the first step in which the two differ. It compares
 * two actions in the same state, as Step-DPO does (Lai et al. 2024, arXiv:2406.18629). What comes after a wrong step is
 * then not blamed for it.
 */

import { z } from "zod";
import type { Random } from "../../core/random.ts";
import { looksSame } from "../../page/repeated-action.ts";
import { preferenceLoss } from "../../rl/preference-loss.ts";
import type { TrajectoryPair } from "../../rl/preference-pairs.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { logProbabilities } from "../network/distribution.ts";
import { readSteps, type ReadStep } from "./read-steps.ts";

export const DpoConfigSchema = z.strictObject({
  beta: z.number().positive().default(0.1).describe("β; 0.1: Rafailov et al. 2023, Appendix B"),
  scope: z
    .enum(["trajectory", "step"])
    .default("step")
    .describe("steps of a pair that count: all after it diverges, or the first one"),
  learningRate: z.number().positive().default(0.001).describe("of Adam"),
  epochs: z.int().min(0).default(3).describe("passes over the pairs"),
  minibatchSize: z.int().min(1).default(16).describe("pairs in one gradient"),
});
export type DpoConfig = z.infer<typeof DpoConfigSchema>;

/** Means over the pairs of an epoch, while training. */
interface DpoEpoch {
  /** Starts at 1. */
  epoch: number;
  loss: number;
  /** Share of the pairs whose chosen side has the greater implicit reward. */
  accuracy: number;
  /** β (log π − log π_ref) of each side. Their difference is the margin m. */
  chosenReward: number;
  rejectedReward: number;
}

export interface PreferOptions {
  /** Improved in place. */
  policy: CandidatePolicy;
  /** π_ref; the policy as it is now by default. */
  reference?: CandidatePolicy;
  /** See `pairByOutcome`. */
  pairs: readonly TrajectoryPair[];
  config?: Partial<DpoConfig>;
  random: Random;
  /** Called after each epoch; `false` stops. */
  onEpoch?: (epoch: DpoEpoch) => boolean | void | Promise<boolean | void>;
}

export interface DpoSummary {
  pairs: number;
  /** Pairs left out, since no step distinguishes them that the policy could take. */
  skipped: number;
  epochs: DpoEpoch[];
}

/** Raises the probability of each pair's chosen trajectory against that of its rejected one. */
export async function preferBehaviour(options: PreferOptions): Promise<DpoSummary> {
  const { policy, reference = policy, random } = options;
  const config = DpoConfigSchema.parse(options.config ?? {});
  const comparisons = options.pairs.flatMap((pair) => compare(pair, policy, reference, config));
  const summary: DpoSummary = {
    pairs: comparisons.length,
    skipped: options.pairs.length - comparisons.length,
    epochs: [],
  };
  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    const totals = { loss: 0, correct: 0, chosenReward: 0, rejectedReward: 0 };
    const shuffled = random.shuffle(comparisons);
    for (let from = 0; from < shuffled.length; from += config.minibatchSize) {
      const batch = shuffled.slice(from, from + config.minibatchSize);
      for (const comparison of batch) addPairGradient(policy, comparison, config.beta, totals);
      policy.network.update({ learningRate: config.learningRate }, 1 / batch.length);
    }
    const count = Math.max(comparisons.length, 1);
    const result = {
      epoch,
      loss: totals.loss / count,
      accuracy: totals.correct / count,
      chosenReward: totals.chosenReward / count,
      rejectedReward: totals.rejectedReward / count,
    };
    summary.epochs.push(result);
    if ((await options.onEpoch?.(result)) === false) break;
  }
  return summary;
}

/** The steps of one trajectory that count. */
interface Side {
  steps: readonly ReadStep[];
  /** log π_ref, summed over them. */
  referenceLogprob: number;
}

interface Comparison {
  chosen: Side;
  rejected: Side;
}

/** The steps of a pair that count; none if it cannot teach. Steps whose action is not a candidate do not count. */
function compare(
  pair: TrajectoryPair,
  policy: CandidatePolicy,
  reference: CandidatePolicy,
  { scope }: DpoConfig,
): Comparison[] {
  const both = [pair.chosen, pair.rejected].map((trajectory) => readSteps(policy, trajectory));
  const [good, bad] = both as [ReadStep[], ReadStep[]];
  const looksAlike = (step: number): boolean => {
    const [one, other] = [pair.chosen.transitions[step], pair.rejected.transitions[step]];
    return (
      one !== undefined && other !== undefined && looksSame(one.observation, other.observation)
    );
  };
  let fork = 0;
  while (looksAlike(fork) && good[fork]?.chosen === bad[fork]?.chosen) fork++;
  if (scope === "step" && !looksAlike(fork)) return [];
  const [chosen, rejected] = [good, bad].map((steps): Side => {
    const counted = steps
      .slice(fork, scope === "step" ? fork + 1 : undefined)
      .filter(({ chosen }) => chosen >= 0);
    const logprobs = counted.map(
      (step) => logProbabilities(reference.network.forward(step.state))[step.chosen] as number,
    );
    return { steps: counted, referenceLogprob: logprobs.reduce((sum, log) => sum + log, 0) };
  }) as [Side, Side];
  return chosen.steps.length > 0 && rejected.steps.length > 0 ? [{ chosen, rejected }] : [];
}

function addPairGradient(
  policy: CandidatePolicy,
  { chosen, rejected }: Comparison,
  beta: number,
  totals: Omit<DpoEpoch, "epoch" | "accuracy"> & { correct: number },
): void {
  const [good, bad] = [chosen, rejected].map((side) => readSide(policy, side)) as [Read, Read];
  const { loss, gradient, chosenReward, rejectedReward } = preferenceLoss(
    { chosen: good, rejected: bad },
    beta,
  );
  good.addGradient(gradient);
  bad.addGradient(-gradient);
  totals.loss += loss;
  totals.correct += Number(chosenReward > rejectedReward);
  totals.chosenReward += chosenReward;
  totals.rejectedReward += rejectedReward;
}

/** One side under the policy as it is now. */
interface Read {
  logprob: number;
  referenceLogprob: number;
  /** Adds the gradient of a loss, given its derivative by `logprob`. */
  addGradient(byLogprob: number): void;
}

function readSide({ network }: CandidatePolicy, { steps, referenceLogprob }: Side): Read {
  const read = steps.map(({ state, chosen }) => {
    const hiddens = new Float32Array((state.groupOffsets.length - 1) * network.config.hidden);
    return { state, chosen, hiddens, logs: logProbabilities(network.forward(state, hiddens)) };
  });
  return {
    logprob: read.reduce((sum, { logs, chosen }) => sum + (logs[chosen] as number), 0),
    referenceLogprob,
    addGradient(byLogprob) {
      for (const { state, chosen, hiddens, logs } of read)
        network.backward(
          state,
          hiddens,
          logs.map((log, i) => byLogprob * ((i === chosen ? 1 : 0) - Math.exp(log))),
        );
    },
  };
}
