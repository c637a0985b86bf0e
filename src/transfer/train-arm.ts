/** One arm's reinforcement learning up to a number of steps, iteration by iteration, so that a cut-off run resumes. */

import { setImmediate } from "node:timers/promises";
import type { Env } from "../core/env.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import {
  decodeCheckpoint,
  decodeLearnerState,
  encodeCheckpoint,
} from "../agent/network/checkpoint.ts";
import type { LearnerOptions } from "../agent/learning/policy-learner.ts";
import { meanOf } from "../rl/mean.ts";
import { TRAIN_START, type TrainIteration, trainPolicy } from "../rl/train.ts";
import type { ArmTrainingConfig } from "./compare-config.ts";
import { createLearner } from "./create-learner.ts";
import type { RunRecords, Training } from "./run-records.ts";

export interface TrainArmOptions {
  records: RunRecords;
  arm: string;
  seed: number;
  /** Environment steps since the arm's start at which it ends. */
  target: number;
  /** No later target resumes from the end of this one, so the state between iterations is removed. */
  isLast: boolean;
  /** The checkpoint that the arm starts from. A resumed training also measures KL against it. */
  start: Uint8Array;
  config: ArmTrainingConfig;
  /** Data and settings of the start's cloning, replayed where the config says so. Empty for a start from scratch. */
  cloned: Pick<LearnerOptions, "demonstrations" | "plans" | "clone">;
  tasks: readonly Task[];
  source: "real" | "synthetic";
  /** Lends environments for one iteration. The real world counts their cost. */
  lend<T>(work: (envs: readonly Env[]) => Promise<T>): Promise<T>;
  /**
   * Gradient steps to take. Training ends before `target` once it has taken them. Where `target` comes first, replay
   * alone makes up the rest. By default the rollouts determine the number.
   */
  gradientSteps?: number | undefined;
  /** Whether the rollouts keep their pages. */
  record?: boolean;
  /** Awaited before the iteration counts as done. */
  onIteration: (iteration: TrainIteration) => void | Promise<void>;
  warn: (message: string) => void;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  signal: AbortSignal;
}

/** Real experience is saved at once; dreamed experience costs nothing to repeat. */
const SAVE_EVERY_MS = 5000;

/** Trains, and leaves the checkpoint `<arm>-<seed>-<target>`. Does nothing if that checkpoint exists. */
export async function trainArm(options: TrainArmOptions): Promise<Training> {
  const { records, arm, seed, target, config } = options;
  const finished = records.findTraining(arm, seed, target);
  if (finished !== undefined) {
    // A run that was killed after its last line left a checkpoint that nobody needs any more.
    if (options.isLast) records.removeRunning(arm, seed);
    return finished;
  }
  const startedAt = options.now();
  const running = records.readRunning(arm, seed) ?? {
    // A finished checkpoint holds no moments: Adam starts afresh with every arm, so that all begin alike.
    checkpoint: options.start,
    progress: TRAIN_START,
    zeroVarianceShares: [],
  };
  const policy = decodeCheckpoint(running.checkpoint);
  const learner = createLearner(policy, config, {
    ...options.cloned,
    // The pull is towards the arm's start, also where training resumes half way.
    ...(config[config.algorithm].klCoefficient > 0 && {
      reference: decodeCheckpoint(options.start),
    }),
    learnerState: decodeLearnerState(running.checkpoint),
  });
  let { progress } = running;
  const zeroVarianceShares = [...running.zeroVarianceShares];
  let savedAt = startedAt;
  const save = (): void => {
    const checkpoint = encodeCheckpoint(policy, { moments: true, learnerState: learner.state?.() });
    records.writeRunning(arm, seed, { checkpoint, progress, zeroVarianceShares });
    savedAt = options.now();
  };
  const isDone = (): boolean =>
    progress.environmentSteps >= target ||
    policy.network.updates >= (options.gradientSteps ?? Infinity);
  while (!isDone()) {
    await setImmediate(); // dreams never wait for anything: without this line Ctrl-C would have no effect
    options.signal.throwIfAborted();
    await options.lend((envs) =>
      trainPolicy({
        learner,
        envs,
        tasks: options.tasks,
        config: { ...config.rollouts, environmentSteps: target },
        random: createRandom(seed).fork(arm),
        source: options.source,
        actor: `${arm}-${seed}`,
        progress,
        record: options.record,
        async onIteration(iteration) {
          progress = iteration.progress;
          zeroVarianceShares.push(iteration.metrics["frac_reward_zero_std"] ?? 0);
          records.addMetrics(arm, seed, progress, iteration.metrics, options.now());
          await options.onIteration(iteration);
          return false;
        },
        warn: options.warn,
        signal: options.signal,
      }),
    );
    if (options.source === "real" || options.now() - savedAt > SAVE_EVERY_MS) save();
  }
  save();
  const rolledOut = policy.network.updates;
  const missing = (options.gradientSteps ?? 0) - rolledOut;
  if (missing > 0) await learner.rehearse?.(missing, createRandom(seed).fork(`${arm} rehearsal`));
  return finish(options, policy, {
    steps: progress.environmentSteps,
    gradientSteps: policy.network.updates,
    rehearsedSteps: policy.network.updates - rolledOut,
    episodes: progress.episodes,
    unscoredEpisodes: progress.unscoredEpisodes,
    fracRewardZeroStd: meanOf(zeroVarianceShares),
    seconds: (options.now() - startedAt) / 1000,
  });
}

function finish(
  { records, arm, seed, target, isLast }: TrainArmOptions,
  policy: CandidatePolicy,
  outcome: Omit<Training, "arm" | "seed" | "target">,
): Training {
  records.writeCheckpoint(`${arm}-${seed}-${target}`, encodeCheckpoint(policy));
  const training: Training = { arm, seed, target, ...outcome };
  records.addTraining(training);
  if (isLast) records.removeRunning(arm, seed);
  return training;
}
