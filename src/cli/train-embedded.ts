/**
 * `dreamgym train --agent embedded`: the small policy that comes with dreamgym-web, in the same loop as a language
 * model.
 */

import { readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { CloneConfigSchema, cloneBehaviour } from "../agent/learning/clone-behaviour.ts";
import { createGrpoLearner, GrpoConfigSchema } from "../agent/learning/grpo-learner.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import {
  decodeCheckpoint,
  decodeLearnerState,
  encodeCheckpoint,
} from "../agent/network/checkpoint.ts";
import type { Env } from "../core/env.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { TRAIN_START, TrainConfigSchema } from "../rl/train.ts";
import { type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import type { CliContext } from "./context.ts";
import type { World } from "./open-world.ts";
import { trainLoop } from "./train-loop.ts";
import { readTrainState } from "./train-state.ts";

export const EmbeddedTrainingSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  imitation: CloneConfigSchema.prefault({}),
  learner: GrpoConfigSchema.prefault({}),
  rollouts: TrainConfigSchema,
  saveEvery: z.int().min(1).default(1).describe("iterations between two saves"),
});

export interface TrainEmbeddedOptions {
  run: RunFolder;
  training: z.infer<typeof EmbeddedTrainingSchema>;
  world: World;
  tasks: readonly Task[];
  envs: readonly Env[];
  demonstrations: readonly Trajectory[];
  context: CliContext;
}

/** Trains, or resumes. Returns the path of the trained checkpoint. */
export async function trainEmbedded(options: TrainEmbeddedOptions): Promise<string> {
  const { run, training, demonstrations, context } = options;
  const saved = readTrainState(run);
  const bytes = saved === null ? null : readFileSync(saved.weights);
  const policy = bytes === null ? await clone(options) : decodeCheckpoint(bytes, saved?.weights);
  const learnerState = bytes === null ? undefined : decodeLearnerState(bytes);
  const learner = createGrpoLearner(policy, training.learner, { demonstrations, learnerState });
  let last = saved?.weights ?? "";
  const start = saved ?? { weights: "", progress: TRAIN_START, imitated: demonstrations.length };
  return await trainLoop({
    ...options,
    start,
    learner,
    rollouts: training.rollouts,
    seed: training.seed,
    actor: "embedded",
    saveEvery: training.saveEvery,
    async saveWeights({ iteration }) {
      const path = run.file(`policy-${String(iteration).padStart(6, "0")}.bin`);
      writeFileWhole(
        path,
        encodeCheckpoint(policy, { moments: true, learnerState: learner.state?.() }),
      );
      if (last !== "" && last !== path) rmSync(last, { force: true });
      last = path;
      return path;
    },
    context,
  });
}

async function clone({
  training,
  demonstrations,
  context,
}: TrainEmbeddedOptions): Promise<CandidatePolicy> {
  const policy = new CandidatePolicy({}, training.seed);
  context.progress.update(`imitating ${demonstrations.length} recorded episodes`);
  await cloneBehaviour({
    policy,
    trajectories: demonstrations,
    config: training.imitation,
    random: createRandom(training.seed).fork("clone"),
  });
  return policy;
}
