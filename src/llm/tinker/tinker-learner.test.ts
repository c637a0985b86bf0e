import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeEngine, startFakeEngine } from "../../../test/support/fake-engine.ts";
import { openEngine } from "../../../test/support/open-engine.ts";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import type { Action } from "../../core/action.ts";
import { noAction, type Policy, type PolicyInput } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import type { TrainIteration } from "../../rl/train.ts";
import { trainPolicy } from "../../rl/train.ts";
import type { ChatModel } from "../chat-model.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import { imitate } from "./imitate.ts";
import { prefer } from "./prefer.ts";
import type { TinkerEngine } from "./tinker-engine.ts";
import { createTinkerLearner, TinkerLearnerConfigSchema } from "./tinker-learner.ts";
import type { TinkerModel } from "./tinker-model.ts";

const things = createThings(1, 2);
/** Follow a thing: open it, press the button, stop. */
const tasks = createTasks(things).filter(({ templateId }) => templateId === 2);
/** Tokens 0 to 9 stand for situations, the others for actions. */
const ACTIONS: readonly Action[] = [
  ...things.map((_, index): Action => ({ kind: "click", ref: String(100 + index) })),
  { kind: "click", ref: "999" },
  { kind: "stop", answer: "" },
];
const FIRST_ACTION = 10;
const VOCABULARY = FIRST_ACTION + ACTIONS.length + 1;

function situationOf({ goal, observation, history }: PolicyInput): number {
  const wanted = things.findIndex(({ name }) => goal.includes(name));
  if (observation.url.endsWith(".test/")) return wanted;
  return history.some(({ action }) => action.kind === "click" && action.ref === "999") ? 4 : 3;
}

const tokenizer: ChatTokenizer = {
  stopIds: [],
  encodeChat: (messages) => [VOCABULARY - 1, Number(messages.at(-1)?.content)],
  encodeText: (text) => [Number(text)],
  decode: (ids) => String(ids[0]),
};

const createPolicy = (model: ChatModel): Policy => ({
  async act(input) {
    const content = String(situationOf(input));
    const request = {
      messages: [{ role: "user", content } as const],
      maxTokens: 1,
      temperature: 1,
    };
    const { text } = await model.complete(request);
    const action = ACTIONS[Number(text) - FIRST_ACTION];
    return action === undefined ? noAction(`no action: ${text}`) : { action };
  },
});

let server: FakeEngine;
let engine: TinkerEngine;
let model: TinkerModel;
beforeEach(async () => {
  server = await startFakeEngine(VOCABULARY);
  engine = await openEngine(server.url, "tinker", {
    profile: {
      name: "tinker",
      encoding: "json",
      lossReduction: "sum",
      losses: ["cross_entropy", "importance_sampling", "ppo", "cispo"],
      clipKeys: "thresholds",
      hasForward: true,
      idempotentSeq: true,
    },
  });
  model = await engine.createModel({ baseModel: "bigram", rank: 8, seed: 1 });
});
afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function train(loss: "ppo" | "importance_sampling", steps: number): Promise<number[]> {
  const learner = await createTinkerLearner({
    model,
    tokenizer,
    config: TinkerLearnerConfigSchema.parse({ loss, learningRate: 0.05 }),
    createPolicy,
    warn: () => {},
  });
  const rewards: number[] = [];
  await trainPolicy({
    learner,
    envs: Array.from({ length: 8 }, () => new TinyEnv(things)),
    tasks,
    config: { environmentSteps: steps, groupSize: 16, tasksPerIteration: 2, sampler: "uniform" },
    random: createRandom(1),
    source: "synthetic",
    actor: "llm",
    onIteration: ({ metrics }: TrainIteration) => {
      rewards.push(metrics["reward/mean"] ?? 0);
      expect(metrics["tinker/logprob_gap"] ?? 0).toBeLessThan(1e-6);
    },
  });
  return rewards;
}

describe("a learner over a training engine", () => {
  it.each(["ppo", "importance_sampling"] as const)("raises the reward with %s", async (loss) => {
    const rewards = await train(loss, 550);
    expect(rewards[0]).toBeLessThan(0.4);
    expect(rewards.at(-1)).toBeGreaterThan(0.8);
  });

  it("samples from the newest weights alone, and sends gradient before step", async () => {
    await train("ppo", 250);
    const training = server.log.filter((path) => path !== "asample" && path !== "create_session");
    expect(training.slice(0, 5)).toEqual([
      "create_model",
      "save_weights_for_sampler",
      "forward_backward",
      "optim_step",
      "save_weights_for_sampler",
    ]);
    const old = await model.sync();
    await model.sync();
    expect(() => old.sample([1], { maxTokens: 1, temperature: 1, seed: 1, stop: [] }, 0)).toThrow(
      "newest sampler",
    );
  });
});

const read = (token: number) => ({
  tokens: [VOCABULARY - 1, token],
  isAction: false,
  logProbs: [],
});
const written = (token: number) => ({ tokens: [token], isAction: true, logProbs: [] });

describe("imitation on a training engine", () => {
  it("lowers the loss, and saved weights remember it", async () => {
    const losses: number[] = [];
    await imitate({
      model,
      lessons: [0, 1, 2].map((task) => ({ segments: [read(task), written(FIRST_ACTION + task)] })),
      config: { epochs: 8, batchSize: 2, learningRate: 0.01 },
      random: createRandom(1),
      onStep: (loss) => losses.push(loss),
    });
    expect(losses[0]).toBeCloseTo(Math.log(VOCABULARY), 5);
    expect(losses.at(-1)).toBeLessThan(0.2);
    const path = await model.save("taught");
    const again = await engine.createModel({
      baseModel: "bigram",
      rank: 8,
      seed: 1,
      loadFrom: path,
    });
    const sampler = await again.sync();
    const sample = await sampler.sample(
      [2],
      { maxTokens: 1, temperature: 1, seed: 1, stop: [] },
      0,
    );
    expect(sample.tokens).toEqual([FIRST_ACTION + 2]);
  });
});

describe("preferences on a training engine", () => {
  it("are learned with the loss of importance sampling", async () => {
    const figures: { loss: number; accuracy: number }[] = [];
    await prefer({
      model,
      pairs: [0, 1, 2].map((task) => ({
        chosen: [[read(task), written(FIRST_ACTION)]],
        rejected: [[read(task), written(FIRST_ACTION + 1)]],
      })),
      config: { beta: 0.5, epochs: 20, batchSize: 3, learningRate: 0.005 },
      random: createRandom(1),
      onStep: (figure) => figures.push(figure),
    });
    expect(figures[0]?.loss).toBeCloseTo(Math.LN2, 5);
    expect(figures.at(-1)?.loss).toBeLessThan(0.3);
    expect(figures.at(-1)?.accuracy).toBe(1);
  });

  it("are refused where the engine has no forward pass", async () => {
    const limited = await openEngine(server.url, "open-rl");
    const other = await limited.createModel({ baseModel: "bigram", rank: 8, seed: 1 });
    const options = { pairs: [], random: createRandom(1) };
    const config = { beta: 0.1, epochs: 1, batchSize: 1, learningRate: 0.01 };
    await expect(prefer({ model: other, config, ...options })).rejects.toThrow("open-rl");
    await limited[Symbol.asyncDispose]();
  });
});
