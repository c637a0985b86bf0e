/** Stops a pool of episodes when failures are not chance: after many in a row, or too large a share of all. */

import { EvaluatorError, LimitError, PolicyError, SiteError } from "./errors.ts";
import type { EpisodeFailure, FailedPart } from "./trajectory.ts";

export interface BreakerLimits {
  /** The pool stops after this many failures of one part in a row. Default: no limit. */
  maxFailuresInARow?: Partial<Record<FailedPart, number>>;
  /** The pool stops when failures of these parts are more than this share of the episodes. Default: no limit. */
  maxFailureShare?: {
    parts: readonly FailedPart[];
    /** 0–1 */
    share: number;
    /** Fewer episodes say nothing about the share. */
    minEpisodes: number;
  };
}

export interface CircuitBreaker {
  /** @param failure of the episode that ended; null if it ended normally. @throws at a limit */
  note(failure: EpisodeFailure | null): void;
}

/** An error for each part, and what its user does. */
const OF_PART: Record<
  FailedPart,
  { name: string; advice: string; error: new (message: string) => Error }
> = {
  env: { name: "The sites or the browser", advice: "Check both", error: SiteError },
  policy: { name: "The policy", advice: "Correct the policy", error: PolicyError },
  evaluator: { name: "The checks", advice: "Check the judge", error: EvaluatorError },
  limit: { name: "The limits", advice: "Raise the limits", error: LimitError },
};

/**
 * Failures in a row are counted for each part separately. A policy failure shows that the environment works, but a
 * broken environment shows nothing about the policy.
 */
export function createBreaker({
  maxFailuresInARow = {},
  maxFailureShare,
}: BreakerLimits): CircuitBreaker {
  const inARow: Record<FailedPart, number> = { env: 0, policy: 0, evaluator: 0, limit: 0 };
  let episodes = 0;
  const counted: EpisodeFailure[] = [];
  const checkShare = (failure: EpisodeFailure | null): void => {
    if (maxFailureShare === undefined) return;
    const { parts, share, minEpisodes } = maxFailureShare;
    if (failure !== null && parts.includes(failure.part)) counted.push(failure);
    const last = counted.at(-1);
    if (last === undefined || episodes < minEpisodes || counted.length <= share * episodes) return;
    throw stop(last, `failed in ${counted.length} of ${episodes} episodes`);
  };
  return {
    note(failure) {
      episodes++;
      if (failure?.part !== "env") inARow.env = 0;
      if (failure === null) inARow.policy = inARow.evaluator = inARow.limit = 0;
      const count = failure === null ? 0 : ++inARow[failure.part];
      if (failure !== null && count >= (maxFailuresInARow[failure.part] ?? Infinity))
        throw stop(failure, `failed in ${count} episodes in a row`);
      checkShare(failure);
    },
  };
}

function stop({ part, reason }: EpisodeFailure, what: string): Error {
  const { name, advice, error } = OF_PART[part];
  return new error(
    `${name} ${what}. The last error was "${reason}". ${advice}, then start again: the work resumes where it stopped.`,
  );
}
