/** The tiny world as a benchmark, with faults on demand. */

import type { Env } from "../../src/core/env.ts";
import type { Task } from "../../src/core/task.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import { createTasks, createThings, demonstrate, TinyEnv } from "./tiny-world.ts";

/** What happens at the first step of an episode instead of what should. */
export type Fault = () => Promise<never>;

export interface TinyBenchmark extends Benchmark {
  /** Task ids of the episodes, in the order of their resets. */
  readonly episodes: string[];
  /** How many environments are open. */
  readonly open: number;
}

/** @param faultOf the fault of this episode of a task, counted from 1 */
export function createTinyBenchmark(
  count: number,
  faultOf: (task: Task, episode: number) => Fault | undefined = () => undefined,
): TinyBenchmark {
  const things = createThings(1, Math.ceil(count / 2));
  const episodes: string[] = [];
  let open = 0;
  return {
    name: "tiny",
    tasks: createTasks(things).slice(0, count),
    isolated: true,
    facts: { viewport: "none" },
    episodes,
    get open() {
      return open;
    },
    createDemonstrator: (task) => ({
      act: ({ observation }) => ({ action: demonstrate(task, observation) }),
    }),
    async openEnv() {
      open++;
      const env = new TinyEnv(things);
      let fault: Fault | undefined;
      return {
        async reset(options) {
          episodes.push(options.task.id);
          const number = episodes.filter((id) => id === options.task.id).length;
          fault = faultOf(options.task, number);
          return env.reset(options);
        },
        step: (action) => fault?.() ?? env.step(action),
        snapshot: () => env.snapshot(),
        [Symbol.asyncDispose]: async () => void open--,
      } satisfies Env;
    },
    [Symbol.asyncDispose]: async () => {},
  };
}
