/** `dreamgym tasks`: looks at task files, and checks one's own. */

import type { Command } from "commander";
import { findTaskConfig, loadTaskConfigs } from "../real/load-tasks.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import type { AddCommand, CliContext } from "./context.ts";
import { jsonOption } from "./flags.ts";
import { tasksFolder } from "./package-root.ts";

interface Flags {
  json?: true;
}

interface ListFlags extends Flags {
  split?: string;
}

export const addTasks: AddCommand = (program, context) => {
  const tasks = program
    .command("tasks")
    .description("List, show and check tasks in WebArena's config form.")
    .addHelpText(
      "after",
      `
Examples:
  dreamgym tasks list --split dev
  dreamgym tasks show 100000
  dreamgym tasks validate my-tasks.json`,
    );
  addList(tasks, context);
  addShow(tasks, context);
  addValidate(tasks, context);
};

function addList(tasks: Command, { print }: CliContext): void {
  tasks
    .command("list")
    .description("One line a task: id, split, sites, goal.")
    .argument("[path]", "task file or folder", tasksFolder())
    .option("--split <name>", "only this split")
    .addOption(jsonOption())
    .action((path: string, { split, json }: ListFlags) => {
      const configs = loadTaskConfigs(path).filter(
        (config) => split === undefined || config.split === split,
      );
      if (json) print(JSON.stringify(configs));
      else for (const config of configs) print(describeTask(config));
    });
}

function addShow(tasks: Command, { print }: CliContext): void {
  tasks
    .command("show")
    .description("The whole config of one task.")
    .argument("<id>", "task id")
    .argument("[path]", "task file or folder", tasksFolder())
    .action((id: string, path: string) => {
      print(JSON.stringify(findTaskConfig(loadTaskConfigs(path), id), null, 2));
    });
}

function addValidate(tasks: Command, { print }: CliContext): void {
  tasks
    .command("validate")
    .description("Check task files against WebArena's config schema.")
    .argument("[path]", "task file or folder", tasksFolder())
    .addOption(jsonOption())
    .action((path: string, { json }: Flags) => {
      const configs = loadTaskConfigs(path);
      const splits = countBy(configs, (config) => config.split ?? "no split");
      const templates = new Set(configs.map((config) => config.intent_template_id)).size;
      if (json) {
        print(JSON.stringify({ tasks: configs.length, templates, splits }));
        return;
      }
      const parts = Object.entries(splits).map(([name, count]) => `${name} ${count}`);
      print(
        `${configs.length} tasks of ${templates} templates are well-formed: ${parts.join(", ")}`,
      );
    });
}

function describeTask({ task_id, split = "-", sites, intent }: TaskConfig): string {
  return `${String(task_id).padEnd(8)} ${split.padEnd(17)} ${sites.join("+").padEnd(9)} ${intent}`;
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}
