/**
 * The curriculum of DreamGym (arXiv:2511.03773, §4.2): train tasks, and variations of those that teach most. The value
 * of a task is the variance of its group's rewards, V = (1/n) Σ (r_i − r̄)² (eq. 7); for rewards of 0 and 1 that is
 * p (1 − p). The variations come in proved, from `createVariations`. Rules propose them, and a language model may.
 */

import { z } from "zod";
import type { Task } from "../../core/task.ts";
import {
  createUniformSampler,
  createVarianceSampler,
  drawWeighted,
  SuccessRates,
  type TaskSampler,
  type TaskSamplerState,
} from "../../rl/task-sampler.ts";
import type { Variation } from "./variation.ts";

export const CurriculumConfigSchema = z.strictObject({
  lambda: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe("share of variations among the tasks of an iteration, at most"),
  choice: z
    .enum(["variance", "uniform"])
    .default("variance")
    .describe("of tasks and variations; uniform: every one with the same chance, the baseline"),
});
export type CurriculumConfig = z.infer<typeof CurriculumConfigSchema>;

/** V of a task whose outcomes are unknown: the greatest that rewards of 0 and 1 can have. */
const UNKNOWN_VARIANCE = 0.25;

/**
 * A sampler of tasks and variations. Of `count` tasks at most ⌊λ count⌋ are variations. They are drawn by V: their own
 * once they were tried, before that the greatest of the tasks that they were made from. Variations of no value are left
 * out, and tasks take their seats.
 *
 * @param state where a sampler of the same tasks and variations stood
 * @throws TaskError when the list of tasks is empty
 */
export function createCurriculum(
  tasks: readonly Task[],
  variations: readonly Variation[],
  options: Partial<CurriculumConfig> = {},
  state: TaskSamplerState = {},
): TaskSampler {
  const { lambda, choice } = CurriculumConfigSchema.parse(options);
  const sampler =
    choice === "uniform" ? createUniformSampler(tasks) : createVarianceSampler(tasks, state);
  const rates = new SuccessRates(state);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const values = (): ((variation: Variation) => number) => {
    const expected = rates.expected(tasks);
    const seedValue = (id: string): number => {
      const seed = byId.get(id);
      return varianceOf(seed === undefined ? rates.of(id) : expected(seed));
    };
    return ({ task, seedIds }) => {
      const own = rates.of(task.id);
      return own === null ? Math.max(0, ...seedIds.map(seedValue)) : varianceOf(own);
    };
  };
  return {
    next(count, random) {
      const valueOf = choice === "uniform" ? () => 1 : values();
      const worth = variations.filter((variation) => valueOf(variation) > 0);
      const seats = Math.floor(lambda * count);
      const drawn = drawWeighted(worth, valueOf, seats, random).map(({ task }) => task);
      return [...sampler.next(count - drawn.length, random), ...drawn];
    },
    record(groups) {
      sampler.record(groups);
      rates.record(groups);
    },
    state: () => rates.state(),
  };
}

function varianceOf(rate: number | null): number {
  return rate === null ? UNKNOWN_VARIANCE : rate * (1 - rate);
}
