/**
 * Direct preference optimization on a training engine (`rl/preference-loss.ts` has the equation). No server has this
 * loss, so its gradient goes through another one: `importance_sampling` at ratio 1 has the gradient −Â d log π for each
 * token, so Â = −dL/d log π gives DPO's. Each step needs one forward pass more.
 */

import { z } from "zod";
import { ConfigError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { preferenceLoss } from "../../rl/preference-loss.ts";
import { type Datum, type Segment, toDatum } from "./datum.ts";
import type { TinkerModel } from "./tinker-model.ts";

const PreferenceConfigSchema = z.strictObject({
  beta: z.number().positive().default(0.1).describe("how close the policy stays to the reference"),
  epochs: z.int().min(1).default(1).describe("passes over the pairs"),
  batchSize: z.int().min(1).default(8).describe("pairs in one gradient step"),
  learningRate: z.number().positive().default(1e-5).describe("of Adam"),
});
type PreferenceConfig = z.infer<typeof PreferenceConfigSchema>;

/** What the model wrote in two episodes of one task. Each side may be several sequences. */
export interface TokenPair {
  readonly chosen: readonly (readonly Segment[])[];
  readonly rejected: readonly (readonly Segment[])[];
}

export interface PreferOptions {
  /** The reference is the model as it is at the start. */
  model: TinkerModel;
  pairs: readonly TokenPair[];
  config: PreferenceConfig;
  random: Random;
  onStep?: (figures: { loss: number; accuracy: number }) => void;
}

interface Side {
  data: Datum[];
  reference: number;
}

/** @throws ConfigError where the engine cannot compute it */
export async function prefer({
  model,
  pairs,
  config,
  random,
  onStep,
}: PreferOptions): Promise<void> {
  if (!model.profile.hasForward || model.profile.name === "twinkle")
    throw new ConfigError(
      `The engine profile ${model.profile.name} cannot learn preferences: it needs log-probabilities without a gradient, and an importance-sampling loss of its own. Use SkyRL or Thinking Machines.`,
    );
  const sides = await Promise.all(
    pairs.map(async ({ chosen, rejected }) => ({
      chosen: await measure(model, chosen),
      rejected: await measure(model, rejected),
    })),
  );
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    const shuffled = random.shuffle(sides);
    for (let from = 0; from < shuffled.length; from += config.batchSize) {
      const batch = shuffled.slice(from, from + config.batchSize);
      const figures = await stepOn(model, batch, config);
      onStep?.(figures);
    }
  }
}

async function measure(model: TinkerModel, sequences: TokenPair["chosen"]): Promise<Side> {
  const data = sequences.map((segments) => toDatum({ segments }));
  return { data, reference: total(data, await model.forward(data)) };
}

async function stepOn(
  model: TinkerModel,
  batch: readonly { chosen: Side; rejected: Side }[],
  { beta, learningRate }: PreferenceConfig,
): Promise<{ loss: number; accuracy: number }> {
  const all = batch.flatMap(({ chosen, rejected }) => [...chosen.data, ...rejected.data]);
  const logProbs = await model.forward(all);
  const count = all.length;
  const figures = { loss: 0, accuracy: 0 };
  const data: Datum[] = [];
  let at = 0;
  const take = ({
    data: own,
    reference,
  }: Side): { own: Datum[]; now: number[][]; logprob: number; reference: number } => {
    const now = logProbs.slice(at, (at += own.length));
    return { own, now, logprob: total(own, now), reference };
  };
  for (const { chosen, rejected } of batch) {
    const [better, worse] = [take(chosen), take(rejected)];
    const { loss, gradient, chosenReward, rejectedReward } = preferenceLoss(
      {
        chosen: { logprob: better.logprob, referenceLogprob: better.reference },
        rejected: { logprob: worse.logprob, referenceLogprob: worse.reference },
      },
      beta,
    );
    figures.loss += loss / batch.length;
    figures.accuracy += Number(chosenReward > rejectedReward) / batch.length;
    for (const [side, slope] of [
      [better, gradient],
      [worse, -gradient],
    ] as const)
      for (const [index, datum] of side.own.entries())
        data.push(withSlope(datum, side.now[index] ?? [], slope / batch.length, model, count));
  }
  await Promise.all([
    model.forwardBackward(data, "importance_sampling"),
    model.optimStep({ learningRate }),
  ]);
  return figures;
}

/** @param slope dL/d log π of each token that was written */
function withSlope(
  datum: Datum,
  now: readonly number[],
  slope: number,
  model: TinkerModel,
  count: number,
): Datum {
  const weights = datum.inputs["weights"]?.data ?? [];
  const taught = weights.filter((weight) => weight > 0).length;
  // A mean of means divides by the tokens of the sequence and by the number of sequences.
  const factor = model.profile.lossReduction === "sum" ? 1 : taught * count;
  const masked = (value: (at: number) => number): number[] =>
    weights.map((weight, at) => (weight > 0 ? value(at) : 0));
  return {
    tokens: datum.tokens,
    inputs: {
      ...datum.inputs,
      logprobs: { data: masked((at) => Math.min(now[at] ?? 0, 0)), dtype: "float32" },
      advantages: { data: masked(() => -slope * factor), dtype: "float32" },
    },
  };
}

/** log π of all that was written. */
function total(data: readonly Datum[], logProbs: readonly (readonly number[])[]): number {
  return data.reduce(
    (sum, { inputs }, index) =>
      sum +
      (inputs["weights"]?.data ?? []).reduce(
        (of, weight, at) => of + (weight > 0 ? (logProbs[index]?.[at] ?? 0) : 0),
        0,
      ),
    0,
  );
}
