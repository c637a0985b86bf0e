/** Proofs that the learner learns, and only from rewards: on a world small enough to fail within seconds. */

import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import {
  demonstrations,
  play,
  successRate,
  trainInTinyWorld,
} from "../../../test/support/tiny-training.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { cloneBehaviour } from "./clone-behaviour.ts";
import { createGrpoLearner } from "./grpo-learner.ts";
import { collectRollouts } from "../../rl/rollout.ts";
import { trainPolicy } from "../../rl/train.ts";

describe("cloneBehaviour", () => {
  it("reaches every demonstrated choice of its training set", async () => {
    const things = createThings(1);
    const trajectories = await demonstrations(things, createTasks(things));
    const policy = new CandidatePolicy({ tableBits: 14 });
    const summary = await cloneBehaviour({
      policy,
      trajectories,
      random: createRandom(1),
      config: { epochs: 20 },
    });
    expect(summary.unmatched).toBe(0);
    expect(await successRate(things, createTasks(things), policy)).toBe(1);
  });

  it("carries over to a world with only new names", async () => {
    const [known, unknown] = [createThings(1), createThings(2)];
    expect(
      unknown.map(({ name }) => name).filter((name) => known.some((thing) => thing.name === name)),
    ).toEqual([]);
    const trajectories = await demonstrations(known, createTasks(known).slice(0, 6));
    const policy = new CandidatePolicy({ tableBits: 14 });
    await cloneBehaviour({ policy, trajectories, random: createRandom(1), config: { epochs: 20 } });
    expect(await successRate(unknown, createTasks(unknown), policy)).toBeGreaterThanOrEqual(0.9);
  });

  it("learns nothing from trajectories that failed", async () => {
    const things = createThings(1);
    const trajectories = await play(things, createTasks(things), () => ({
      act: () => ({ action: { kind: "stop", answer: "N/A" } }),
    }));
    const policy = new CandidatePolicy({ tableBits: 12 });
    const summary = await cloneBehaviour({ policy, trajectories, random: createRandom(1) });
    expect(summary).toMatchObject({ trajectories: 0, steps: 0 });
    expect(policy.network.table.every((value) => value === 0)).toBe(true);
  });
});

describe("GRPO", { timeout: 120_000 }, () => {
  const train = (policy: CandidatePolicy, tasks: Task[], env: TinyEnv, steps: number) =>
    trainInTinyWorld(createGrpoLearner(policy, { learningRate: 0.003 }), tasks, env, steps);

  it("overfits one task from scratch", async () => {
    const things = createThings(1);
    const task = createTasks(things)[3] as Task;
    const policy = new CandidatePolicy({ tableBits: 12 });
    expect(await successRate(things, [task], policy)).toBe(0);
    await train(policy, [task], new TinyEnv(things), 1500);
    expect(await successRate(things, [task], policy)).toBe(1);
  });

  it("solves tasks in a world of new names after training in another", async () => {
    const [known, unknown] = [createThings(1), createThings(2)];
    const policy = new CandidatePolicy({ tableBits: 14 });
    await train(policy, createTasks(known), new TinyEnv(known), 2500);
    expect(await successRate(unknown, createTasks(unknown), policy)).toBeGreaterThanOrEqual(0.9);
  });

  it("learns nothing about the tasks when rewards are random", async () => {
    const things = createThings(1);
    const tasks = createTasks(things);
    const policy = new CandidatePolicy({ tableBits: 14 });
    const coin = createRandom(9);
    const env = new TinyEnv(things, () => ({
      status: "scored",
      value: coin.next() < 0.3 ? 1 : 0,
      checks: [],
    }));
    await train(policy, tasks, env, 1500);
    expect(await successRate(things, tasks, policy)).toBeLessThanOrEqual(0.1);
  });
});

describe("collectRollouts", () => {
  const things = createThings(1);
  const options = {
    policy: new CandidatePolicy({ tableBits: 12 }).sampling.bind(
      new CandidatePolicy({ tableBits: 12 }),
    ),
    tasks: createTasks(things).slice(0, 3),
    groupSize: 4,
    source: "synthetic" as const,
    actor: "x",
    idPrefix: "x",
  };

  it("gives the same trajectories on one environment and on three", async () => {
    const one = await collectRollouts({
      ...options,
      envs: [new TinyEnv(things)],
      random: createRandom(5),
    });
    const three = await collectRollouts({
      ...options,
      envs: [new TinyEnv(things), new TinyEnv(things), new TinyEnv(things)],
      random: createRandom(5),
    });
    expect(three).toEqual(one);
  });

  it("keeps failed and unscored episodes out of the groups, and continues", async () => {
    const env = new TinyEnv(things);
    env.failing = 2;
    const groups = await collectRollouts({ ...options, envs: [env], random: createRandom(5) });
    expect(groups.map(({ trajectories, failed }) => [trajectories.length, failed.length])).toEqual([
      [2, 2],
      [4, 0],
      [4, 0],
    ]);
    expect(groups[0]?.failed[0]).toMatchObject({ stopReason: "error", error: "the site is gone" });
    const mute = new TinyEnv(things, () => ({
      status: "unscored",
      reason: "no judge",
      checks: [],
    }));
    const [group] = await collectRollouts({ ...options, envs: [mute], random: createRandom(5) });
    expect([group?.trajectories.length, group?.unscored.length]).toEqual([0, 4]);
  });
});

describe("trainPolicy", { timeout: 120_000 }, () => {
  const things = createThings(1);
  const start = {
    envs: [new TinyEnv(things)],
    tasks: createTasks(things),
    random: createRandom(3),
    source: "synthetic" as const,
    actor: "grpo",
  };
  const config = { environmentSteps: 900, groupSize: 4, tasksPerIteration: 4 };

  it("warns when most groups have zero variance, and stops near the number of steps", async () => {
    const warnings: string[] = [];
    const policy = new CandidatePolicy({ tableBits: 12 });
    const unsolvable = start.tasks.map((task) => ({
      ...task,
      checks: [{ kind: "url_match" as const, urls: [] }],
    }));
    const progress = await trainPolicy({
      ...start,
      tasks: unsolvable,
      learner: createGrpoLearner(policy),
      config,
      warn: (message) => void warnings.push(message),
    });
    expect(warnings[0]).toContain("100 % without");
    expect(Math.abs(progress.environmentSteps - 900)).toBeLessThan(60);
  });

  it("resumes from saved progress as if it had never stopped", async () => {
    const whole = new CandidatePolicy({ tableBits: 12 });
    await trainPolicy({ ...start, learner: createGrpoLearner(whole), config });
    const parts = new CandidatePolicy({ tableBits: 12 });
    const learner = createGrpoLearner(parts);
    let stopAfter = 3;
    const progress = await trainPolicy({
      ...start,
      learner,
      config,
      onIteration: () => --stopAfter > 0,
    });
    await trainPolicy({ ...start, learner, config, progress });
    expect(parts.network.table).toEqual(whole.network.table);
  });

  it("stops with an error when no episode gets through", async () => {
    const env = new TinyEnv(things);
    env.failing = 1e9;
    const learner = createGrpoLearner(new CandidatePolicy({ tableBits: 12 }));
    await expect(trainPolicy({ ...start, envs: [env], learner, config })).rejects.toThrow(
      "the site is gone",
    );
  });
});
