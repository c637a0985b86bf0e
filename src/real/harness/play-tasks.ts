/** Plays tasks for a measurement: with retries where the policy is not at fault, limits, and a circuit breaker. */

import type { BreakerLimits } from "../../core/circuit-breaker.ts";
import type { Env } from "../../core/env.ts";
import { type EpisodeOptions, runEpisode } from "../../core/episode.ts";
import { LimitError } from "../../core/errors.ts";
import { runEpisodes } from "../../core/run-episodes.ts";
import { assertTasks, type Task } from "../../core/task.ts";
import { type EpisodeFailure, failureOf, type Trajectory } from "../../core/trajectory.ts";

export interface PlayTasksOptions<Job extends { task: Task }> extends BreakerLimits {
  envs: readonly Env[];
  jobs: readonly Job[];
  /** Who plays it, and under which id. */
  episodeOf(
    job: Job,
  ): Pick<EpisodeOptions, "policy" | "seed" | "id" | "actor" | "record"> &
    Partial<Pick<EpisodeOptions, "source">>;
  /** Called with each episode that ended, also one that failed and is played again. */
  onEnd(job: Job, ended: EndedEpisode): void | Promise<void>;
  /** See `RunEpisodesOptions`. */
  chooseNext?(waiting: readonly Job[], running: readonly Job[]): number;
  /** Wall clock of an episode, in milliseconds. Infinity: no limit. */
  timeLimitMs?: number;
  /** See `EpisodeOptions`. */
  decisionTimeoutMs?: number;
  signal?: AbortSignal;
}

export interface EndedEpisode {
  trajectory: Trajectory;
  outcome: Outcome;
  /** From 1. */
  attempt: number;
  /** Whether the task is played again because of `outcome.failure`. */
  isRetried: boolean;
}

/** What an episode says about the policy. */
export interface Outcome {
  /** `unscored`: the checks could not be computed. `error`: see `failure`. Neither is a success or a failure. */
  status: "success" | "failure" | "unscored" | "error";
  /** Why it is not a success, in words. */
  reason: string;
  failure: EpisodeFailure | null;
}

/** Episodes that a task gets if the infrastructure or a judge fails. */
const MAX_ATTEMPTS = 2;

/** @throws see `runEpisodes`; TaskError for a task of another format; errors of `onEnd` */
export async function playTasks<Job extends { task: Task }>(
  options: PlayTasksOptions<Job>,
): Promise<void> {
  const { signal } = options;
  assertTasks(options.jobs.map(({ task }) => task));
  const isRetried = ({ part }: EpisodeFailure, attempt: number): boolean =>
    (part === "env" || part === "evaluator") && attempt < MAX_ATTEMPTS;
  await runEpisodes<Job, Env>({
    pool: options.envs,
    jobs: options.jobs,
    async play(job, env, attempt) {
      const trajectory = await playTask(job, env, options);
      signal?.throwIfAborted();
      const outcome = outcomeOf(trajectory);
      const { failure } = outcome;
      await options.onEnd(job, {
        trajectory,
        outcome,
        attempt,
        isRetried: failure !== null && isRetried(failure, attempt),
      });
      return failure;
    },
    isRetried: (failure, _job, attempt) => isRetried(failure, attempt),
    chooseNext: (waiting, running) => options.chooseNext?.(waiting, running) ?? 0,
    ...(options.maxFailuresInARow && { maxFailuresInARow: options.maxFailuresInARow }),
    ...(options.maxFailureShare && { maxFailureShare: options.maxFailureShare }),
    ...(signal && { signal }),
  });
}

async function playTask<Job extends { task: Task }>(
  job: Job,
  env: Env,
  options: PlayTasksOptions<Job>,
): Promise<Trajectory> {
  const { timeLimitMs = Infinity, decisionTimeoutMs } = options;
  const limit = new AbortController();
  const timer = Number.isFinite(timeLimitMs)
    ? setTimeout(() => {
        const seconds = timeLimitMs / 1000;
        limit.abort(new LimitError(`The episode took more than its limit of ${seconds} s.`));
      }, timeLimitMs)
    : undefined;
  try {
    return await runEpisode({
      source: "real",
      ...options.episodeOf(job),
      env,
      task: job.task,
      signal: AbortSignal.any([limit.signal, ...(options.signal ? [options.signal] : [])]),
      ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
    });
  } finally {
    clearTimeout(timer);
  }
}

export function outcomeOf(trajectory: Trajectory): Outcome {
  const failure = failureOf(trajectory);
  if (failure !== null) return { status: "error", reason: failure.reason, failure };
  const { score } = trajectory;
  if (score === null) {
    // It broke the environment's contract.
    const reason = "the episode ended without a score";
    return { status: "error", reason, failure: { part: "env", reason } };
  }
  if (score.status === "unscored")
    return { status: "unscored", reason: score.reason, failure: null };
  if (score.value === 1) return { status: "success", reason: "", failure: null };
  const failed = score.checks.filter(({ passed }) => passed === false);
  return {
    status: "failure",
    reason: failed.map(({ detail }) => detail).join("; "),
    failure: null,
  };
}
