import { describe, expect, it } from "vitest";
import { createRandom } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { pairByOutcome } from "./preference-pairs.ts";

function trajectory(id: string, taskId: string, value: 0 | 1 | null): Trajectory {
  return {
    id,
    taskId,
    goal: "",
    templateId: 1,
    world: "A",
    source: "synthetic",
    actor: "x",
    seed: 0,
    transitions: [],
    finalObservation: { url: "", title: "", nodes: [], tabs: [], lastActionError: null },
    startRequests: [],
    stopReason: "terminated",
    score:
      value === null
        ? { status: "unscored", reason: "no judge", checks: [] }
        : { status: "scored", value, checks: [] },
    error: null,
  };
}

const namesOf = (trajectories: readonly Trajectory[], perTask = 99): string[] =>
  pairByOutcome(trajectories, { perTask, random: createRandom(1) })
    .map(({ chosen, rejected }) => `${chosen.id}>${rejected.id}`)
    .toSorted();

describe("pairByOutcome", () => {
  it("pairs every success with every failure of the same task, and no other", () => {
    const trajectories = [
      trajectory("a", "one", 1),
      trajectory("b", "one", 0),
      trajectory("c", "one", 1),
      trajectory("d", "two", 0),
      trajectory("e", "two", 1),
      trajectory("f", "three", 1),
    ];
    expect(namesOf(trajectories)).toEqual(["a>b", "c>b", "e>d"]);
  });

  it("leaves out what was not scored: it is not a failure", () => {
    expect(namesOf([trajectory("a", "one", 1), trajectory("b", "one", null)])).toEqual([]);
  });

  it("draws at most the given number for each task", () => {
    const trajectories = ["one", "two"].flatMap((task) => [
      trajectory(`${task} good`, task, 1),
      ...[1, 2, 3, 4].map((i) => trajectory(`${task} ${i}`, task, 0)),
    ]);
    const pairs = namesOf(trajectories, 2);
    expect(pairs).toHaveLength(4);
    expect(new Set(pairs).size).toBe(4);
    expect(pairs.filter((pair) => pair.startsWith("one"))).toHaveLength(2);
  });
});
