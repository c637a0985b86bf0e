/** `dreamgym tasks validate`: are task files well-formed, and with `--solve`: can the tasks be done, and only rightly? */

import {
  generateTaskFiles,
  TEMPLATES,
  writeDemonstratorSteps,
  writeTaskFiles,
} from "../../../fixtures/index.ts";
import type { Command } from "commander";
import { ConfigError, TaskError } from "../../core/errors.ts";
import { parseTaskConfig, type TaskConfig } from "../../evaluation/task-config.ts";
import { describeFault, type TaskFault } from "../../evaluation/task-fault.ts";
import { countUnusedFields } from "../../evaluation/unused-fields.ts";
import { findLocatorFaults } from "../../evaluation/scorable.ts";
import { readTaskFiles } from "../../real/harness/load-tasks.ts";
import type { SolveResult } from "../../real/harness/solve-tasks.ts";
import { type CliContext, CommandFailed } from "../context.ts";
import { assertOneOf, browserOption, countFromOne, jsonOption, listOf } from "../flags.ts";
import { openRealSites } from "../open-real-sites.ts";
import { tasksFolder } from "../package-root.ts";
import { openProofFile } from "../proof-file.ts";
import {
  findUnscored,
  summarizeTasks,
  formatFaults,
  formatProof,
  formatTime,
  formatWellFormed,
} from "../text/proof-text.ts";
import { proveTasks } from "../prove-tasks.ts";
import { groupByProvider, maskOf } from "../site-providers.ts";

interface Flags {
  split?: string[];
  template?: string[];
  site?: string[];
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
    .description("Check task files against WebArena's schema; --solve proves them in Chromium.")
    .argument("[path]", "task file or folder (default: the tasks that come with dreamgym)")
    .option("--split <name>", "only this split; may be repeated", listOf)
    .option("--template <id>", "only this template; may be repeated", listOf)
    .option("--site <name>", "only tasks that go to this site; may be repeated", listOf)
    .option("--solve", "have each task's demonstrator solve it, and try answers that must fail")
    .option(
      "--runs <n>",
      "with --solve: how often; all runs must be the same (default: 2)",
      countFromOne,
    )
    .option("--browsers <n>", "with --solve: how many run side by side (default: 2)", countFromOne)
    .option("--write", "with --solve: note the measured lengths and write tasks/ anew")
    .option(
      "--proofs <file>",
      "with --solve: note proven tasks there, and go on where it was stopped",
    )
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym tasks validate my-tasks.json
  dreamgym tasks validate --solve --split dev        # some minutes
  dreamgym tasks validate --solve --template 104 --runs 3
  dreamgym tasks validate --solve --site fossil --proofs runs/proofs.jsonl`,
    )
    .action(async (path: string | undefined, flags: Flags) => {
      assertFlagsFit(path, flags);
      const { configs: all, faults } = loadTasks(path, flags.write);
      if (faults.length > 0) {
        if (!flags.json) throw new TaskError(formatFaults(faults));
        context.print(JSON.stringify({ faults: faults.map(describeFault) }));
        throw new CommandFailed();
      }
      const configs = chooseTasks(all, flags);
      if (flags.solve === undefined) {
        const summary = {
          ...summarizeTasks(configs),
          faults: [],
          unscored: findUnscored(configs),
          notActedOn: countUnusedFields(configs),
        };
        if (flags.json) context.print(JSON.stringify(summary));
        else for (const line of formatWellFormed(configs)) context.print(line);
        return;
      }
      assertSolvable(configs);
      const results = await solve(context, configs, flags);
      const isProven = results.every(({ problems }) => problems.length === 0);
      if (flags.json) context.print(JSON.stringify({ proven: isProven, results }));
      else for (const line of formatProof(configs, results)) context.print(line);
      if (!isProven) throw new CommandFailed();
    });
}

function assertFlagsFit(path: string | undefined, flags: Flags): void {
  if (flags.solve === undefined) {
    for (const name of ["runs", "browsers", "browser", "write", "proofs"] as const)
      if (flags[name] !== undefined)
        throw new ConfigError(`Expected --${name} with --solve, got it alone. Add --solve.`);
  }
  if (path === undefined || flags.write === undefined) return;
  throw new ConfigError(
    `Expected --write without a path, got ${path}. It writes the tasks that come with dreamgym.`,
  );
}

/** What is written anew is made from the templates as they are, not from the files that it replaces. */
function loadTasks(
  path: string | undefined,
  write: true | undefined,
): { configs: TaskConfig[]; faults: TaskFault[] } {
  if (write) {
    const configs = Object.values(generateTaskFiles())
      .flatMap((text) => JSON.parse(text) as unknown[])
      .map((entry) => parseTaskConfig(entry, "generated"));
    return { configs, faults: [] };
  }
  const { tasks, faults } = readTaskFiles(path ?? tasksFolder());
  return {
    configs: tasks.map(({ config }) => config),
    faults: [...faults, ...tasks.flatMap(({ config, where }) => findLocatorFaults(config, where))],
  };
}

/** @throws ConfigError for a split, template or site that no task is of */
function chooseTasks(all: readonly TaskConfig[], { split, template, site }: Flags): TaskConfig[] {
  const splits = new Set(all.map((config) => config.split ?? ""));
  const templates = new Set(all.map((config) => String(config.intent_template_id)));
  for (const name of split ?? []) assertOneOf("--split", name, splits);
  for (const id of template ?? []) assertOneOf("--template", id, templates);
  const sites = new Set(all.flatMap((config) => config.sites));
  for (const name of site ?? []) assertOneOf("--site", name, sites);
  return all.filter(
    (config) =>
      (site === undefined || config.sites.some((name) => site.includes(name))) &&
      (split?.includes(config.split ?? "") ?? true) &&
      (template?.includes(String(config.intent_template_id)) ?? true),
  );
}

/** Only the templates that come with dreamgym have a demonstrator. @throws TaskError */
function assertSolvable(configs: readonly TaskConfig[]): void {
  const known = new Set(TEMPLATES.map(({ id }) => id));
  const foreign = configs.find((config) => !known.has(config.intent_template_id));
  if (foreign === undefined) return;
  throw new TaskError(
    `Task ${foreign.task_id}: expected a template that has a demonstrator (${Math.min(...known)} to ${Math.max(...known)}), got ${foreign.intent_template_id}. Leave --solve out to check the form alone.`,
  );
}

async function solve(
  context: CliContext,
  configs: readonly TaskConfig[],
  { runs = 2, browsers = 2, browser, write, proofs }: Flags,
): Promise<SolveResult[]> {
  const { progress, signal, now } = context;
  progress.update(`solve: starting sites and ${browsers} browsers for ${configs.length} tasks`);
  const start = now();
  let [done, failed] = [0, 0];
  const byId = new Map<string, SolveResult>();
  using file = proofs === undefined ? null : await openProofFile(proofs, runs);
  const left = configs.filter((config) => {
    const proven = file?.find(config);
    if (proven !== undefined) byId.set(proven.taskId, proven);
    return proven === undefined;
  });
  if (byId.size > 0) progress.note(`solve: ${byId.size} tasks are proven in ${proofs} already`);
  for (const { sites, tasks } of groupByProvider(left)) {
    const configOf = new Map(tasks.map((config) => [String(config.task_id), config]));
    await using world = await openRealSites(context, { sites, browser, count: browsers });
    await proveTasks({
      configs: tasks,
      envs: world.envs,
      runs,
      mask: maskOf(sites),
      signal,
      onResult: (result) => {
        const { taskId, steps, problems } = result;
        byId.set(taskId, result);
        file?.add(configOf.get(taskId) as TaskConfig, result);
        done++;
        if (problems.length > 0) {
          failed++;
          progress.note(`task ${taskId} (${steps} steps): ${problems.join(" | ")}`);
        }
        const timeLeft = ((now() - start) / done) * (left.length - done);
        progress.update(
          `solve: ${done} of ${left.length} tasks, ${failed} failed, ${formatTime(timeLeft)} left`,
        );
      },
    });
  }
  const results = configs.map(({ task_id: id }) => byId.get(String(id)) as SolveResult);
  progress.clear();
  if (write) {
    const proven = results.filter(({ problems }) => problems.length === 0);
    writeDemonstratorSteps(Object.fromEntries(proven.map(({ taskId, steps }) => [taskId, steps])));
    writeTaskFiles();
    progress.note(`Written: lengths of ${proven.length} demonstrations, and tasks/*.json`);
  }
  return results;
}
