/** The journal of an evaluation: one line for each call that played something, with all that the result depends on. */

import type { EvaluationIdentity } from "./evaluation-config.ts";
import type { EvaluationSummary } from "./evaluation-summary.ts";

export const JOURNAL_FILE = "journal.jsonl";

export interface JournalFacts {
  identity: EvaluationIdentity;
  summary: EvaluationSummary;
  workers: number;
  /** Of the benchmark. */
  facts: Readonly<Record<string, string>>;
  /** Of dreamgym, Node, Playwright and the system. */
  versions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  at: number;
}

interface JournalLine
  extends
    EvaluationIdentity,
    Pick<JournalFacts, "workers" | "facts" | "versions">,
    Pick<EvaluationSummary, "counts" | "errors" | "cost"> {
  /** ISO 8601, UTC. */
  date: string;
  success: number | null;
  ci95: readonly [number, number] | null;
}

export function toJournalLine({
  identity,
  summary,
  workers,
  facts,
  versions,
  at,
}: JournalFacts): JournalLine {
  const { success, counts, errors, cost } = summary;
  return {
    date: new Date(at).toISOString(),
    ...identity,
    workers,
    facts: { ...facts },
    versions: { ...versions },
    success: success?.mean ?? null,
    ci95: success?.ci95 ?? null,
    counts,
    errors,
    cost,
  };
}
