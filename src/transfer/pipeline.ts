/**
 * The way from recordings to a trained policy, one call a step: `loadRecordings`, `learnModel`, `searchInDream` or
 * `trainInDream`, `evaluatePolicy`. `runComparison` runs all steps with every arm, and resumes where it was stopped.
 */

import type { z } from "zod";
import { createRandom } from "../core/random.ts";
import type { ExperienceModel } from "../core/experience.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import {
  type CloneConfig,
  CloneConfigSchema,
  cloneBehaviour,
} from "../agent/learning/clone-behaviour.ts";
import {
  type ExpertRound,
  ExpertIterationConfigSchema,
  iterateExpert,
} from "../agent/learning/expert-iteration.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { outcomeReward } from "../rl/rollout.ts";
import { type TrainIteration, trainPolicy } from "../rl/train.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { carryOver } from "../synthetic/curriculum/carry-over.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { createRetrievalModel } from "../synthetic/retrieval/create-retrieval-model.ts";
import type { RetrievalModel } from "../synthetic/retrieval/retrieval-model.ts";
import { type ArmTrainingConfig, PracticeSchema, PRESETS } from "./compare-config.ts";
import { createLearner } from "./create-learner.ts";
import { deriveDemonstrations } from "./derive-demonstrations.ts";
import { openSearchPool, type SearchPoolOptions } from "./search-pool.ts";
import { watchCalibration, type WatchOptions } from "./watch-model.ts";

export interface LearnedModel {
  /** All answers of the site that the recordings hold. */
  buffer: ReplayBuffer;
  /** Answers instead of the site. */
  model: RetrievalModel;
}

/** Learns an experience model from recordings. @param watch shows the progress, and can stop it */
export async function learnModel(
  recordings: readonly Trajectory[],
  watch?: WatchOptions,
): Promise<LearnedModel> {
  return enrich(new ReplayBuffer(), recordings, watch);
}

/**
 * Adds fresh episodes to a buffer, and learns the model again. The model depends on the episodes and their order alone,
 * not on when they came. Dreamed episodes enter with their answers: `buffer.add`.
 *
 * @param watch shows the progress, and can stop it
 */
export async function enrich(
  buffer: ReplayBuffer,
  episodes: Iterable<Trajectory>,
  watch?: WatchOptions,
): Promise<LearnedModel> {
  for (const episode of episodes) buffer.add(episode);
  const onQuestion = watch && { onQuestion: watchCalibration(watch) };
  return { buffer, model: await createRetrievalModel({ buffer, ...onQuestion }) };
}

export interface SearchInDreamOptions {
  /** The dream is learned from them, and the policy first imitates the successful ones. */
  recordings: readonly Trajectory[];
  /** The tasks to search. */
  tasks: readonly Task[];
  /** Origin by site name: `{ shop: "http://shop.test" }`. */
  origins: Readonly<Record<string, string>>;
  /** Whether a text names something that is held out. Variations of tasks keep clear of it. By default nothing is. */
  isHeldOut?: (text: string) => boolean;
  /** 1 by default. The same seed gives the same policy, whatever the number of workers. */
  seed?: number;
  /** Worker threads; 2 by default. Each holds a dream of its own. */
  workers?: number;
  config?: z.input<typeof ExpertIterationConfigSchema>;
  /** Replaces the settings of the `quick` preset. */
  clone?: Partial<CloneConfig>;
  /** After each searched task. */
  onTask?: SearchPoolOptions["onTask"];
  /** After each round of search and cloning. */
  onRound?: (round: ExpertRound) => void | Promise<void>;
  signal?: AbortSignal;
}

/**
 * Behaviour cloning, then solutions by hindsight and analogy, then expert iteration in the dream: a tree search finds
 * plans, and cloning them gives the policy that guides the next search. No step of it is real.
 */
export async function searchInDream(options: SearchInDreamOptions): Promise<CandidatePolicy> {
  const { recordings, tasks, origins, seed = 1, workers = 2, onTask, onRound } = options;
  const { signal = new AbortController().signal } = options;
  await using pool = openSearchPool({
    world: { recordings, origins, placeboSeed: null },
    workers,
    signal,
    ...(onTask && { onTask }),
  });
  const clone = CloneConfigSchema.parse({ ...PRESETS.quick.clone, ...options.clone });
  const policy = new CandidatePolicy({}, seed);
  const random = createRandom(seed);
  await cloneBehaviour({
    policy,
    trajectories: recordings,
    config: clone,
    random: random.fork("clone"),
  });
  const { model, buffer } = await learnModel(recordings);
  await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins });
  const { derived, unsolved } = await deriveDemonstrations({
    episodes: recordings,
    buffer,
    tasks,
    env,
    isHeldOut: options.isHeldOut ?? (() => false),
    random: random.fork("derive"),
  });
  const iterated = await iterateExpert({
    policy,
    demonstrations: [
      ...recordings.filter((trajectory) => outcomeReward(trajectory) === 1),
      ...derived,
    ],
    tasks: unsolved,
    search: pool.search,
    sift: (plans) => carryOver({ buffer, tasks, plans, env }),
    config: ExpertIterationConfigSchema.parse(options.config ?? {}),
    clone,
    seed,
    random: random.fork("dream"),
    ...(onRound && { onRound }),
  });
  return iterated.policy;
}

export interface TrainInDreamOptions {
  model: ExperienceModel;
  /** The policy first imitates the successful ones. */
  recordings: readonly Trajectory[];
  /** The tasks it then trains on in the dream. */
  tasks: readonly Task[];
  /** Origin by site name: `{ shop: "http://shop.test" }`. */
  origins: Readonly<Record<string, string>>;
  /** Steps in the dream. */
  steps: number;
  /** 1 by default. The same seed gives the same policy. */
  seed?: number;
  /** Replaces the settings of the `quick` preset. */
  clone?: Partial<CloneConfig>;
  training?: Partial<Pick<ArmTrainingConfig, "algorithm" | "grpo" | "ppo" | "rollouts">>;
  /** After each update; `false` stops. */
  onIteration?: (iteration: TrainIteration) => boolean | void | Promise<boolean | void>;
  warn?: (message: string) => void;
  signal?: AbortSignal;
}

/** Behaviour cloning, then reinforcement learning in the dream. No step of it is real. */
export async function trainInDream(options: TrainInDreamOptions): Promise<CandidatePolicy> {
  const { model, recordings, tasks, origins, steps, seed = 1, onIteration, warn, signal } = options;
  const { quick } = PRESETS;
  const { search: _search, ...practice } = quick.imagination;
  const config = PracticeSchema.parse({ ...practice, ...options.training, steps });
  const policy = new CandidatePolicy({}, seed);
  await cloneBehaviour({
    policy,
    trajectories: recordings,
    config: CloneConfigSchema.parse({ ...quick.clone, ...options.clone }),
    random: createRandom(seed).fork("clone"),
  });
  await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins });
  await trainPolicy({
    learner: createLearner(policy, config, { demonstrations: recordings }),
    envs: [env],
    tasks,
    config: { ...config.rollouts, environmentSteps: steps },
    random: createRandom(seed).fork("dream"),
    source: "synthetic",
    actor: "dream",
    ...(onIteration && { onIteration }),
    ...(warn && { warn }),
    ...(signal && { signal }),
  });
  return policy;
}
