import { describe, expect, it } from "vitest";
import { runEpisode } from "../../core/episode.ts";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import {
  createTasks,
  createThings,
  demonstrate,
  TinyEnv,
} from "../../../test/support/tiny-world.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { createReplay } from "./imitation-buffer.ts";

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
  it("teaches the demonstrated choices", async () => {
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

  it("resumes from its saved state as if it had never stopped", async () => {
    const { policy, replay } = create([], 2);
    replay.record([asGroup(await demonstrations())]);
    const again = createReplay({
      policy,
      demonstrations: [],
      clone: {},
      successes: 2,
      learnerState: replay.state(),
    });
    expect(again.addGradient(16, 1, createRandom(4))).toBe(
      replay.addGradient(16, 1, createRandom(4)),
    );
    expect(again.state()).toEqual(replay.state());
  });

  it("draws from rare templates as often as from common ones", async () => {
    const [first, , , last] = await demonstrations();
    if (first === undefined || last === undefined) throw new Error("Expected demonstrations.");
    const [task] = tasks as [Task];
    const ofTask = (id: string, templateId: number, trajectory: Trajectory) => ({
      ...asGroup([trajectory]),
      task: { ...task, id, templateId },
    });
    const lossWith = (common: number): number => {
      const { policy, replay } = create([], 1);
      replay.record([ofTask("common", 1, first)]);
      // The policy already knows the common template: a loss is a loss on the rare one.
      for (let i = 0; i < 40; i++) {
        replay.addGradient(16, 1, createRandom(i));
        policy.network.update({ learningRate: 0.01 });
      }
      const more = Array.from({ length: common }, (_, i) => ofTask(`common ${i}`, 1, first));
      replay.record([...more, ofTask("rare", 9, last)]);
      return replay.addGradient(400, 1, createRandom(5));
    };
    expect(Math.abs(lossWith(12) / lossWith(1) - 1)).toBeLessThan(0.2);
  });

  it("adds nothing where there is nothing to imitate", () => {
    const { policy, replay } = create([], 2);
    expect(replay.addGradient(8, 1, createRandom(1))).toBe(0);
    expect(policy.network.gradient(0).head.every((value) => value === 0)).toBe(true);
  });
});
