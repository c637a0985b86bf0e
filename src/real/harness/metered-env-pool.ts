/** A pool of real environments with both counts of their requests. Its metered work ends with a ledger entry. */

import type { Env } from "../../core/env.ts";
import { DreamgymError } from "../../core/errors.ts";
import { wrapEnv } from "../../core/wrap-env.ts";
import {
  type LedgerEntry,
  type LedgerLine,
  NO_COST,
  type RealCost,
  reconcile,
} from "../../store/ledger.ts";
import { type RequestCounters, startMeter } from "../../store/request-meter.ts";

export interface MeteredEnvPool extends RequestCounters, AsyncDisposable {
  /** They run in parallel. */
  readonly envs: readonly Env[];
}

export interface RunMeteredOptions {
  world: MeteredEnvPool;
  line: LedgerLine;
  /** Null if all arms share it. */
  arm: string | null;
  seed: number | null;
  /**
   * Called with the cost so far after each episode, and if the work fails, because a killed run also costs requests.
   * Requests in progress at that moment may be in one count and not in the other.
   */
  onSpent?: (soFar: LedgerEntry) => void;
}

/**
 * Runs a piece of work in real browsers and returns its cost. Only one piece may run at a time.
 *
 * @throws LedgerError if harness and site disagree on the requests; ConfigError if the pool returns no counts
 */
export async function runMetered<T>(
  { world, line, arm, seed, onSpent }: RunMeteredOptions,
  work: (envs: Env[]) => Promise<T>,
): Promise<{ value: T; entry: LedgerEntry }> {
  const cost: RealCost = { ...NO_COST };
  const meter = await startMeter(world);
  const count = async (): Promise<LedgerEntry> => ({
    line,
    arm,
    seed,
    ...cost,
    ...(await meter()),
  });
  const report = async (): Promise<void> => onSpent?.({ ...(await count()), isCutOff: true });
  const envs = world.envs.map((env) => meterEnv(env, cost, report));
  const value = await work(envs).catch(async (error: unknown) => {
    // Sites that are gone cannot be asked. The last reported cost stays.
    await report().catch(() => null);
    throw error;
  });
  return { value, entry: reconcile(await count()) };
}

/** The same environment with counters for episodes, steps and infrastructure failures. Its disposal does nothing. */
function meterEnv(env: Env, cost: RealCost, report: () => Promise<void>): Env {
  const counted = async <T>(body: () => Promise<T>): Promise<T> => {
    try {
      return await body();
    } catch (error) {
      if (!(error instanceof DreamgymError) || error.code !== "reset-needed") cost.failedEpisodes++;
      throw error;
    }
  };
  return wrapEnv(env, {
    async reset(options) {
      if (cost.episodes > 0) await report();
      cost.episodes++;
      return await counted(() => env.reset(options));
    },
    step(action) {
      cost.steps++;
      return counted(() => env.step(action));
    },
    [Symbol.asyncDispose]: async () => {},
  });
}
