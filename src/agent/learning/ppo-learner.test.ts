import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { successRate, trainInTinyWorld } from "../../../test/support/tiny-training.ts";
import { createRandom } from "../../core/random.ts";
import type { Metrics } from "../../rl/learner.ts";
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
    const explained = metrics.map((figures) => figures["ppo/explained_variance"] as number);
    expect(explained[0]).toBe(0); // A new head says the same of every state.
    expect(Math.max(...explained)).toBeGreaterThan(0.3);
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
});
