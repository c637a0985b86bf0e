/** What `dreamgym score` prints: a table for each folder, then what could not be scored, and why. */

import type { ScoredFolder, ScoredTask } from "../../real/harness/verified/score-folders.ts";
import { formatTable } from "./text-table.ts";

/** A single task is described whole; of many, this many failures. */
const SHOWN = 10;

export function describeScores(folders: readonly ScoredFolder[]): string[] {
  return folders.flatMap((scored, index) => [
    ...(index > 0 ? [""] : []),
    ...(scored.tasks.length === 1 && scored.skipped.length === 0
      ? scored.tasks.flatMap(describeTask)
      : describeRun(scored)),
  ]);
}

function describeTask({ folder, verdict }: ScoredTask): string[] {
  return [
    `${folder}: task ${verdict.task_id} (${verdict.sites.join(", ")}): ${verdict.status}, score ${verdict.score}`,
    ...reasons(verdict).map((reason) => `  ${reason}`),
  ];
}

function describeRun({ folder, tasks, skipped, kept, summary }: ScoredFolder): string[] {
  const rows = [...Object.entries(summary.per_site), ["all", summary.overall] as const].map(
    ([name, counts]) => [
      name,
      String(counts.total),
      String(counts.success_count),
      String(counts.failure_count),
      String(counts.error_count),
      counts.total === 0 ? "" : `${((100 * counts.success_count) / counts.total).toFixed(1)} %`,
    ],
  );
  const errors = tasks.filter(({ verdict }) => verdict.status === "error");
  return [
    folder,
    ...formatTable(["sites", "tasks", "success", "failure", "error", "score"], rows),
    ...(kept > 0
      ? [`${kept} of ${tasks.length} tasks were scored before, and their files have not changed.`]
      : []),
    ...someOf(
      "could not be scored",
      errors.map(({ verdict }) => `${verdict.task_id}: ${reasons(verdict)[0] ?? "no reason"}`),
    ),
    ...someOf(
      "skipped",
      skipped.map((one) => `${one.folder}: ${one.reason}`),
    ),
  ];
}

function someOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length - SHOWN;
  return [
    `${title}:`,
    ...lines.slice(0, SHOWN).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function reasons({ error_msg, evaluators_results }: ScoredTask["verdict"]): string[] {
  if (error_msg !== undefined) return [error_msg];
  return evaluators_results.flatMap((check) => [
    ...(check.error_msg === undefined ? [] : [`${check.evaluator_name}: ${check.error_msg}`]),
    ...(check.assertions ?? []).map(
      ({ assertion_name, assertion_msgs }) => `${assertion_name}: ${assertion_msgs.join(" ")}`,
    ),
  ]);
}
