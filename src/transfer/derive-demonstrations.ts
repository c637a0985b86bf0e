/**
 * Solutions that need no search: what a recorded episode did by accident is the solution of a task that asks for it
 * (hindsight), and the plan of one task, with other names in it, is a plan of its siblings (analogy). Each is played in
 * the dream first. They are cloned like demonstrations, and a search has fewer tasks left.
 */

import type { Env } from "../core/env.ts";
import type { Random } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { outcomeReward } from "../rl/rollout.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { createVariations } from "../synthetic/curriculum/create-variations.ts";
import { solveByAnalogy } from "../synthetic/curriculum/solve-by-analogy.ts";
import type { VariationConfig } from "../synthetic/curriculum/variation.ts";

export interface DeriveOptions {
  /** The recordings, successful or not. */
  episodes: readonly Trajectory[];
  buffer: ReplayBuffer;
  tasks: readonly Task[];
  /** The dream. */
  env: Env;
  /** Whether a text names something that `dev` or held-out tasks are about. */
  isHeldOut: (text: string) => boolean;
  config?: Partial<VariationConfig>;
  random: Random;
}

export interface DerivedDemonstrations {
  /** Solutions in the dream: of tasks, and of variations of them. */
  derived: Trajectory[];
  /** The tasks without a solution. */
  unsolved: Task[];
}

export async function deriveDemonstrations(options: DeriveOptions): Promise<DerivedDemonstrations> {
  const { episodes, buffer, tasks, env, isHeldOut, config, random } = options;
  const recorded = episodes.filter((episode) => outcomeReward(episode) === 1);
  const variations = await createVariations({
    buffer,
    tasks,
    episodes,
    env,
    isHeldOut,
    random,
    ...(config && { config }),
  });
  const demonstrations = [...recorded];
  const addAnalogies = async (): Promise<void> => {
    demonstrations.push(
      ...(await solveByAnalogy({ buffer, tasks, episodes: demonstrations, env })),
    );
  };
  // Recorded plans first: a person's plan is a better example than what an episode did by accident.
  await addAnalogies();
  demonstrations.push(...variations.map(({ solution }) => solution));
  await addAnalogies();
  const solved = new Set(demonstrations.map(({ taskId }) => taskId));
  return {
    derived: demonstrations.slice(recorded.length),
    unsolved: tasks.filter(({ id }) => !solved.has(id)),
  };
}
