import { describe, expect, it } from "vitest";
import { createTasks, createThings } from "../../../test/support/tiny-world.ts";
import { describeTaskSamplerContract } from "../../../test/contracts/task-sampler-contract.ts";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { TrajectoryGroup } from "../../rl/rollout.ts";
import { createCurriculum } from "./curriculum.ts";
import type { Variation } from "./variation.ts";

describeTaskSamplerContract("the curriculum", (tasks, state) =>
  createCurriculum(tasks, [], {}, state),
);

const TASKS = createTasks(createThings(1));

function variationOf(seed: Task): Variation {
  const task = { ...seed, id: `${seed.id}-varied` };
  return { kind: "other-entity", task, seedIds: [seed.id], solution: {} as Trajectory };
}
const VARIATIONS = TASKS.map(variationOf);

function group(task: Task, rewards: readonly (0 | 1)[]): TrajectoryGroup {
  const trajectories = rewards.map(
    (value) => ({ score: { status: "scored", value, checks: [] } }) as unknown as Trajectory,
  );
  return { task, trajectories, unscored: [], failed: [] };
}

/** How often each variation is drawn in 400 iterations of 8 tasks. */
function countDraws(sampler: ReturnType<typeof createCurriculum>): Map<string, number> {
  const random = createRandom(1);
  const counts = new Map<string, number>();
  for (let i = 0; i < 400; i++)
    for (const { id } of sampler.next(8, random))
      if (id.endsWith("-varied")) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

describe("createCurriculum", () => {
  const [a, b, c] = TASKS as [Task, Task, Task];

  it("gives variations at most their share of an iteration", () => {
    for (const [lambda, most] of [
      [0, 0],
      [0.25, 2],
      [0.3, 2],
      [1, 8],
    ] as const) {
      const drawn = createCurriculum(TASKS, VARIATIONS, { lambda }).next(8, createRandom(2));
      expect(drawn).toHaveLength(8);
      expect(drawn.filter(({ id }) => id.endsWith("-varied"))).toHaveLength(most);
    }
  });

  it("draws variations in proportion to the variance of their seeds' rewards", () => {
    // V = (1/n) Σ (r − r̄)²: of 1,1,0,0 it is 0.25, of 1,0,0,0 it is 0.1875, of 1,1,1,1 it is 0.
    const varied = [a, b, c].map(variationOf);
    const sampler = createCurriculum(TASKS, varied, { lambda: 0.125 });
    sampler.record([group(a, [1, 1, 0, 0]), group(b, [1, 0, 0, 0]), group(c, [1, 1, 1, 1])]);
    const counts = countDraws(sampler);
    expect(counts.get(`${c.id}-varied`)).toBeUndefined();
    const share = (counts.get(`${a.id}-varied`) ?? 0) / 400;
    expect(share).toBeGreaterThan(0.25 / 0.4375 - 0.07);
    expect(share).toBeLessThan(0.25 / 0.4375 + 0.07);
  });

  it("goes by a variation's own rewards once it was tried", () => {
    const [varied] = VARIATIONS as [Variation];
    const sampler = createCurriculum(TASKS, [varied], { lambda: 0.5 });
    expect(countDraws(sampler).get(varied.task.id)).toBe(400);
    sampler.record([group(varied.task, [1, 1, 1, 1])]);
    expect(countDraws(sampler).get(varied.task.id)).toBeUndefined();
  });

  it("fills the seats of worthless variations with tasks", () => {
    const sampler = createCurriculum([a, b], [variationOf(a)], { lambda: 0.5 });
    sampler.record([group(a, [0, 0])]);
    expect(
      sampler
        .next(2, createRandom(1))
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([a.id, b.id].toSorted());
  });

  it("draws everything alike where the choice is uniform", () => {
    const sampler = createCurriculum(TASKS, VARIATIONS, { lambda: 0.5, choice: "uniform" });
    sampler.record([group(a, [1, 1]), group(b, [1, 0])]);
    const counts = [...countDraws(sampler).values()];
    expect(counts).toHaveLength(VARIATIONS.length);
    const expected = (400 * 4) / VARIATIONS.length;
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(60);
  });

  it("resumes from its state", () => {
    const first = createCurriculum(TASKS, VARIATIONS, { lambda: 0.5 });
    first.record([group(a, [1, 0]), group(variationOf(b).task, [1, 0, 0])]);
    const second = createCurriculum(TASKS, VARIATIONS, { lambda: 0.5 }, first.state());
    for (let seed = 0; seed < 5; seed++)
      expect(second.next(6, createRandom(seed))).toEqual(first.next(6, createRandom(seed)));
  });
});
