import { describe, expect, it } from "vitest";
import {
  createTasks,
  createThings,
  demonstrate,
  TinyEnv,
} from "../../../test/support/tiny-world.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { Admission, type AdmissionOptions, type Rejection } from "./admit.ts";
import { endWith, type Plan, planOf } from "./plan.ts";
import type { ProposedTask, Variation } from "./variation.ts";

const things = createThings(1);
const tasks = createTasks(things);
const [price, follow] = tasks as [Task, Task];

async function solve(task: Task): Promise<Trajectory> {
  return runEpisode({
    env: new TinyEnv(things),
    policy: { act: ({ observation }) => ({ action: demonstrate(task, observation) }) },
    task,
    seed: 0,
    id: task.id,
    actor: "demonstrator",
    source: "synthetic",
  });
}

async function admit(
  proposal: Partial<ProposedTask> & { task: Task },
  options: Partial<AdmissionOptions> = {},
): Promise<Variation | Rejection> {
  return new Admission({
    env: new TinyEnv(things),
    tasks: [],
    config: { maxSimilarity: 0.85 },
    isHeldOut: () => false,
    ...options,
  }).admit({ kind: "other-entity", seedIds: [], plans: [], ...proposal });
}

describe("Admission", () => {
  it("lets in a task that its plan solves", async () => {
    const plans = [planOf(await solve(follow))];
    expect(await admit({ task: follow, plans })).toMatchObject({
      task: follow,
      solution: { score: { value: 1 } },
    });
  });

  it("asks the solver where no plan succeeds", async () => {
    expect(await admit({ task: price })).toBe("not solved");
    expect(await admit({ task: price }, { solve })).toMatchObject({ task: price });
  });

  it("keeps out what is held out, in goal or checks", async () => {
    const isHeldOut = (text: string): boolean => text.includes("/follow/0");
    expect(await admit({ task: follow }, { solve, isHeldOut })).toBe("held out");
    expect(await admit({ task: price }, { solve, isHeldOut })).toMatchObject({ task: price });
  });

  it("keeps out a second copy of a task, but not the same goal from another page", async () => {
    expect(await admit({ task: follow }, { solve, tasks: [follow] })).toBe("duplicate");
    const elsewhere = { ...follow, startUrls: ["http://tiny.test/thing/0"] };
    expect(await admit({ task: elsewhere }, { solve, tasks: [follow] })).toMatchObject({
      task: elsewhere,
    });
  });

  it("keeps out a task that passes for nothing, or cannot be scored", async () => {
    const giving = (): TinyEnv =>
      new TinyEnv(things, () => ({ status: "scored", value: 1, checks: [] }));
    expect(await admit({ task: follow }, { solve, env: giving() })).toBe("passes for nothing");
    const silent = new TinyEnv(things, () => ({ status: "unscored", reason: "?", checks: [] }));
    expect(await admit({ task: follow }, { solve, env: silent })).toBe("passes for nothing");
  });

  it("keeps out an answer that the last page does not show", async () => {
    const plans = [endWith([], things[0]?.price ?? "")];
    expect(await admit({ task: price, plans })).toBe("not shown");
  });

  it("shortens what an episode did by the way", async () => {
    const way = planOf(await solve(follow));
    const home: Plan = [{ action: { kind: "goBack" }, element: null }];
    const plans = [[...way.slice(0, 1), ...home, ...way]];
    const variation = await admit({ task: follow, plans, kind: "hindsight" });
    expect(variation).toMatchObject({ kind: "hindsight" });
    expect((variation as Variation).solution.transitions).toHaveLength(way.length);
  });
});
