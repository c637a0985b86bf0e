/** What a validation prints about tasks, in lines for people. */

import { whyUnscored } from "../../evaluation/scorable.ts";
import type { TaskConfig } from "../../evaluation/task-config.ts";
import { describeFault, kindOfFault, type TaskFault } from "../../evaluation/task-fault.ts";
import { describeUnusedFields } from "../../evaluation/unused-fields.ts";
import type { SolveResult } from "../../real/harness/solve-tasks.ts";

export function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

export function summarizeTasks(configs: readonly TaskConfig[]): {
  tasks: number;
  templates: number;
  splits: Record<string, number>;
} {
  const splits: Record<string, number> = {};
  for (const { split = "no split" } of configs) splits[split] = (splits[split] ?? 0) + 1;
  const templates = new Set(configs.map((config) => config.intent_template_id)).size;
  return { tasks: configs.length, templates, splits };
}

/** Tasks that rules alone cannot score, with the reasons. */
export function findUnscored(
  configs: readonly TaskConfig[],
): { taskId: string; reasons: string[] }[] {
  return configs
    .map((config) => ({ taskId: String(config.task_id), reasons: whyUnscored(config) }))
    .filter(({ reasons }) => reasons.length > 0);
}

export function formatWellFormed(configs: readonly TaskConfig[]): string[] {
  const { tasks, templates, splits } = summarizeTasks(configs);
  const parts = Object.entries(splits).map(([name, count]) => `${name} ${count}`);
  const counts = new Map<string, number>();
  const unscored = findUnscored(configs);
  const unused = describeUnusedFields(configs);
  for (const reason of unscored.flatMap(({ reasons }) => reasons))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [
    `${tasks} tasks of ${templates} templates are well-formed: ${parts.join(", ")}`,
    ...(unscored.length === 0
      ? []
      : [`${unscored.length} of them cannot be scored by rules alone:`]),
    ...[...counts].map(([reason, count]) => `  ${reason}: ${count}`),
    ...(unused === null ? [] : [unused]),
  ];
}

/** More faults than these are shown by kind. */
const ALL_SHOWN = 30;
const KINDS_SHOWN = 12;
const SHOWN_OF_A_KIND = 2;

/** One line for each fault after a line that counts them. Of very many, the first few of each kind. */
export function formatFaults(faults: readonly TaskFault[]): string {
  const lines = faults.map(describeFault);
  if (faults.length === 1) return lines.join("");
  if (faults.length <= ALL_SHOWN) return [`${faults.length} faults`, ...lines].join("\n  ");
  const kinds = new Map<string, string[]>();
  for (const fault of faults) {
    const kind = kindOfFault(fault);
    kinds.set(kind, [...(kinds.get(kind) ?? []), describeFault(fault)]);
  }
  const shown = [...kinds].slice(0, KINDS_SHOWN).flatMap(([kind, all]) => {
    const more = all.length - SHOWN_OF_A_KIND;
    return [
      `${kind}: ${all.length}`,
      ...all.slice(0, SHOWN_OF_A_KIND).map((line) => `  ${line}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  const rest = kinds.size - KINDS_SHOWN;
  return [
    `${faults.length} faults, the first of each kind; --json prints all`,
    ...shown,
    ...(rest > 0 ? [`and ${rest} more kinds`] : []),
  ].join("\n  ");
}

/** @param results in the order of the tasks */
export function formatProof(
  configs: readonly TaskConfig[],
  results: readonly SolveResult[],
): string[] {
  const rows = Object.keys(summarizeTasks(configs).splits).map((split) => {
    const own = results.filter((_, i) => (configs[i]?.split ?? "no split") === split);
    const proven = own.filter(({ problems }) => problems.length === 0).length;
    const steps = own.map((result) => result.steps).toSorted((a, b) => a - b);
    const lengths = [steps[0], steps[Math.floor((steps.length - 1) / 2)], steps.at(-1)];
    return [split, own.length, proven, own.length - proven, ...lengths];
  });
  const failed = results.filter(({ problems }) => problems.length > 0);
  return [
    ...[["split", "tasks", "proven", "failed", "steps: least", "median", "most"], ...rows].map(
      ([split, ...cells]) =>
        [String(split).padEnd(17), ...cells.map((cell) => String(cell ?? "–").padStart(8))].join(
          " ",
        ),
    ),
    `${results.length - failed.length} of ${results.length} tasks proven`,
    ...failed.map(({ taskId, problems }) => `  task ${taskId}: ${problems.join(" | ")}`),
  ];
}
