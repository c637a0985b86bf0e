/** A piece of work in real browsers. The run's ledger gets its cost when it is done, or cut off. */

import type { Env } from "../core/env.ts";
import { runMetered, type RunMeteredOptions } from "../real/harness/metered-env-pool.ts";
import type { RunRecords } from "./run-records.ts";

/** @throws LedgerError when harness and site disagree on the requests */
export async function runOnLedger<T>(
  records: RunRecords,
  options: Omit<RunMeteredOptions, "onSpent">,
  work: (envs: Env[]) => Promise<T>,
): Promise<T> {
  const { value, entry } = await runMetered({ ...options, onSpent: records.keepSpent }, work);
  records.addExpense(entry);
  return value;
}
