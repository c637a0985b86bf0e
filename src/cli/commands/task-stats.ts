/** `dreamgym tasks stats`: what a set of tasks consists of, by site and by template. */

import {
  isUnachievable,
  readDemonstratorSteps,
  tasksFolder,
  TEMPLATES,
} from "../../../fixtures/index.ts";
import type { Command } from "commander";
import { groupBy } from "../../core/group-by.ts";
import type { TaskConfig } from "../../evaluation/task-config.ts";
import { loadTaskConfigs } from "../../real/harness/load-tasks.ts";
import type { CliContext } from "../context.ts";
import { jsonOption } from "../flags.ts";

interface Counts {
  tasks: number;
  /** Tasks by split, and by kind of check; a task with two kinds counts for both. */
  splits: Record<string, number>;
  checks: Record<string, number>;
  unachievable: number;
  /** Actions of the demonstrator, its stop included; null where none is known. */
  steps: { least: number; median: number; most: number } | null;
}

export interface TaskStats {
  total: Counts & { templates: number };
  /** A task across two sites is counted once, under `a+b`. */
  sites: (Counts & { sites: string; templates: number })[];
  templates: (Counts & { id: number; sites: string; kind: string | null; intent: string })[];
}

export function addStats(tasks: Command, { print }: CliContext): void {
  tasks
    .command("stats")
    .description("How many tasks, by site, split, kind of check, template; and steps needed.")
    .argument("[path]", "task file or folder", tasksFolder())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym tasks stats\n  dreamgym tasks stats my-tasks.json --json",
    )
    .action((path: string, { json }: { json?: true }) => {
      const stats = countTasks(loadTaskConfigs(path), readDemonstratorSteps());
      if (json) print(JSON.stringify(stats));
      else for (const line of formatStats(stats)) print(line);
    });
}

/** @param steps length of the demonstration by task id */
export function countTasks(
  configs: readonly TaskConfig[],
  steps: Readonly<Record<string, number>>,
): TaskStats {
  const sitesOf = ({ sites }: TaskConfig): string => sites.join("+");
  const templateOf = (config: TaskConfig): number => config.intent_template_id;
  const templates = (own: readonly TaskConfig[]): number => new Set(own.map(templateOf)).size;
  const kinds = new Map(TEMPLATES.map(({ id, kind }) => [id, kind]));
  return {
    total: { ...count(configs, steps), templates: templates(configs) },
    sites: [...groupBy(configs, sitesOf)].map(([sites, own]) => ({
      sites,
      templates: templates(own),
      ...count(own, steps),
    })),
    templates: [...groupBy(configs, templateOf)]
      .map(([id, own]) => ({
        id,
        sites: sitesOf(own[0]),
        kind: kinds.get(id) ?? null,
        intent: own[0].intent_template || own[0].intent,
        ...count(own, steps),
      }))
      .toSorted((a, b) => a.id - b.id),
  };
}

function count(configs: readonly TaskConfig[], steps: Readonly<Record<string, number>>): Counts {
  const lengths = configs.flatMap(({ task_id: id }) => steps[id] ?? []).toSorted((a, b) => a - b);
  const [least, most] = [lengths[0], lengths.at(-1)];
  const median = lengths[Math.floor((lengths.length - 1) / 2)];
  return {
    tasks: configs.length,
    splits: tally(configs.map(({ split = "no split" }) => split)),
    checks: tally(configs.flatMap(checkKinds)),
    unachievable: configs.filter(isUnachievable).length,
    steps:
      least === undefined || most === undefined || median === undefined
        ? null
        : { least, median, most },
  };
}

/** WebArena's kinds, the two ways to compare an answer apart. */
function checkKinds({ eval: checks }: TaskConfig): string[] {
  return checks.eval_types.flatMap((kind) =>
    kind === "string_match"
      ? Object.keys(checks.reference_answers ?? {}).map((way) => `${kind} ${way}`)
      : [kind],
  );
}

function tally(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...groupBy(names, (name) => name)].map(([name, own]) => [name, own.length]),
  );
}

function formatStats({ total, sites, templates }: TaskStats): string[] {
  const splits = Object.keys(total.splits);
  const checks = Object.keys(total.checks);
  const cells = ({ tasks, steps, unachievable, ...row }: Counts): (string | number)[] => [
    tasks,
    ...splits.map((split) => row.splits[split] ?? 0),
    unachievable,
    formatSteps(steps),
  ];
  const head = ["tasks", ...splits, "unachievable", "steps"];
  return [
    ...tabulate([
      ["sites", "templates", ...head],
      ...sites.map((row) => [row.sites, row.templates, ...cells(row)]),
      ["all", total.templates, ...cells(total)],
    ]),
    "",
    ...tabulate([
      ["tasks by check", ...checks],
      ...sites.map((row) => [row.sites, ...checks.map((check) => row.checks[check] ?? 0)]),
      ["all", ...checks.map((check) => total.checks[check] ?? 0)],
    ]),
    "",
    ...tabulate([
      ["template", "tasks", "steps", "sites", "goal"],
      ...templates.map(({ id, tasks, steps, intent, sites: where }) => [
        id,
        tasks,
        formatSteps(steps),
        where,
        intent,
      ]),
    ]),
    "",
    "Steps: least, median and most actions of the demonstrator, its stop included.",
  ];
}

function formatSteps(steps: Counts["steps"]): string {
  return steps === null ? "–" : `${steps.least}–${steps.median}–${steps.most}`;
}

/** Columns as wide as they need, numbers to the right. @param rows the first is the header */
function tabulate(rows: readonly (readonly (string | number)[])[]): string[] {
  const columns = rows[0]?.map((_, column) => rows.map((row) => row[column] ?? "")) ?? [];
  const pads = columns.map((cells) => {
    const width = Math.max(...cells.map((cell) => String(cell).length));
    return (text: string) =>
      typeof cells[1] === "number" ? text.padStart(width) : text.padEnd(width);
  });
  return rows.map((row) =>
    row
      .map((cell, column) => pads[column]?.(String(cell)))
      .join("  ")
      .trimEnd(),
  );
}
