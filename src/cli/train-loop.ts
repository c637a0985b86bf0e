/** The training of any agent: the loop of `rl/train.ts`, with saves, figures and a line for each iteration. */

import { createRandom } from "../core/random.ts";
import type { Env } from "../core/env.ts";
import type { Task } from "../core/task.ts";
import type { Learner } from "../rl/learner.ts";
import {
  type TrainConfigSchema,
  type TrainIteration,
  type TrainProgress,
  trainPolicy,
} from "../rl/train.ts";
import type { z } from "zod";
import type { RunFolder } from "../store/run-folder.ts";
import type { CliContext } from "./context.ts";
import type { World } from "./open-world.ts";
import { openMetrics, type TrainState, writeTrainState } from "./train-state.ts";

export interface TrainLoopOptions {
  run: RunFolder;
  start: TrainState;
  learner: Learner;
  world: World;
  envs: readonly Env[];
  tasks: readonly Task[];
  rollouts: z.infer<typeof TrainConfigSchema>;
  seed: number;
  actor: string;
  saveEvery: number;
  /** Saves the learned weights. Returns where they are. */
  saveWeights: (progress: TrainProgress) => Promise<string>;
  context: CliContext;
}

/** Returns where the trained weights are. */
export async function trainLoop(options: TrainLoopOptions): Promise<string> {
  const { run, start, learner, world, saveEvery, context } = options;
  const { progress, signal } = context;
  using metrics = await openMetrics(run, start.progress);
  let state = start;
  const save = async (now: TrainProgress): Promise<void> => {
    state = { ...state, weights: await options.saveWeights(now), progress: now };
    writeTrainState(run, state);
  };
  const end = await trainPolicy({
    learner,
    envs: options.envs,
    tasks: options.tasks,
    config: options.rollouts,
    random: createRandom(options.seed).fork("train"),
    source: world.name === "dream" ? "synthetic" : "real",
    actor: options.actor,
    progress: start.progress,
    warn: (message) => progress.note(message),
    signal,
    async onIteration(iteration) {
      signal.throwIfAborted();
      if (iteration.progress.iteration % saveEvery === 0) await save(iteration.progress);
      metrics.append(iteration);
      progress.note(describe(iteration));
    },
  });
  if (state.progress.iteration < end.iteration) await save(end);
  return state.weights;
}

function describe({ progress, metrics }: TrainIteration): string {
  const { iteration, environmentSteps } = progress;
  const reward = (metrics["reward/mean"] ?? 0).toFixed(3);
  return `iteration ${iteration}: ${environmentSteps} steps, reward ${reward}`;
}
