/** The contract of every `Learner`: one suite, run against each implementation. */

import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.ts";
import type { Score } from "../../src/core/score.ts";
import type { Learner } from "../../src/rl/learner.ts";
import { collectRollouts, isMixed, type TrajectoryGroup } from "../../src/rl/rollout.ts";
import { deepFreeze } from "../support/deep-freeze.ts";
import { createTasks, createThings, TinyEnv } from "../support/tiny-world.ts";

export interface LearnerSubject {
  learner: Learner;
  /** All that the learner needs to resume, as bytes. */
  checkpoint(): Uint8Array;
}

export interface LearnerTraits {
  /** Why groups without contrast still change it; null where they must not. */
  learnsWithoutContrast: string | null;
}

const THINGS = createThings(1);
const TASKS = createTasks(THINGS).slice(0, 6);

/** Rollouts of the learner's own policy with outcomes by coin: a new policy solves next to nothing. */
async function rollOut({ learner }: LearnerSubject, seed: number): Promise<TrajectoryGroup[]> {
  const coin = createRandom(`coin ${seed}`);
  const flip = (): Score => ({ status: "scored", value: coin.next() < 0.5 ? 1 : 0, checks: [] });
  const groups = await collectRollouts({
    envs: [new TinyEnv(THINGS, flip)],
    policy: (random) => learner.policy(random),
    tasks: TASKS,
    groupSize: 6,
    random: createRandom(seed),
    source: "synthetic",
    actor: "learner",
    idPrefix: `${seed}`,
  });
  expect(groups.some(({ trajectories }) => isMixed(trajectories))).toBe(true);
  return groups;
}

/** The same rollouts as if all had ended alike. */
function scoredAs(groups: readonly TrajectoryGroup[], value: 0 | 1): TrajectoryGroup[] {
  const score: Score = { status: "scored", value, checks: [] };
  return groups.map((group) => ({
    ...group,
    trajectories: group.trajectories.map((trajectory) => ({ ...trajectory, score })),
  }));
}

/** The same rollouts as if none could be scored. */
function unscored(groups: readonly TrajectoryGroup[]): TrajectoryGroup[] {
  const score: Score = { status: "unscored", reason: "too doubtful", checks: [] };
  return groups.map(({ task, trajectories }) => ({
    task,
    trajectories: [],
    unscored: trajectories.map((trajectory) => ({ ...trajectory, score })),
    failed: trajectories.map((trajectory) => ({
      ...trajectory,
      score: null,
      stopReason: "error",
      error: "the site is gone",
    })),
  }));
}

function emptied(groups: readonly TrajectoryGroup[]): TrajectoryGroup[] {
  return groups.map(({ task }) => ({ task, trajectories: [], unscored: [], failed: [] }));
}

const WITHOUT_CONTRAST: readonly [
  string,
  (groups: readonly TrajectoryGroup[]) => TrajectoryGroup[],
][] = [
  ["no group", () => []],
  ["groups without a rollout", emptied],
  ["groups that all failed their task", (groups) => scoredAs(groups, 0)],
  ["groups that all solved their task", (groups) => scoredAs(groups, 1)],
  ["groups that were not scored", unscored],
];

const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.from(one).equals(other);

/** @param create a learner at its start, or where these bytes were written */
export function describeLearnerContract(
  name: string,
  { learnsWithoutContrast }: LearnerTraits,
  create: (checkpoint?: Uint8Array) => LearnerSubject | Promise<LearnerSubject>,
): void {
  describe(`${name} as a Learner`, () => {
    it("learns from groups with contrast: the same from the same groups and random stream", async () => {
      const groups = await rollOut(await create(), 1);
      const learned: Uint8Array[] = [];
      for (const seed of [1, 1, 2]) {
        const subject = await create();
        const before = subject.checkpoint();
        await subject.learner.update(groups, createRandom(seed));
        learned.push(subject.checkpoint());
        expect(isSame(subject.checkpoint(), before)).toBe(false);
      }
      const [one, again, otherwise] = learned as [Uint8Array, Uint8Array, Uint8Array];
      expect(isSame(again, one)).toBe(true);
      expect(isSame(otherwise, one)).toBe(false);
    });

    it("leaves the groups unchanged", async () => {
      const subject = await create();
      const groups = await rollOut(subject, 1);
      await subject.learner.update(groups, createRandom(1));
      const other = await create();
      await other.learner.update(deepFreeze(structuredClone(groups)), createRandom(1));
      expect(isSame(other.checkpoint(), subject.checkpoint())).toBe(true);
    });

    it.for(WITHOUT_CONTRAST)("is not changed by %s", async ([, change], { skip }) => {
      if (learnsWithoutContrast !== null) return skip(learnsWithoutContrast);
      const subject = await create();
      const groups = change(await rollOut(subject, 1));
      const before = subject.checkpoint();
      await subject.learner.update(groups, createRandom(1));
      expect(isSame(subject.checkpoint(), before)).toBe(true);
    });

    it.for(WITHOUT_CONTRAST)("gives finite metrics for %s", async ([, change]) => {
      const subject = await create();
      const groups = change(await rollOut(subject, 1));
      const metrics = await subject.learner.update(groups, createRandom(1));
      expect(Object.keys(metrics)).not.toEqual([]);
      expect(Object.values(metrics).filter((figure) => !Number.isFinite(figure))).toEqual([]);
    });

    it("gives finite metrics for groups with contrast", async () => {
      const subject = await create();
      const metrics = await subject.learner.update(await rollOut(subject, 1), createRandom(1));
      expect(Object.keys(metrics)).not.toEqual([]);
      expect(Object.values(metrics).filter((figure) => !Number.isFinite(figure))).toEqual([]);
    });

    it("resumes where its checkpoint was taken, to the byte", async () => {
      const subject = await create();
      await subject.learner.update(await rollOut(subject, 1), createRandom(1));
      const resumed = await create(subject.checkpoint());
      expect(isSame(resumed.checkpoint(), subject.checkpoint())).toBe(true);
      const groups = await rollOut(subject, 2);
      expect(await rollOut(resumed, 2)).toEqual(groups);
      const metrics = await subject.learner.update(groups, createRandom(2));
      expect(await resumed.learner.update(groups, createRandom(2))).toEqual(metrics);
      expect(isSame(resumed.checkpoint(), subject.checkpoint())).toBe(true);
    });

    it("rehearses what it replays, if it replays anything, the same with the same chance", async ({
      skip,
    }) => {
      const [subject, other] = [await create(), await create()];
      if (subject.learner.rehearse === undefined) return skip("it replays nothing");
      const before = subject.checkpoint();
      await subject.learner.rehearse(2, createRandom(1));
      await other.learner.rehearse?.(2, createRandom(1));
      expect(isSame(subject.checkpoint(), before)).toBe(false);
      expect(isSame(other.checkpoint(), subject.checkpoint())).toBe(true);
    });
  });
}
