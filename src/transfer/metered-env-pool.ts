/** The door to real browsers as a comparison needs it: environments, and both counts of what they sent. */

import type { Action } from "../core/action.ts";
import type { Env, ResetOptions, StepResult } from "../core/env.ts";
import { DreamgymError } from "../core/errors.ts";
import type { Expense, LedgerLine } from "./budget-ledger.ts";
import { reconcile } from "./budget-ledger.ts";
import type { LedgerEntry } from "./compare-result.ts";

export interface MeteredEnvPool extends AsyncDisposable {
  /** They run side by side. */
  readonly envs: readonly Env[];
  countRequests(): CountedRequests;
  /** The same as the sites counted them. */
  countedBySite(): Promise<number>;
}

/** What the harness saw leave its browsers since the world was opened, probes included. */
interface CountedRequests {
  /** Of pages and scripts. */
  sent: number;
  /** Of any kind, that ended without an answer: whether a site ever received them, nobody can tell. */
  unanswered: number;
  /** Of any kind, under way. */
  pending: number;
}

export interface SpendOptions {
  world: MeteredEnvPool;
  line: LedgerLine;
  /** Null for what all arms share. */
  arm: string | null;
  seed: number | null;
  /**
   * Told what was spent so far, after each episode and where the work fails: a killed run has spent that, too. Requests
   * that are under way at that moment may be in one count and not in the other.
   */
  onSpent?: (soFar: Expense) => void;
}

/**
 * Runs a piece of work in real browsers and says what it cost. Only one piece may run at a time.
 *
 * @throws LedgerError when harness and site disagree on the requests
 */
export async function spend<T>(
  { world, line, arm, seed, onSpent }: SpendOptions,
  work: (envs: Env[]) => Promise<T>,
): Promise<{ value: T; expense: Expense }> {
  const meter: LedgerEntry = { episodes: 0, steps: 0, requests: 0, failedEpisodes: 0 };
  const requestsBefore = world.countRequests();
  const siteBefore = await world.countedBySite();
  const count = async (): Promise<Expense> => {
    const countedBySite = (await world.countedBySite()) - siteBefore;
    const requests = world.countRequests();
    const unanswered =
      requests.unanswered - requestsBefore.unanswered + requests.pending + requestsBefore.pending;
    return {
      line,
      arm,
      seed,
      ...meter,
      requests: requests.sent - requestsBefore.sent,
      countedBySite,
      ...(unanswered > 0 && { unanswered }),
    };
  };
  const report = async (): Promise<void> => onSpent?.({ ...(await count()), isCutOff: true });
  const envs = world.envs.map((env) => meterEnv(env, meter, report));
  const value = await work(envs).catch(async (error: unknown) => {
    // Sites that are gone cannot be asked: what was reported last stands.
    await report().catch(() => null);
    throw error;
  });
  return { value, expense: reconcile(await count()) };
}

/** The same environment, counting episodes, steps and infrastructure failures on the way. Disposing it does nothing. */
function meterEnv(env: Env, meter: LedgerEntry, report: () => Promise<void>): Env {
  const counted = async <T>(body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof DreamgymError) || error.code !== "reset-needed")
        meter.failedEpisodes++;
      throw error;
    }
  };
  return {
    get startRequests() {
      return env.startRequests ?? [];
    },
    async reset(options: ResetOptions) {
      if (meter.episodes > 0) await report();
      meter.episodes++;
      return await counted(() => env.reset(options));
    },
    step(action: Action): Promise<StepResult> {
      meter.steps++;
      return counted(() => env.step(action));
    },
    snapshot: () => env.snapshot(),
    [Symbol.asyncDispose]: async () => {},
  };
}
