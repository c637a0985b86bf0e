/**
 * A collection's own ledger: `ledger.jsonl` in its folder, with one entry per call of `collect` that sent requests.
 * The work of a killed call is only in the journal. The next call adds its entry.
 */

import { join } from "node:path";
import { openJsonLines } from "../../../store/json-lines.ts";
import {
  LEDGER_FILE,
  type LedgerEntry,
  type LedgerLine,
  readLedger,
  type RealCost,
  reconcile,
  totalsByLine,
} from "../../../store/ledger.ts";
import { checkCount, type MeteredRequests, startMeter } from "../../../store/request-meter.ts";
import type { RecordOptions } from "./collect.ts";
import type { CollectJournal, EndedEntry } from "./collect-journal.ts";

/** The options of `RecordOptions` that counting needs. */
type LedgerOptions = Pick<RecordOptions, "folder" | "envs"> & {
  counters: RecordOptions["counters"] | undefined;
  line: LedgerLine;
  journal: CollectJournal;
};

/**
 * Runs `work` and records its cost, even if it fails.
 *
 * @throws LedgerError if harness and sites disagree on the requests, now or in an earlier call
 */
export async function runOnCollectLedger(
  options: LedgerOptions,
  work: () => Promise<void>,
): Promise<void> {
  const { folder, journal, line } = options;
  const entries = await readLedger(folder);
  for (const entry of entries) if (entry.isCutOff !== true) reconcile(entry);
  using file = openJsonLines(join(folder, LEDGER_FILE));
  const of = { line, arm: null, seed: null };
  const missing = differenceOf(costOf(journal.ended), totalsByLine(entries).total);
  if (missing.episodes > 0)
    file.append({ ...of, ...missing, countedBySite: null, isCutOff: true } satisfies LedgerEntry);

  const endedBefore = journal.ended.length;
  const meter = await meterOf(options);
  const enter = (requests: MeteredRequests, isCutOff: boolean): LedgerEntry => {
    const cost = costOf(journal.ended.slice(endedBefore));
    const entry = { ...of, ...cost, ...requests, ...(isCutOff && { isCutOff }) };
    if (cost.episodes > 0 || entry.requests > 0) file.append(entry);
    return entry;
  };
  try {
    await work();
  } catch (error) {
    // Sites that are gone cannot be asked. The journal's count of the requests stays.
    const { requests } = costOf(journal.ended.slice(endedBefore));
    enter(await meter().catch(() => ({ requests, countedBySite: null })), true);
    throw error;
  }
  reconcile(enter(await meter(), false));
}

/** Both counts if there are counters, otherwise the sum of the environments' counts. */
async function meterOf({ counters, envs }: LedgerOptions): Promise<() => Promise<MeteredRequests>> {
  const sum = (): number =>
    envs.reduce((total, env) => total + checkCount(env.countRequests(), COUNTER), 0);
  const before = sum();
  if (counters !== undefined) return startMeter(counters);
  return async () => ({ requests: sum() - before, countedBySite: null });
}

/** For messages: `MeteredEnv.countRequests`. */
export const COUNTER = "countRequests() of an environment";

function costOf(ended: readonly EndedEntry[]): RealCost {
  const sum = (read: (entry: EndedEntry) => number): number =>
    ended.reduce((total, entry) => total + read(entry), 0);
  return {
    episodes: ended.length,
    steps: sum(({ steps }) => steps),
    requests: sum(({ requests }) => requests),
    failedEpisodes: sum(({ outcome }) => Number(outcome === "failed")),
  };
}

function differenceOf(all: RealCost, part: RealCost): RealCost {
  const left = (of: keyof RealCost): number => Math.max(0, all[of] - part[of]);
  return {
    episodes: left("episodes"),
    steps: left("steps"),
    requests: left("requests"),
    failedEpisodes: left("failedEpisodes"),
  };
}
