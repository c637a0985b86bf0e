/**
 * The one pool that plays many episodes: for collection, evaluation, proving and rollouts. It holds the queue,
 * retries failed jobs, stops after too many failures in a row, and ends all siblings.
 */

import { ConfigError, PolicyError, SiteError } from "./errors.ts";
import type { EpisodeFailure, FailedPart } from "./trajectory.ts";

export interface RunEpisodesOptions<Job, Member> {
  /** Environments, or objects that hold one each. A member plays one job at a time. */
  pool: readonly Member[];
  /** Jobs start in this order. */
  jobs: readonly Job[];
  /** Plays a job and stores its result. Returns why the job failed, or null. @param attempt from 1 */
  play(job: Job, member: Member, attempt: number): Promise<EpisodeFailure | null>;
  /** Whether a failed job moves to the end of the queue, since problems may be temporary. Default: never. */
  isRetried?(failure: EpisodeFailure, job: Job, attempt: number): boolean;
  /** The pool stops after this many failures of one part in a row. Default: no limit. */
  maxFailuresInARow?: Partial<Record<FailedPart, number>>;
  signal?: AbortSignal;
}

/**
 * Plays all jobs, as many at a time as the pool has members. When one throws, the others finish their current job and
 * start no other. Then the pool throws the first error.
 *
 * @throws errors of `play`. SiteError, PolicyError after too many failures in a row. When aborted, the signal's reason.
 */
export async function runEpisodes<Job, Member>(
  options: RunEpisodesOptions<Job, Member>,
): Promise<void> {
  const { pool, signal } = options;
  const queue = options.jobs.map((job) => ({ job, attempt: 1 }));
  if (pool.length === 0 && queue.length > 0)
    throw new ConfigError("Expected at least one environment to play episodes in, got none.");
  const breaker = createBreaker(options.maxFailuresInARow ?? {});
  const errors: unknown[] = [];

  const work = async (member: Member): Promise<void> => {
    while (errors.length === 0) {
      const next = queue.shift();
      if (next === undefined) return;
      signal?.throwIfAborted();
      const { job, attempt } = next;
      const failure = await options.play(job, member, attempt);
      breaker.note(failure);
      if (failure !== null && options.isRetried?.(failure, job, attempt) === true)
        queue.push({ job, attempt: attempt + 1 });
    }
  };
  await Promise.all(pool.map((member) => work(member).catch((error) => void errors.push(error))));
  if (errors.length > 0) throw errors[0];
}

/**
 * Counts failures in a row, for each part separately. A policy failure shows that the environment works, but a
 * broken environment shows nothing about the policy.
 */
function createBreaker(limits: Partial<Record<FailedPart, number>>): {
  note(failure: EpisodeFailure | null): void;
} {
  const inARow: Record<FailedPart, number> = { env: 0, policy: 0 };
  return {
    note(failure) {
      if (failure?.part !== "env") inARow.env = 0;
      if (failure === null) inARow.policy = 0;
      if (failure === null) return;
      const count = ++inARow[failure.part];
      if (count < (limits[failure.part] ?? Infinity)) return;
      if (failure.part === "policy")
        throw new PolicyError(
          `The policy failed in ${count} episodes in a row. The last error was "${failure.reason}". Correct the policy, then start again: the work resumes where it stopped.`,
        );
      throw new SiteError(
        `The sites or the browser failed in ${count} episodes in a row. The last error was "${failure.reason}". Check both, then start again: the work resumes where it stopped.`,
      );
    },
  };
}
