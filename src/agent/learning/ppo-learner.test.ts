import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { successRate, trainInTinyWorld } from "../../../test/support/tiny-training.ts";
import { createRandom } from "../../core/random.ts";
import type { Metrics } from "../../rl/learner.ts";
import { collectRollouts } from "../../rl/rollout.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { createPpoLearner } from "./ppo-learner.ts";

const [known, unknown] = [createThings(1), createThings(2)];
const SETTINGS = { learningRate: 0.003 };

describe("PPO", { timeout: 120_000 }, () => {
  it("solves tasks in a world of new names after training in another, and learns their value", async () => {
    const policy = new CandidatePolicy({ tableBits: 14 });
    expect(await successRate(unknown, createTasks(unknown), policy)).toBe(0);
    const metrics: Metrics[] = [];
    const learner = createPpoLearner(policy, SETTINGS);
    await trainInTinyWorld(learner, createTasks(known), new TinyEnv(known), 2500, {
      onIteration: (iteration) => void metrics.push(iteration.metrics),
    });
    expect(await successRate(unknown, createTasks(unknown), policy)).toBeGreaterThanOrEqual(0.9);
    // A new head says 0 of every state. After training it knows that most episodes succeed.
    const [first, last] = [metrics[0], metrics.at(-1)] as [Metrics, Metrics];
    expect(first["ppo/value_mean"]).toBe(0);
    expect(last["reward/mean"]).toBeGreaterThan(0.5);
    expect(last["ppo/value_mean"]).toBeCloseTo(last["reward/mean"] as number, 0.5);
    const explained = metrics.map((figures) => figures["ppo/explained_variance"] as number);
    expect(explained[0]).toBe(0);
    expect(Math.max(...explained)).toBeGreaterThan(0.1);
  });

  it("learns nothing about the tasks when rewards are random", async () => {
    const tasks = createTasks(known);
    const policy = new CandidatePolicy({ tableBits: 14 });
    const coin = createRandom(9);
    const env = new TinyEnv(known, () => ({
      status: "scored",
      value: coin.next() < 0.3 ? 1 : 0,
      checks: [],
    }));
    await trainInTinyWorld(createPpoLearner(policy, SETTINGS), tasks, env, 1500);
    expect(await successRate(known, tasks, policy)).toBeLessThanOrEqual(0.1);
  });

  it("counts the value of the last state of a truncated rollout only where it is told to", async () => {
    const start = new CandidatePolicy({ tableBits: 12 });
    const groups = await collectRollouts({
      envs: [new TinyEnv(known)],
      policy: (random) => start.sampling(random),
      tasks: createTasks(known).map((task) => ({ ...task, maxSteps: 2 })),
      groupSize: 8,
      random: createRandom(1),
      source: "synthetic",
      actor: "start",
      idPrefix: "start",
    });
    const cut = groups.map((group) => ({
      ...group,
      trajectories: group.trajectories.filter(({ stopReason }) => stopReason === "truncated"),
    }));
    const valueLossWith = async (bootstrapTruncated: boolean): Promise<number> => {
      const policy = start.clone();
      const learner = createPpoLearner(policy, {
        bootstrapTruncated,
        epochs: 1,
        minibatchSize: 999,
      });
      // V is 1 everywhere: tanh of a great bias is 1.
      const { head, config } = policy.valueHead?.network ?? start.network;
      head.fill(9, 0, config.hidden).fill(1 / config.hidden, config.hidden);
      const metrics = await learner.update(cut, createRandom(1));
      expect(metrics["ppo/samples"]).toBeGreaterThan(10);
      expect(metrics["ppo/value_mean"]).toBeCloseTo(1, 6);
      return metrics["ppo/value_loss"] as number;
    };
    // All of them failed. With V(s_T) = 1, nothing contradicts the values; with 0, the last step does.
    expect(await valueLossWith(true)).toBeCloseTo(0, 6);
    expect(await valueLossWith(false)).toBeGreaterThan(0.1);
  });
});
