/**
 * The budget of real interactions. Every request a site receives belongs to one line, whatever came of it; the site
 * counts on its own, and a disagreement fails the run. Only what a browser took back may be in one count alone: a page
 * that is left while it asks has asked or has not, and no answer tells.
 */

import { z } from "zod";
import { DreamgymError } from "../core/errors.ts";
import { type LedgerEntry, LedgerEntrySchema } from "./compare-result.ts";

/** One finished piece of work in real browsers. */
export const ExpenseSchema = LedgerEntrySchema.extend({
  /** What it was spent on. */
  line: z.enum(["collection", "fidelity replay", "training", "checkpoint selection", "evaluation"]),
  /** Null for what all arms share. */
  arm: z.string().nullable(),
  seed: z.int().nullable(),
  /** The site's own count of the same requests. */
  countedBySite: z.int(),
  /** Requests whose answer nobody saw: by so many the two counts may differ. None where it is not there. */
  unanswered: z.int().optional(),
  /** The work was killed at least once: without what ran after its last finished episode. */
  isCutOff: z.boolean().optional(),
});
export type Expense = z.infer<typeof ExpenseSchema>;
export type LedgerLine = Expense["line"];

/** The ledger and the site do not agree: some request belongs to no line. */
class LedgerError extends DreamgymError {
  constructor(message: string) {
    super("ledger", message);
  }
}

const NOTHING_SPENT: LedgerEntry = { episodes: 0, steps: 0, requests: 0, failedEpisodes: 0 };

function addEntries(a: LedgerEntry, b: LedgerEntry): LedgerEntry {
  return {
    episodes: a.episodes + b.episodes,
    steps: a.steps + b.steps,
    requests: a.requests + b.requests,
    failedEpisodes: a.failedEpisodes + b.failedEpisodes,
  };
}

/** @throws LedgerError when harness and site disagree on an expense */
export function reconcile(expense: Expense): Expense {
  if (Math.abs(expense.requests - expense.countedBySite) > (expense.unanswered ?? 0)) {
    const of =
      expense.arm === null
        ? expense.line
        : `${expense.line} of ${expense.arm}, seed ${expense.seed}`;
    throw new LedgerError(
      `Expected harness and site to count the same requests for ${of}, got ${expense.requests} here and ` +
        `${expense.countedBySite} there: the run's budget cannot be trusted. Run it again in a new folder, and report it.`,
    );
  }
  return expense;
}

/**
 * Whether what the lines of one process add up to is all that its sites ever received.
 *
 * @param countedBySite since the sites were started
 * @throws LedgerError when some request came outside of any piece of work
 */
export function assertAllOnLedger(expenses: readonly Expense[], countedBySite: number): void {
  const onLedger = totalsByLine(expenses).countedBySite;
  if (onLedger === countedBySite) return;
  throw new LedgerError(
    `Expected every request to belong to a line of the ledger, got ${countedBySite} at the sites and ${onLedger} on it: the run's budget cannot be trusted. Run it again in a new folder, and report it.`,
  );
}

/** Totals by line, with `training` and `evaluation` also by arm (`training/bc-real`). */
export function totalsByLine(expenses: readonly Expense[]): {
  lines: Record<string, LedgerEntry>;
  total: LedgerEntry;
  countedBySite: number;
  cutOffs: number;
} {
  const lines: Record<string, LedgerEntry> = {};
  let total = NOTHING_SPENT;
  let countedBySite = 0;
  for (const expense of expenses) {
    const name = expense.arm === null ? expense.line : `${expense.line}/${expense.arm}`;
    lines[name] = addEntries(lines[name] ?? NOTHING_SPENT, expense);
    total = addEntries(total, expense);
    countedBySite += expense.countedBySite;
  }
  const cutOffs = expenses.filter(({ isCutOff }) => isCutOff === true).length;
  return { lines, total, countedBySite, cutOffs };
}
