/** `dreamgym collect`: records real experience on the self-hosted sites, to dream from. */

import { createDemonstrator, SITE_URLS, WORLD_SEEDS } from "../../../fixtures/index.ts";
import { createExplorer } from "../../agent/baselines/explorer.ts";
import { join } from "node:path";
import { Option } from "commander";
import type { TaskConfig } from "../../evaluation/task-config.ts";
import { toTask } from "../../evaluation/to-task.ts";
import { collect } from "../../real/record/collect/collect.ts";
import {
  type CollectConfig,
  CollectConfigSchema,
  MAY_GROW,
} from "../../real/record/collect/collect-plan.ts";
import type { CollectSummary } from "../../real/record/collect/collect-summary.ts";
import { openRunFolder, writeFileWhole } from "../../store/run-folder.ts";
import { loadSplit } from "../committed-tasks.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { createDevHoldout } from "../dev-holdout.ts";
import { NO_HOLDOUT } from "../../real/record/collect/entity-holdout.ts";
import {
  browserOption,
  commaList,
  countFromOne,
  given,
  jsonOption,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";
import { countRequests, openRealSites } from "../open-real-sites.ts";
import { createWorldOf, DEFAULT_SITES } from "../site-providers.ts";

interface Flags {
  out: string;
  config?: string;
  episodes?: number;
  seed?: number;
  sites: readonly string[];
  browsers: number;
  browser?: string;
  json?: true;
}

export const addCollect: AddCommand = (program, context) => {
  program
    .command("collect")
    .description(
      "Record real episodes on the train tasks: demonstrators, noisy ones, random exploration.",
    )
    .option(
      "--out <folder>",
      "run folder; the recordings go into its offline/",
      pathName,
      "runs/collect",
    )
    .option("--config <file>", "JSON: seed, episodes, mix, demonstratedShare, noise")
    .option("--episodes <n>", "how many episodes (config: episodes)", countFromOne)
    .option("--seed <n>", "of the plan (config: seed)", wholeNumber)
    .addOption(
      new Option("--sites <names>", "whose tasks, a comma between them")
        .argParser(commaList)
        .default(DEFAULT_SITES, DEFAULT_SITES.join(",")),
    )
    .option("--browsers <n>", "how many run side by side", countFromOne, 2)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym collect --out runs/first --episodes 40
  dreamgym collect --out runs/first --episodes 40    # again: resumes where it was stopped or killed
  dreamgym collect --out runs/first --episodes 80    # records 40 more`,
    )
    .action(async (flags: Flags) => {
      const fromFile = readConfigFile(flags.config);
      const fromFlags = given({ episodes: flags.episodes, seed: flags.seed });
      const config = parseConfig(
        CollectConfigSchema,
        { ...fromFile, ...fromFlags },
        flags.config ?? "collect",
      );
      const folder = join(flags.out, "offline");
      const summary = await collectSplit(context, { ...flags, split: "train", folder, config });
      context.print(flags.json ? JSON.stringify(summary) : describeCollection(summary, flags.out));
    });
};

export interface CollectSplitOptions {
  config: CollectConfig;
  /** `train`: to learn from, kept away from all dev entities. `dev`: to measure a dream by, open to all. */
  split: "train" | "dev";
  folder: string;
  /** Whose tasks. */
  sites: readonly string[];
  /** How many run side by side. */
  browsers: number;
  browser?: string | undefined;
}

/** Collects, or goes on collecting, on the committed tasks of a split of world A. */
export async function collectSplit(
  context: CliContext,
  { config, split, folder, sites, browsers, browser }: CollectSplitOptions,
): Promise<CollectSummary> {
  const configs = loadSplit(split, sites);
  const byId = new Map(configs.map((task) => [String(task.task_id), task]));
  const worlds = { A: WORLD_SEEDS.A };
  using run = openRunFolder(folder, { ...config, split, sites, worlds }, { mayGrow: MAY_GROW });
  await using world = await openRealSites(context, { sites, browser, count: browsers, worlds });
  const summary = await collect({
    config,
    folder: run.path,
    tasks: configs.map((task) => toTask(task, SITE_URLS)),
    createExplorer,
    demonstratorFor: ({ id }) => createDemonstrator(byId.get(id) as TaskConfig),
    fence: split === "train" ? createDevHoldout(createWorldOf(sites, WORLD_SEEDS.A)) : NO_HOLDOUT,
    envs: world.envs.map((env) => ({ env, countRequests: () => countRequests(env) })),
    counters: world,
    line: split === "train" ? "collection" : "fidelity replay",
    onProgress: (state) => context.progress.update(describeProgress(split, state)),
    log: (line) => context.progress.note(line),
    signal: context.signal,
  });
  context.progress.clear();
  writeFileWhole(run.file("summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

function describeProgress(
  split: string,
  { episodes, planned, steps, failed }: CollectSummary,
): string {
  const trouble = failed === 0 ? "" : `, ${failed} failed`;
  return `collect ${split}: ${episodes} of ${planned} episodes, ${steps} steps${trouble}`;
}

function describeCollection(summary: CollectSummary, out: string): string {
  const actors = Object.entries(summary.actors).map(
    ([name, { episodes, steps, successes, unscored }]) =>
      `  ${name.padEnd(20)} ${episodes} episodes, ${steps} steps, ${successes} successes${unscored === 0 ? "" : `, ${unscored} unscored`}`,
  );
  return [
    `${summary.episodes} episodes recorded in ${join(out, "offline")}: ${summary.steps} steps, ${summary.requests} requests`,
    ...actors,
    `  ${summary.demonstratedTasks} tasks demonstrated; ${summary.withheld} episodes withheld (they came upon dev entities), ${summary.failed} attempts failed, ${summary.interrupted} interrupted`,
    `  ${summary.appearances} passing appearances of dev entities on recorded pages`,
  ].join("\n");
}
