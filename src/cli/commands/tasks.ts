/** `dreamgym tasks`: looks at task files, and checks one's own. */

import { tasksFolder } from "../../../fixtures/index.ts";
import type { Command } from "commander";
import { findTaskConfig, loadTaskConfigs } from "../../real/harness/load-tasks.ts";
import type { TaskConfig } from "../../evaluation/task-config.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { assertOneOf, jsonOption } from "../flags.ts";
import { addStats } from "./task-stats.ts";
import { addValidate } from "./validate-tasks.ts";

interface ListFlags {
  split?: string;
  site?: string;
  json?: true;
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
  dreamgym tasks list --site map --split train
  dreamgym tasks show 100000
  dreamgym tasks stats
  dreamgym tasks validate my-tasks.json
  dreamgym tasks validate --solve --split dev`,
    );
  addList(tasks, context);
  addShow(tasks, context);
  addStats(tasks, context);
  addValidate(tasks, context);
};

function addList(tasks: Command, { print }: CliContext): void {
  tasks
    .command("list")
    .description("One line a task: id, split, sites, goal.")
    .argument("[path]", "task file or folder", tasksFolder())
    .option("--split <name>", "only this split")
    .option("--site <name>", "only tasks that go to this site")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym tasks list --site map --split train\n  dreamgym tasks list my-tasks.json --json",
    )
    .action((path: string, { split, site, json }: ListFlags) => {
      const all = loadTaskConfigs(path);
      if (split !== undefined)
        assertOneOf("--split", split, new Set(all.map((config) => config.split ?? "")));
      if (site !== undefined)
        assertOneOf("--site", site, new Set(all.flatMap((config) => config.sites)));
      const configs = all.filter(
        (config) =>
          (split === undefined || config.split === split) &&
          (site === undefined || config.sites.includes(site)),
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
    .addHelpText("after", "\nExample:\n  dreamgym tasks show 100000")
    .action((id: string, path: string) => {
      print(JSON.stringify(findTaskConfig(loadTaskConfigs(path), id), null, 2));
    });
}

function describeTask({ task_id, split = "-", sites, intent }: TaskConfig): string {
  return `${String(task_id).padEnd(8)} ${split.padEnd(17)} ${sites.join("+").padEnd(13)} ${intent}`;
}
