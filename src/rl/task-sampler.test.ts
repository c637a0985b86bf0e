import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { TrajectoryGroup } from "./rollout.ts";
import { createVarianceSampler, createUniformSampler } from "./task-sampler.ts";

const tasks = ["solved", "mixed", "hopeless"].map((id, templateId) => ({ id, templateId }) as Task);

function groupOf(task: Task, rewards: (0 | 1)[]): TrajectoryGroup {
  const trajectories = rewards.map(
    (value) => ({ score: { status: "scored", value, checks: [] } }) as unknown as Trajectory,
  );
  return { task, trajectories, unscored: [], failed: [] };
}

describe("createVarianceSampler", () => {
  const [solved, mixed, hopeless] = tasks as [Task, Task, Task];
  const sampler = createVarianceSampler(tasks);
  sampler.record([groupOf(solved, [1, 1]), groupOf(mixed, [1, 0]), groupOf(hopeless, [0, 0])]);

  it("draws tasks with mixed outcomes more often, and never drops a task", () => {
    const random = createRandom(1);
    const counts: Record<string, number> = {};
    for (let i = 0; i < 2000; i++) {
      const id = sampler.next(1, random)[0]?.id as string;
      counts[id] = (counts[id] ?? 0) + 1;
    }
    // Weights 0.04 : 0.92 : 0.2.
    expect((counts["mixed"] as number) / 2000).toBeCloseTo(0.92 / 1.16, 1);
    expect((counts["solved"] as number) / 2000).toBeCloseTo(0.04 / 1.16, 1);
    expect(counts["solved"]).toBeGreaterThan(0);
    expect((counts["hopeless"] as number) / 2000).toBeCloseTo(0.2 / 1.16, 1);
  });

  it("predicts an untried task from the other tasks of its template", () => {
    const untried = [solved, mixed].map(
      ({ templateId }) => ({ id: `new ${templateId}`, templateId }) as Task,
    );
    const fresh = createVarianceSampler([...tasks, ...untried], sampler.state());
    const random = createRandom(1);
    const drawn = Array.from({ length: 2000 }, () => fresh.next(1, random)[0]?.id);
    // Weights 0.04 : 0.92 : 0.2 of the tried, 0.04 : 0.92 of the new.
    expect(drawn.filter((id) => id === "new 0").length / 2000).toBeCloseTo(0.04 / 2.12, 1);
    expect(drawn.filter((id) => id === "new 1").length / 2000).toBeCloseTo(0.92 / 2.12, 1);
  });

  it("never draws a task twice at once, nor more than there are", () => {
    expect(new Set(sampler.next(9, createRandom(1))).size).toBe(3);
  });

  it("resumes from its state", () => {
    const resumed = createVarianceSampler(tasks, sampler.state());
    expect(resumed.next(3, createRandom(7))).toEqual(sampler.next(3, createRandom(7)));
    expect(sampler.state()).toEqual({ solved: 1, mixed: 0.5, hopeless: 0 });
  });

  it("ignores groups without a scored rollout", () => {
    const fresh = createVarianceSampler(tasks);
    fresh.record([groupOf(mixed, [])]);
    expect(fresh.state()).toEqual({});
  });
});

describe("createUniformSampler", () => {
  it("draws different tasks", () => {
    expect(new Set(createUniformSampler(tasks).next(2, createRandom(1))).size).toBe(2);
  });
});
