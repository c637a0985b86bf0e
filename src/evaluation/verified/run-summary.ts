/** The summary of a run, as the reference writes it into `eval_results.json`. */

import type { TaskVerdict, VerifiedStatus } from "./score-task.ts";

interface Counts {
  total: number;
  success_count: number;
  failure_count: number;
  error_count: number;
  failed_or_error_count: number;
}

interface SiteCounts extends Counts {
  success_task_ids: number[];
  failed_task_ids: number[];
  error_task_ids: number[];
}

export interface RunSummary {
  overall: Counts;
  /** By the names of a task's sites in order, joined by `-`. */
  per_site: Record<string, SiteCounts>;
}

const IDS = {
  success: "success_task_ids",
  failure: "failed_task_ids",
  error: "error_task_ids",
} as const;

export function summarizeVerdicts(verdicts: readonly TaskVerdict[]): RunSummary {
  const overall = noCounts();
  const perSite = new Map<string, SiteCounts>();
  for (const { sites, status, task_id } of verdicts) {
    const name = sites.toSorted().join("-");
    const counts = perSite.get(name) ?? siteCounts();
    perSite.set(name, counts);
    count(overall, status);
    count(counts, status);
    counts[IDS[status]].push(task_id);
  }
  return { overall, per_site: Object.fromEntries(perSite) };
}

function noCounts(): Counts {
  return { total: 0, success_count: 0, failure_count: 0, error_count: 0, failed_or_error_count: 0 };
}

function siteCounts(): SiteCounts {
  return { ...noCounts(), success_task_ids: [], failed_task_ids: [], error_task_ids: [] };
}

function count(counts: Counts, status: VerifiedStatus): void {
  counts.total++;
  counts[`${status}_count`]++;
  if (status !== "success") counts.failed_or_error_count++;
}
