/** Plans that an arm plays in its own world: solutions derived from recordings, and plans carried over to siblings. */

import type { Env } from "../core/env.ts";
import { createRandom } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { wrapEnv } from "../core/wrap-env.ts";
import type { SiftPlans } from "../agent/learning/expert-iteration.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { carryOver } from "../synthetic/curriculum/carry-over.ts";
import type { CompareOptions } from "./compare.ts";
import { deriveDemonstrations, type DerivedDemonstrations } from "./derive-demonstrations.ts";
import { breathe } from "./search-arm.ts";

/** A world to play plans in, and what is known of its site. */
export interface PlayWorld {
  env: Env;
  buffer: ReplayBuffer;
  /** Of the arm, for the progress. */
  title: string;
  seed: number;
}

/** Solutions that need no search, if the config wants them, and the tasks that are left. */
export async function deriveSolutions(
  options: CompareOptions,
  world: PlayWorld,
  episodes: readonly Trajectory[],
): Promise<DerivedDemonstrations> {
  const { tasks, config, isHeldOut, log } = options;
  const { env, buffer, title, seed } = world;
  const train = tasks["train"] ?? [];
  if (!config.imagination.derive) return { derived: [], unsolved: [...train] };
  const solutions = await deriveDemonstrations({
    episodes,
    buffer,
    tasks: train,
    env: watchEpisodes(options, world, env, "deriving solutions"),
    isHeldOut,
    random: createRandom(seed).fork(`${title} derive`),
  });
  log(
    `${title}, seed ${seed}: ${solutions.derived.length} solutions derived from recordings, ${solutions.unsolved.length} of ${train.length} tasks left to search`,
  );
  return solutions;
}

/** For expert iteration in this world: keeps what carries over, if the config wants it. */
export function siftIn(options: CompareOptions, world: PlayWorld): SiftPlans | undefined {
  return options.config.imagination.carryOver
    ? (plans) => carryPlansOver(options, world, plans)
    : undefined;
}

export function carryPlansOver(
  options: CompareOptions,
  world: PlayWorld,
  plans: readonly Trajectory[],
): ReturnType<SiftPlans> {
  const { env, buffer } = world;
  return carryOver({
    buffer,
    tasks: options.tasks["train"] ?? [],
    plans,
    env: watchEpisodes(options, world, env, "carrying plans over"),
  });
}

/** The same world. Each episode shows the progress, and can be stopped. */
function watchEpisodes(
  { onProgress, signal }: CompareOptions,
  { title, seed }: PlayWorld,
  env: Env,
  doing: string,
): Env {
  let episodes = 0;
  return wrapEnv(env, {
    async reset(options) {
      onProgress(`${title}, seed ${seed}: ${doing}, ${++episodes} episodes played`);
      await breathe(signal);
      return env.reset(options);
    },
  });
}
