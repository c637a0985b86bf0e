/** `dreamgym tasks validate`: are tasks well-formed, and with `--solve`: can they be done, and only rightly? */

import type { Command } from "commander";
import { writeDemonstratorSteps, writeTaskFiles } from "../../../fixtures/index.ts";
import { ConfigError, TaskError } from "../../core/errors.ts";
import { describeFault } from "../../evaluation/task-fault.ts";
import type { SolveResult } from "../../real/harness/solve-tasks.ts";
import { type CliContext, CommandFailed } from "../context.ts";
import {
  assertOneOf,
  browserOption,
  countFromOne,
  jsonOption,
  listOf,
  pathName,
} from "../flags.ts";
import { type ListedTask, readTasksToValidate } from "../provable-tasks.ts";
import { proveTasks } from "../prove-tasks.ts";
import { formatFaults } from "../text/fault-text.ts";
import { formatProof, formatWellFormed, summarizeTasks } from "../text/proof-text.ts";

interface Flags {
  split?: string[];
  template?: string[];
  site?: string[];
  siteModule?: string;
  solve?: true;
  runs?: number;
  browsers?: number;
  browser?: string;
  write?: true;
  proofs?: string;
  json?: true;
}

export function addValidate(tasks: Command, context: CliContext): void {
  tasks
    .command("validate")
    .description("Check tasks against WebArena's schema; --solve proves them in Chromium.")
    .argument("[path]", "task file or folder (default: the tasks that come with dreamgym)")
    .option(
      "--site-module <file>",
      "the tasks of your own sites, with their demonstrators",
      pathName,
    )
    .option("--split <name>", "only this split; may be repeated", listOf)
    .option("--template <id>", "only this template; may be repeated", listOf)
    .option("--site <name>", "only tasks that go to this site; may be repeated", listOf)
    .option("--solve", "have each task's demonstrator solve it, and try answers that must fail")
    .option("--runs <n>", "with --solve: how often; all runs must agree (default: 2)", countFromOne)
    .option(
      "--browsers <n>",
      "with --solve: how many run at the same time (default: 2)",
      countFromOne,
    )
    .option("--write", "with --solve: write the measured lengths and the bundled tasks/ again")
    .option("--proofs <file>", "with --solve: note proven tasks there; the next call skips them")
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym tasks validate my-tasks.json
  dreamgym tasks validate --solve --site-module my-site.ts
  dreamgym tasks validate --solve --split dev --proofs runs/proofs.jsonl`,
    )
    .action((path: string | undefined, flags: Flags) => run(context, path, flags));
}

async function run(context: CliContext, path: string | undefined, flags: Flags): Promise<void> {
  const { print, progress } = context;
  assertFlagsFit(path, flags);
  const { siteModule } = flags;
  const isGenerated = flags.write === true;
  const { listed, faults, unusedFields, group } = await readTasksToValidate(context, {
    path,
    siteModule,
    isGenerated,
  });
  if (faults.length > 0) {
    if (!flags.json) throw new TaskError(formatFaults(faults));
    print(JSON.stringify({ faults: faults.map(describeFault) }));
    throw new CommandFailed();
  }
  const chosen = chooseTasks(listed, flags);
  if (flags.solve === undefined) {
    const unscored = chosen
      .filter((task) => task.unscored.length > 0)
      .map(({ id, unscored: reasons }) => ({ taskId: id, reasons }));
    if (flags.json)
      print(
        JSON.stringify({
          ...summarizeTasks(chosen),
          faults,
          unscored,
          notActedOn: unusedFields.counts,
        }),
      );
    else for (const line of formatWellFormed(chosen, unusedFields.note)) print(line);
    return;
  }
  const { runs = 2, browsers = 2, browser, proofs } = flags;
  const groups = group(new Set(chosen.map(({ id }) => id)));
  const byId = await proveTasks(context, { groups, runs, browsers, browser, proofs });
  const results = chosen.map(({ id }) => byId.get(id) as SolveResult);
  const isProven = results.every(({ problems }) => problems.length === 0);
  if (flags.write) progress.note(writeProven(results));
  if (flags.json) print(JSON.stringify({ proven: isProven, results }));
  else for (const line of formatProof(chosen, results)) print(line);
  if (!isProven) throw new CommandFailed();
}

function assertFlagsFit(path: string | undefined, flags: Flags): void {
  if (flags.solve === undefined) {
    for (const name of ["runs", "browsers", "browser", "write", "proofs"] as const)
      if (flags[name] !== undefined)
        throw new ConfigError(`--${name} needs --solve. Add --solve, or remove --${name}.`);
  }
  const other = path ?? flags.siteModule;
  if (flags.write !== undefined && other !== undefined)
    throw new ConfigError(`--write writes the bundled tasks alone. Remove ${other} or --write.`);
  if (path !== undefined && flags.siteModule !== undefined)
    throw new ConfigError("Expected a task file or --site-module, got both. Choose one.");
}

/** @throws ConfigError for a split, template or site that no task is of */
function chooseTasks(all: readonly ListedTask[], { split, template, site }: Flags): ListedTask[] {
  for (const name of split ?? [])
    assertOneOf("--split", name, new Set(all.map((task) => task.split)));
  for (const id of template ?? [])
    assertOneOf("--template", id, new Set(all.map((task) => String(task.templateId))));
  for (const name of site ?? [])
    assertOneOf("--site", name, new Set(all.flatMap(({ sites }) => sites)));
  return all.filter(
    (task) =>
      (site === undefined || task.sites.some((name) => site.includes(name))) &&
      (split?.includes(task.split) ?? true) &&
      (template?.includes(String(task.templateId)) ?? true),
  );
}

/** @returns what was written, in words */
function writeProven(results: readonly SolveResult[]): string {
  const proven = results.filter(({ problems }) => problems.length === 0);
  writeDemonstratorSteps(Object.fromEntries(proven.map(({ taskId, steps }) => [taskId, steps])));
  writeTaskFiles();
  return `Written: lengths of ${proven.length} demonstrations, and tasks/*.json`;
}
