/** The loop of reinforcement learning, the same in every world: choose tasks, collect rollouts, update, report. */

import { z } from "zod";
import type { Env } from "../core/env.ts";
import { PolicyError, SiteError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { assertTasks, type Task } from "../core/task.ts";
import { failureOf, type Trajectory } from "../core/trajectory.ts";
import type { Learner, Metrics } from "./learner.ts";
import {
  collectRollouts,
  countSteps,
  isMixed,
  outcomeReward,
  type TrajectoryGroup,
} from "./rollout.ts";
import {
  createVarianceSampler,
  createUniformSampler,
  type TaskSampler,
  type TaskSamplerState,
  TaskSamplerStateSchema,
} from "./task-sampler.ts";

export const TrainConfigSchema = z.strictObject({
  groupSize: z.int().min(2).default(8).describe("rollouts of one task that are compared"),
  firstRollouts: z
    .int()
    .min(2)
    .optional()
    .describe(
      "first rollouts of a group, which gets no more if they all agree. Absent: whole groups",
    ),
  tasksPerIteration: z.int().min(1).default(8).describe("groups in one update"),
  environmentSteps: z.int().min(0).describe("ends when about as many steps were taken"),
  sampler: z
    .enum(["contrast", "uniform"])
    .default("contrast")
    .describe("choice of tasks; contrast: by the variance of their outcomes"),
});
type TrainConfig = z.infer<typeof TrainConfigSchema>;

/** Where training stands between two iterations. With the learner's own state and the same seed it resumes exactly. */
export const TrainProgressSchema = z.strictObject({
  iteration: z.int().min(0),
  environmentSteps: z.int().min(0),
  episodes: z.int().min(0),
  failedEpisodes: z.int().min(0),
  unscoredEpisodes: z.int().min(0),
  sampler: TaskSamplerStateSchema,
});
export type TrainProgress = z.infer<typeof TrainProgressSchema>;

export const TRAIN_START: TrainProgress = {
  iteration: 0,
  environmentSteps: 0,
  episodes: 0,
  failedEpisodes: 0,
  unscoredEpisodes: 0,
  sampler: {},
};

export interface TrainOptions {
  learner: Learner;
  envs: readonly Env[];
  tasks: readonly Task[];
  config: z.input<typeof TrainConfigSchema>;
  /** Chooses the tasks instead of `config.sampler`, from where training stands: a curriculum. */
  createSampler?: (state: TaskSamplerState) => TaskSampler;
  random: Random;
  source: Trajectory["source"];
  /** Name of the trained policy, for trajectory ids and the record. */
  actor: string;
  /** Whether the rollouts keep their pages. */
  record?: boolean | undefined;
  /** Where to resume; `TRAIN_START` by default. */
  progress?: TrainProgress;
  /** Called after each update; `false` stops. Save learner and progress here to be able to resume. */
  onIteration?: (result: TrainIteration) => boolean | void | Promise<boolean | void>;
  /** Receives each warning for the user, as a sentence. */
  warn?: (message: string) => void;
  signal?: AbortSignal;
}

export interface TrainIteration {
  progress: TrainProgress;
  metrics: Metrics;
  groups: TrajectoryGroup[];
}

/** Above this share of zero-variance groups, most experience costs steps and teaches nothing. */
const ZERO_STD_WARNING = 0.7;

/**
 * Trains until the environment steps are used up. The last iterations take fewer tasks, so that the overshoot is small.
 *
 * @throws TaskError when the list of tasks is empty
 */
export async function trainPolicy(options: TrainOptions): Promise<TrainProgress> {
  const { learner, random } = options;
  assertTasks(options.tasks);
  const config = TrainConfigSchema.parse(options.config);
  let progress = options.progress ?? TRAIN_START;
  const sampler = createSampler(options, config, progress.sampler);
  while (progress.environmentSteps < config.environmentSteps) {
    const stream = random.fork(`iteration ${progress.iteration}`);
    const groups = await collectRollouts({
      envs: options.envs,
      policy: (episode) => learner.policy(episode),
      tasks: sampler.next(affordableTasks(config, progress), stream.fork("tasks")),
      groupSize: config.groupSize,
      firstRollouts: config.firstRollouts,
      random: stream.fork("rollouts"),
      source: options.source,
      actor: options.actor,
      idPrefix: `${options.actor}-${progress.iteration}`,
      record: options.record,
      ...(options.signal && { signal: options.signal }),
    });
    assertAlive(groups);
    sampler.record(groups);
    const learned = await learner.update(groups, stream.fork("update"));
    progress = advance(progress, groups, sampler.state());
    const metrics = { ...rolloutMetrics(groups), ...learned };
    warnAboutPolicyFailures(groups, options.warn);
    warnAboutZeroVariance(metrics["frac_reward_zero_std"], options.warn);
    if ((await options.onIteration?.({ progress, metrics, groups })) === false) break;
  }
  return progress;
}

function createSampler(
  options: TrainOptions,
  config: TrainConfig,
  state: TaskSamplerState,
): TaskSampler {
  if (options.createSampler !== undefined) return options.createSampler(state);
  return config.sampler === "uniform"
    ? createUniformSampler(options.tasks)
    : createVarianceSampler(options.tasks, state);
}

/** As many tasks as the remaining steps are likely to pay for, judged by the mean episode so far; at least one. */
function affordableTasks(config: TrainConfig, progress: TrainProgress): number {
  if (progress.episodes === 0) return config.tasksPerIteration;
  const stepsPerTask =
    (progress.environmentSteps / progress.episodes) * (config.firstRollouts ?? config.groupSize);
  const affordable = Math.round(
    (config.environmentSteps - progress.environmentSteps) / stepsPerTask,
  );
  return Math.min(config.tasksPerIteration, Math.max(1, affordable));
}

function advance(
  progress: TrainProgress,
  groups: readonly TrajectoryGroup[],
  sampler: TrainProgress["sampler"],
): TrainProgress {
  const count = (of: "trajectories" | "unscored" | "failed"): number =>
    groups.reduce((sum, group) => sum + group[of].length, 0);
  return {
    iteration: progress.iteration + 1,
    environmentSteps: progress.environmentSteps + countSteps(groups),
    episodes: progress.episodes + count("trajectories") + count("unscored") + count("failed"),
    failedEpisodes: progress.failedEpisodes + count("failed"),
    unscoredEpisodes: progress.unscoredEpisodes + count("unscored"),
    sampler,
  };
}

function rolloutMetrics(groups: readonly TrajectoryGroup[]): Metrics {
  const scored = groups.flatMap(({ trajectories }) => trajectories);
  const mean = (values: number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  return {
    "reward/mean": mean(scored.map(outcomeReward)),
    "rollout/length": mean(scored.map(({ transitions }) => transitions.length)),
    "rollout/truncated": mean(scored.map(({ stopReason }) => Number(stopReason === "truncated"))),
    "rollout/unscored": groups.reduce((sum, { unscored }) => sum + unscored.length, 0),
    "rollout/failed": groups.reduce((sum, { failed }) => sum + failed.length, 0),
    frac_reward_zero_std: mean(groups.map((group) => Number(!isMixed(group.trajectories)))),
  };
}

/** Without any finished episode, training would never end. @throws SiteError, PolicyError with the first failure */
function assertAlive(groups: readonly TrajectoryGroup[]): void {
  const failures = groups.flatMap((group) => group.failed.map(failureOf));
  if (groups.some(({ trajectories, unscored }) => trajectories.length + unscored.length > 0))
    return;
  const [first] = failures;
  if (first?.part === "policy")
    throw new PolicyError(
      `The policy failed in all ${failures.length} episodes of an iteration. The first error was "${first.reason}". Correct the policy, then start again: the training resumes where it stopped.`,
    );
  throw new SiteError(
    `All ${failures.length} episodes of an iteration failed. The first error was "${first?.reason}". Check browser and sites, then start again: the training resumes where it stopped.`,
  );
}

/** A failing policy is a mistake in its code. Training must not hide it among the failures of sites. */
function warnAboutPolicyFailures(
  groups: readonly TrajectoryGroup[],
  warn: TrainOptions["warn"],
): void {
  const failures = groups
    .flatMap(({ failed }) => failed.map(failureOf))
    .filter((failure) => failure?.part === "policy");
  if (failures.length === 0) return;
  warn?.(
    `The policy failed in ${failures.length} episodes, which teach nothing. The first error was "${failures[0]?.reason}".`,
  );
}

function warnAboutZeroVariance(share: number | undefined, warn: TrainOptions["warn"]): void {
  if (share === undefined || share <= ZERO_STD_WARNING || !warn) return;
  warn(
    `Expected most groups to hold both successes and failures, got ${Math.round(100 * share)} % without: ` +
      "they teach nothing. Raise groupSize or the temperature, or choose tasks nearer to 50 % success.",
  );
}
