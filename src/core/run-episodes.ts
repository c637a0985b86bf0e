/**
 * The one pool that plays many episodes: for collection, evaluation, proving and rollouts. It holds the queue,
 * retries failed jobs, stops after too many failures, and ends all siblings.
 */

import { type BreakerLimits, createBreaker } from "./circuit-breaker.ts";
import { ConfigError } from "./errors.ts";
import type { EpisodeFailure } from "./trajectory.ts";

export interface RunEpisodesOptions<Job, Member> extends BreakerLimits {
  /** Environments, or objects that hold one each. A member plays one job at a time. */
  pool: readonly Member[];
  /** Jobs start in this order. */
  jobs: readonly Job[];
  /** Plays a job and stores its result. Returns why the job failed, or null. @param attempt from 1 */
  play(job: Job, member: Member, attempt: number): Promise<EpisodeFailure | null>;
  /** Whether a failed job moves to the end of the queue, since problems may be temporary. Default: never. */
  isRetried?(failure: EpisodeFailure, job: Job, attempt: number): boolean;
  /** Chooses the job that starts next, as an index into `waiting`; −1 while none may start. Default: the first. */
  chooseNext?(waiting: readonly Job[], running: readonly Job[]): number;
  signal?: AbortSignal;
}

/**
 * Plays all jobs, as many at a time as the pool has members. When one throws, the others finish their current job and
 * start no other. Then the pool throws the first error.
 *
 * @throws errors of `play`. SiteError, PolicyError, EvaluatorError after too many failures. ConfigError if jobs wait
 * and none may start. When aborted, the signal's reason.
 */
export async function runEpisodes<Job, Member>(
  options: RunEpisodesOptions<Job, Member>,
): Promise<void> {
  const { pool, signal } = options;
  const queue = createQueue(options.jobs, (waiting, running) =>
    options.chooseNext === undefined ? 0 : options.chooseNext(waiting, running),
  );
  if (pool.length === 0 && options.jobs.length > 0)
    throw new ConfigError("Expected at least one environment to play episodes in, got none.");
  const breaker = createBreaker(options);
  const errors: unknown[] = [];

  const work = async (member: Member): Promise<void> => {
    while (errors.length === 0) {
      const next = queue.take();
      if (next === "none") return;
      if (next === "wait") {
        await queue.change();
        continue;
      }
      try {
        signal?.throwIfAborted();
        const { job, attempt } = next;
        const failure = await options.play(job, member, attempt);
        breaker.note(failure);
        if (failure !== null && options.isRetried?.(failure, job, attempt) === true)
          queue.putBack(next);
      } catch (error) {
        errors.push(error);
      } finally {
        queue.end(next);
      }
    }
  };
  await Promise.all(pool.map((member) => work(member).catch((error) => void errors.push(error))));
  if (errors.length > 0) throw errors[0];
}

interface Queued<Job> {
  readonly job: Job;
  readonly attempt: number;
}

interface Queue<Job> {
  /** `wait`: jobs are left, but none may start before another ends. @throws ConfigError if none ever may */
  take(): Queued<Job> | "wait" | "none";
  putBack(taken: Queued<Job>): void;
  end(taken: Queued<Job>): void;
  /** Resolves when the next job ends. */
  change(): Promise<void>;
}

function createQueue<Job>(
  jobs: readonly Job[],
  chooseNext: (waiting: readonly Job[], running: readonly Job[]) => number,
): Queue<Job> {
  const waiting: Queued<Job>[] = jobs.map((job) => ({ job, attempt: 1 }));
  const running = new Set<Queued<Job>>();
  let wakeUps: (() => void)[] = [];
  const jobsOf = (queued: Iterable<Queued<Job>>): Job[] => [...queued].map(({ job }) => job);
  return {
    take() {
      if (waiting.length === 0) return "none";
      const [next] = waiting.splice(chosen(), 1);
      if (next === undefined) return stuck();
      running.add(next);
      return next;
    },
    putBack: ({ job, attempt }) => void waiting.push({ job, attempt: attempt + 1 }),
    end(taken) {
      running.delete(taken);
      const sleepers = wakeUps;
      wakeUps = [];
      for (const wakeUp of sleepers) wakeUp();
    },
    change: () => new Promise((resolve) => wakeUps.push(resolve)),
  };

  /** An index, or the end of the list where nothing may start. */
  function chosen(): number {
    const index = chooseNext(jobsOf(waiting), jobsOf(running));
    return index < 0 ? waiting.length : index;
  }

  function stuck(): "wait" {
    if (running.size > 0) return "wait";
    throw new ConfigError(
      `None of ${waiting.length} waiting episodes may start: each waits for another one. Remove the circle from their dependencies.`,
    );
  }
}
