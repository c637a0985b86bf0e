/** What each loss sends to an engine, against figures worked by hand. */

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeEngine, startFakeEngine } from "../../../test/support/fake-engine.ts";
import { openEngine } from "../../../test/support/open-engine.ts";
import { demonstrations } from "../../../test/support/tiny-training.ts";
import { createTasks, createThings } from "../../../test/support/tiny-world.ts";
import type { Policy, PolicyInput } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { ChatModel } from "../chat-model.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import { type EngineProfile, PROFILES } from "./engine-profile.ts";
import { imitate } from "./imitate.ts";
import { prefer } from "./prefer.ts";
import type { TinkerEngine } from "./tinker-engine.ts";
import { createTinkerLearner, TinkerLearnerConfigSchema } from "./tinker-learner.ts";

interface Sent {
  data: { loss_fn_inputs: Record<string, { data: number[] }> }[];
  loss_fn: string;
  loss_fn_config: Record<string, number> | null;
}

/** Four tokens: a new policy gives each of them ln(1/4). */
const VOCABULARY = 4;
const QUARTER = -Math.log(4);

let server: FakeEngine;
let engine: TinkerEngine;
let sent: Sent[];
beforeEach(async () => {
  server = await startFakeEngine(VOCABULARY);
  sent = [];
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** @param change of the JSON profile that sums */
async function openModel(change: Partial<EngineProfile>) {
  engine = await openEngine(server.url, "tinker", {
    profile: { ...PROFILES.tinker, encoding: "json", ...change },
    async fetch(url, init) {
      if (String(url).endsWith("/forward_backward"))
        sent.push(
          (JSON.parse(String(init?.body)) as { forward_backward_input: Sent })
            .forward_backward_input,
        );
      return await fetch(url, init);
    },
  });
  return await engine.createModel({ baseModel: "bigram", rank: 8, seed: 1 });
}

const read = (tokens: number[]) => ({ tokens, isAction: false, logProbs: [] });
const written = (tokens: number[]) => ({ tokens, isAction: true, logProbs: [] });
const values = (name: string): number[][] =>
  sent.flatMap(({ data }) => data.map(({ loss_fn_inputs: inputs }) => inputs[name]?.data ?? []));
const expectClose = (got: number[][], wanted: number[][]): void => {
  expect(got.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  for (const [index, row] of wanted.entries())
    for (const [at, value] of row.entries()) expect(got[index]?.[at]).toBeCloseTo(value, 4);
};

describe("cross entropy of imitation", () => {
  const lessons = [
    { segments: [read([0]), written([1, 2, 3])] },
    { segments: [read([0, 0]), written([1])] },
  ];
  // Four tokens are taught. A server that sums needs 1/4 for each; one that takes means needs 1.
  it.each([
    ["sum", 0.25],
    ["sequence-mean", 1],
  ] as const)("weighs tokens for a server with %s", async (lossReduction, weight) => {
    const model = await openModel({ lossReduction });
    const config = { epochs: 1, batchSize: 2, learningRate: 1e-9 };
    const losses: number[] = [];
    const random = createRandom(1);
    await imitate({ model, lessons, config, random, onStep: (loss) => losses.push(loss) });
    const byLength = values("weights").toSorted((a, b) => b.length - a.length);
    expectClose(byLength, [
      [weight, weight, weight],
      [0, weight],
    ]);
    expect(sent[0]?.loss_fn).toBe("cross_entropy");
    expect(losses[0]).toBeCloseTo(-QUARTER, 5);
  });
});

describe("policy gradients", () => {
  const tokenizer: ChatTokenizer = {
    stopIds: [],
    encodeChat: () => [0],
    encodeText: () => [],
    decode: () => "",
  };
  /** One call of the model per episode, with as many tokens as the goal says. */
  const createPolicy = (model: ChatModel): Policy => ({
    async act({ goal }) {
      await model.complete({ messages: [], maxTokens: Number(goal), temperature: 1 });
      return { action: { kind: "stop", answer: "" } };
    },
  });

  // Rewards 1, 0, 0, 0 have the mean 1/4 and the standard deviation √3/4, so the advantages are √3 and three times −1/√3.
  // The replies have 3, 1, 1 and 1 tokens, 6 in all.
  // A server that sums needs a sixth of each. A mean of means needs it times the own tokens and the 4 sequences, so 2 and 2/3.
  const [high, low] = [Math.sqrt(3), -1 / Math.sqrt(3)];
  const clip = { clip_low_threshold: 0.8, clip_high_threshold: 1.2 };
  it.each([
    ["importance_sampling", {}, null, [high / 6, low / 6]],
    ["ppo", {}, clip, [high / 6, low / 6]],
    ["cispo", {}, clip, [high / 6, low / 6]],
    ["ppo", { clipKeys: "clip_range" }, { clip_range: 0.2 }, [high / 6, low / 6]],
    ["ppo", { lossReduction: "sequence-mean" }, clip, [2 * high, (2 / 3) * low]],
  ] as const)("sends advantages for %s (%o)", async (loss, profile, config, [good, bad]) => {
    const model = await openModel(profile);
    const learner = await createTinkerLearner({
      model,
      tokenizer,
      config: TinkerLearnerConfigSchema.parse({ loss }),
      createPolicy,
      warn: () => {},
    });
    const things = createThings(1);
    const [task] = createTasks(things) as [Task];
    const [played] = (await demonstrations(things, [task])) as [Trajectory];
    const trajectories: Trajectory[] = [];
    for (const [index, value] of ([1, 0, 0, 0] as const).entries()) {
      const policy = learner.policy(createRandom(index));
      const goal = value === 1 ? "3" : "1";
      const input: PolicyInput = { goal, history: [], observation: played.finalObservation };
      await policy.act(input);
      const trajectory: Trajectory = { ...played, score: { status: "scored", value, checks: [] } };
      policy.finish?.(trajectory);
      trajectories.push(trajectory);
    }
    await learner.update([{ task, trajectories, unscored: [], failed: [] }], createRandom(1));
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ loss_fn: loss, loss_fn_config: config });
    expectClose(values("advantages"), [[good, good, good], [bad], [bad], [bad]]);
    expectClose(values("weights"), [[1, 1, 1], [1], [1], [1]]);
    expectClose(values("logprobs"), [
      Array(3).fill(QUARTER) as number[],
      ...Array.from({ length: 3 }, () => [QUARTER]),
    ]);
  });
});

describe("DPO", () => {
  // At the start the margin is 0, so dL/d log π is ∓β σ(0) = ∓0.1 / 2, and importance sampling needs its opposite.
  it.each([
    ["sum", 0.05, -0.05],
    // Times the own tokens (2 and 1) and the 2 sequences.
    ["sequence-mean", 0.2, -0.1],
  ] as const)("goes through importance sampling at ratio 1 (%s)", async (reduction, good, bad) => {
    const model = await openModel({ lossReduction: reduction });
    await prefer({
      model,
      pairs: [{ chosen: [[read([0]), written([1, 2])]], rejected: [[read([0]), written([3])]] }],
      config: { beta: 0.1, epochs: 1, batchSize: 1, learningRate: 1e-9 },
      random: createRandom(1),
    });
    expect(sent[0]?.loss_fn).toBe("importance_sampling");
    expectClose(values("advantages"), [[good, good], [bad]]);
    expectClose(values("logprobs"), [[QUARTER, QUARTER], [QUARTER]]);
  });
});
