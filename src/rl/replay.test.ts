import { describe, expect, it } from "vitest";
import { runEpisode } from "../core/episode.ts";
import { createRandom } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createTasks, createThings, demonstrate, TinyEnv } from "../../test/support/tiny-world.ts";
import { CandidatePolicy } from "./candidate-policy.ts";
import { createReplay } from "./replay.ts";

const things = createThings(1);
const tasks = createTasks(things);

const demonstrations = (): Promise<Trajectory[]> => {
  const env = new TinyEnv(things);
  return tasks.slice(0, 4).reduce<Promise<Trajectory[]>>(
    async (before, task) => [
      ...(await before),
      await runEpisode({
        env,
        task,
        policy: { act: ({ observation }) => ({ action: demonstrate(task, observation) }) },
        seed: 0,
        id: task.id,
        actor: "x",
        source: "synthetic",
      }),
    ],
    Promise.resolve([]),
  );
};

const create = (given: readonly Trajectory[], successes: number) => {
  const policy = new CandidatePolicy({ tableBits: 12 });
  return { policy, replay: createReplay({ policy, demonstrations: given, clone: {}, successes }) };
};

const asGroup = (trajectories: Trajectory[]) => {
  const task = tasks[0] as (typeof tasks)[number];
  return { task, trajectories, unscored: [], failed: [] };
};

describe("replay", () => {
  it("teaches what was demonstrated", async () => {
    const { policy, replay } = create(await demonstrations(), 0);
    const random = createRandom(1);
    const losses = Array.from({ length: 60 }, () => {
      const loss = replay.addGradient(16, 1, random);
      policy.network.update({ learningRate: 0.003 });
      return loss;
    });
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
  });

  it("remembers successes of rollouts, and no failures", async () => {
    const [success] = await demonstrations();
    if (success === undefined) throw new Error("Expected a demonstration, got none.");
    const failure: Trajectory = { ...success, score: { status: "scored", value: 0, checks: [] } };
    const { replay } = create([], 2);
    replay.record([asGroup([failure])]);
    expect(replay.isEmpty()).toBe(true);
    replay.record([asGroup([success])]);
    expect(replay.isEmpty()).toBe(false);
  });

  it("keeps the shortest successes of a task", async () => {
    const [success] = await demonstrations();
    if (success === undefined) throw new Error("Expected a demonstration, got none.");
    const longer = {
      ...success,
      transitions: [...success.transitions, ...success.transitions],
    };
    const losses = [[longer, success], [success, longer], [success]].map((trajectories) => {
      const { policy, replay } = create([], 1);
      replay.record([asGroup(trajectories)]);
      replay.addGradient(64, 1, createRandom(2));
      policy.network.update({ learningRate: 0.01 });
      return replay.addGradient(64, 1, createRandom(3));
    });
    expect(new Set(losses).size).toBe(1);
  });

  it("adds nothing where there is nothing to imitate", () => {
    const { policy, replay } = create([], 2);
    expect(replay.addGradient(8, 1, createRandom(1))).toBe(0);
    expect(policy.network.gradient(0).head.every((value) => value === 0)).toBe(true);
  });
});
