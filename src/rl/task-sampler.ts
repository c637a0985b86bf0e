/** Chooses the tasks to train on next: tasks whose rollouts differ in outcome teach, so they come up more often. */

import { z } from "zod";
import { TaskError } from "../core/errors.ts";
import { pushTo } from "../core/group-by.ts";
import type { Random } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { outcomeReward, type TrajectoryGroup } from "./rollout.ts";

/** Success rate by task id: a running mean over the task's groups. A sampler resumes from it. */
export const TaskSamplerStateSchema = z.record(z.string(), z.number().min(0).max(1));
export type TaskSamplerState = z.infer<typeof TaskSamplerStateSchema>;

export interface TaskSampler {
  /** `count` different tasks, or all where there are fewer. */
  next(count: number, random: Random): Task[];
  record(groups: readonly TrajectoryGroup[]): void;
  state(): TaskSamplerState;
}

/**
 * A task that is never solved keeps this share of the weight of a new one, since a first success may still come. One
 * that is always solved has nothing to teach. It is drawn now and then, so that the policy does not unlearn it.
 */
const HOPELESS = 0.2;
const SOLVED = 0.04;
/** Weight of the newest group in the running mean: policies change, old outcomes fade. */
const NEWEST = 0.6;

/** Draws every task with the same chance. @throws TaskError when the list of tasks is empty */
export function createUniformSampler(tasks: readonly Task[]): TaskSampler {
  assertTasks(tasks);
  return {
    next: (count, random) => random.shuffle(tasks).slice(0, count),
    record: () => {},
    state: () => ({}),
  };
}

/**
 * Draws without replacement with weight 0.8 · 4 p (1 − p) + HOPELESS (1 − p) + SOLVED p, p being the task's running
 * success rate. The variance of the outcome is DreamGym's own measure of a task's value (arXiv:2511.03773, eq. 7). For
 * a task not tried yet p is the mean of the tried tasks of its template; where there are none its weight is 1.
 *
 * @throws TaskError when the list of tasks is empty
 */
export function createVarianceSampler(
  tasks: readonly Task[],
  state: TaskSamplerState = {},
): TaskSampler {
  assertTasks(tasks);
  const rates = new SuccessRates(state);
  return {
    next(count, random) {
      const expected = rates.expected(tasks);
      const weight = (task: Task): number => {
        const rate = expected(task);
        if (rate === null) return 1;
        return (1 - HOPELESS) * 4 * rate * (1 - rate) + HOPELESS * (1 - rate) + SOLVED * rate;
      };
      return drawWeighted(tasks, weight, count, random);
    },
    record: (groups) => rates.record(groups),
    state: () => rates.state(),
  };
}

/** Running success rates of tasks. */
export class SuccessRates {
  readonly #rates: Map<string, number>;

  constructor(state: TaskSamplerState = {}) {
    this.#rates = new Map(Object.entries(state));
  }

  /** Of a task that was tried; null for others. */
  of(id: string): number | null {
    return this.#rates.get(id) ?? null;
  }

  /** A task's own rate, else the mean of the tried tasks of its template; null where there are none. */
  expected(tasks: readonly Task[]): (task: Task) => number | null {
    const tried = new Map<number, number[]>();
    for (const { id, templateId } of tasks) {
      const rate = this.#rates.get(id);
      if (rate !== undefined) pushTo(tried, templateId, rate);
    }
    const means = new Map(
      [...tried].map(([template, of]) => [template, of.reduce((a, b) => a + b, 0) / of.length]),
    );
    return ({ id, templateId }) => this.#rates.get(id) ?? means.get(templateId) ?? null;
  }

  record(groups: readonly TrajectoryGroup[]): void {
    for (const { task, trajectories } of groups) {
      if (trajectories.length === 0) continue;
      const solved = trajectories.filter((trajectory) => outcomeReward(trajectory) === 1).length;
      const rate = solved / trajectories.length;
      const before = this.#rates.get(task.id) ?? rate;
      this.#rates.set(task.id, before + NEWEST * (rate - before));
    }
  }

  state(): TaskSamplerState {
    return Object.fromEntries(this.#rates);
  }
}

/**
 * Draws items without replacement by weight: an exponential race, in which the smallest −log(u) / weight come first.
 * Items of weight 0 come last.
 */
export function drawWeighted<T>(
  items: readonly T[],
  weight: (item: T) => number,
  count: number,
  random: Random,
): T[] {
  return items
    .map((item) => ({ item, time: -Math.log(1 - random.next()) / weight(item) }))
    .sort((a, b) => a.time - b.time)
    .slice(0, count)
    .map(({ item }) => item);
}

/** @throws TaskError when the list of tasks is empty */
function assertTasks(tasks: readonly Task[]): void {
  if (tasks.length > 0) return;
  throw new TaskError(
    "Expected at least one task to draw from, got none. Give tasks of a split and sites that have some.",
  );
}
