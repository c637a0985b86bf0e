/**
 * The ledger of real interactions. Every request that a site receives belongs to one entry, even if it failed. The
 * site counts separately, and a disagreement fails the run. The counts may differ by the unanswered requests: when a
 * browser leaves a page during its load, the request may or may not have reached the site.
 */

import { join } from "node:path";
import { z } from "zod";
import { DreamgymError } from "../core/errors.ts";
import { readJsonLines } from "./json-lines.ts";

/** The cost of work in real browsers. */
export const RealCostSchema = z.object({
  episodes: z.int(),
  steps: z.int(),
  /** Requests of pages and scripts, as the harness counts them. */
  requests: z.int(),
  failedEpisodes: z.int(),
});
export type RealCost = z.infer<typeof RealCostSchema>;

/** One finished piece of work in real browsers. */
export const LedgerEntrySchema = RealCostSchema.extend({
  /** The purpose of the work. */
  line: z.enum([
    "collection",
    "fidelity replay",
    "training",
    "checkpoint selection",
    "evaluation",
    "unpaid search",
  ]),
  /** Null if all arms share it. */
  arm: z.string().nullable(),
  seed: z.int().nullable(),
  /** The site's own count of the same requests. Null if no site could be asked. */
  countedBySite: z.int().nullable(),
  /** Unanswered requests. The two counts may differ by this many. Absent: none. */
  unanswered: z.int().optional(),
  /** The work was killed at least once. Anything after its last finished episode is missing. */
  isCutOff: z.boolean().optional(),
});
export type LedgerEntry = z.infer<typeof LedgerEntrySchema>;
export type LedgerLine = LedgerEntry["line"];

/** Path of the ledger in a folder. */
export const LEDGER_FILE = "ledger.jsonl";

/** The ledger and the site disagree: some request belongs to no entry. */
class LedgerError extends DreamgymError {
  constructor(message: string) {
    super("ledger", message);
  }
}

export const NO_COST: RealCost = { episodes: 0, steps: 0, requests: 0, failedEpisodes: 0 };

function addCosts(a: RealCost, b: RealCost): RealCost {
  return {
    episodes: a.episodes + b.episodes,
    steps: a.steps + b.steps,
    requests: a.requests + b.requests,
    failedEpisodes: a.failedEpisodes + b.failedEpisodes,
  };
}

/**
 * All entries of the ledger in `folder`, oldest first. Empty without a ledger.
 *
 * @throws RecordingError for a broken line
 */
export function readLedger(folder: string): Promise<LedgerEntry[]> {
  return readJsonLines(join(folder, LEDGER_FILE), LedgerEntrySchema);
}

/** @throws LedgerError if harness and site disagree on an entry */
export function reconcile(entry: LedgerEntry): LedgerEntry {
  const { requests, countedBySite, unanswered = 0 } = entry;
  if (countedBySite === null || Math.abs(requests - countedBySite) <= unanswered) return entry;
  const of = entry.arm === null ? entry.line : `${entry.line} of ${entry.arm}, seed ${entry.seed}`;
  throw new LedgerError(
    `Expected harness and site to count the same requests for ${of}, got ${requests} here and ` +
      `${countedBySite} there: the run's budget cannot be trusted. Run it again in a new folder, and report it.`,
  );
}

/**
 * Checks that the entries of one process add up to everything that its sites received.
 *
 * @param countedBySite since the start of the sites
 * @throws LedgerError if a request came outside of any piece of work
 */
export function assertAllOnLedger(entries: readonly LedgerEntry[], countedBySite: number): void {
  const onLedger = totalsByLine(entries).countedBySite;
  if (onLedger === countedBySite) return;
  throw new LedgerError(
    `Expected every request to belong to a line of the ledger, got ${countedBySite} at the sites and ${onLedger} on it: the run's budget cannot be trusted. Run it again in a new folder, and report it.`,
  );
}

/** Totals by line, with `training` and `evaluation` also by arm (`training/bc-real`). */
export function totalsByLine(entries: readonly LedgerEntry[]): {
  lines: Record<string, RealCost>;
  total: RealCost;
  /** Only over entries that a site could count. */
  countedBySite: number;
  cutOffs: number;
} {
  const lines: Record<string, RealCost> = {};
  let total = NO_COST;
  let countedBySite = 0;
  for (const entry of entries) {
    const name = entry.arm === null ? entry.line : `${entry.line}/${entry.arm}`;
    lines[name] = addCosts(lines[name] ?? NO_COST, entry);
    total = addCosts(total, entry);
    countedBySite += entry.countedBySite ?? 0;
  }
  const cutOffs = entries.filter(({ isCutOff }) => isCutOff === true).length;
  return { lines, total, countedBySite, cutOffs };
}
