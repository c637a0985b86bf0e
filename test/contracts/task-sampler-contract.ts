/** The contract of every `TaskSampler`: one suite, run against each implementation. */

import { describe, expect, it } from "vitest";
import { TaskError } from "../../src/core/errors.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { TrajectoryGroup } from "../../src/rl/rollout.ts";
import {
  type TaskSampler,
  type TaskSamplerState,
  TaskSamplerStateSchema,
} from "../../src/rl/task-sampler.ts";
import { deepFreeze } from "../support/deep-freeze.ts";
import { createTasks, createThings } from "../support/tiny-world.ts";

const TASKS = createTasks(createThings(1));

function group(task: Task, rewards: readonly (0 | 1)[]): TrajectoryGroup {
  const trajectories = rewards.map((value): Trajectory => ({
    id: task.id,
    taskId: task.id,
    goal: task.goal,
    templateId: task.templateId,
    world: task.world,
    source: "synthetic",
    actor: "x",
    seed: 0,
    transitions: [],
    finalObservation: { url: "", title: "", nodes: [], tabs: [], lastActionError: null },
    startRequests: [],
    stopReason: "terminated",
    score: { status: "scored", value, checks: [] },
    error: null,
  }));
  return { task, trajectories, unscored: [], failed: [] };
}

/** Outcomes of all sorts: always, never and sometimes solved, and a group without a scored rollout. */
const OUTCOMES: readonly (readonly (0 | 1)[])[] = [[1, 1], [0, 0], [1, 0, 0], []];
const groups = (): TrajectoryGroup[] =>
  TASKS.slice(0, 8).map((task, index) => group(task, OUTCOMES[index % 4] ?? []));

/** Ids of several draws in a row. */
function draw(sampler: TaskSampler, seed: number, count = 3): string[][] {
  const random = createRandom(seed);
  return Array.from({ length: 20 }, () => sampler.next(count, random).map(({ id }) => id));
}

/** @param create a sampler at its start, or where this state was taken */
export function describeTaskSamplerContract(
  name: string,
  create: (tasks: readonly Task[], state?: TaskSamplerState) => TaskSampler,
): void {
  describe(`${name} as a TaskSampler`, () => {
    const recorded = (): TaskSampler => {
      const sampler = create(TASKS);
      sampler.record(groups());
      return sampler;
    };

    it("draws the requested number of tasks, all different, all its own", () => {
      for (const sampler of [create(TASKS), recorded()])
        for (const count of [0, 1, 5, TASKS.length]) {
          const drawn = sampler.next(count, createRandom(1));
          expect(drawn).toHaveLength(count);
          expect(new Set(drawn).size).toBe(count);
          expect(drawn.filter((task) => !TASKS.includes(task))).toEqual([]);
        }
    });

    it("draws all tasks when more are requested than there are", () => {
      const drawn = recorded().next(TASKS.length + 5, createRandom(1));
      expect(new Set(drawn)).toEqual(new Set(TASKS));
      expect(drawn).toHaveLength(TASKS.length);
    });

    it("draws every task in time", () => {
      const sampler = recorded();
      const random = createRandom(1);
      const seen = new Set<string>();
      for (let i = 0; i < 500; i++) for (const { id } of sampler.next(3, random)) seen.add(id);
      expect(seen.size).toBe(TASKS.length);
    });

    it("draws the same with the same random stream, and something else with another", () => {
      const first = draw(recorded(), 1);
      expect(draw(recorded(), 1)).toEqual(first);
      expect(draw(recorded(), 2)).not.toEqual(first);
    });

    it("resumes from its state, as a file stores it", () => {
      const sampler = recorded();
      const state = TaskSamplerStateSchema.parse(JSON.parse(JSON.stringify(sampler.state())));
      const resumed = create(TASKS, state);
      expect(draw(resumed, 7)).toEqual(draw(sampler, 7));
      for (const one of [sampler, resumed]) one.record(groups());
      expect(resumed.state()).toEqual(sampler.state());
      expect(draw(resumed, 8)).toEqual(draw(sampler, 8));
    });

    it("leaves tasks, state and groups unchanged", () => {
      const state = deepFreeze(recorded().state());
      const sampler = create(deepFreeze(structuredClone(TASKS)), state);
      sampler.record(deepFreeze(groups()));
      expect(draw(sampler, 1)[0]).toHaveLength(3);
    });

    it("refuses to draw from an empty list of tasks", () => {
      expect(() => create([])).toThrow(TaskError);
      expect(() => create([])).toThrow("Expected at least one task to draw from, got none.");
    });
  });
}
