/** `dreamgym collect`: records real episodes, to learn a dream from. */

import { join } from "node:path";
import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { type CollectConfig, CollectConfigSchema } from "../../real/record/collect/collect-plan.ts";
import { recordDirected } from "../../transfer/record-directed.ts";
import { recordSplit } from "../../transfer/record-split.ts";
import { browserFor, countBrowsers } from "../browsers.ts";
import { addSiteOptions, chooseSites, formatSiteFlags, type SiteFlags } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import {
  browserOption,
  browsersOption,
  countFromOne,
  given,
  jsonOption,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";
import { addLlmOptions, type LlmFlags } from "../llm-flags.ts";
import { openAgent } from "../load-agent.ts";
import { leaveOutUnprovenOf } from "../prove-templates.ts";
import { createRunModels } from "../run-models.ts";
import { describeCollection, describeDirected } from "../text/collection-text.ts";

interface Flags extends SiteFlags, LlmFlags {
  out: string;
  agent?: string;
  world: "browser" | "text";
  config?: string;
  episodes?: number;
  seed?: number;
  prove?: true;
  directed?: true;
  budget: number;
  rounds: number;
  expansions: number;
  browsers: number;
  browser?: string;
  json?: true;
}

export const addCollect: AddCommand = (program, context) => {
  const command = program
    .command("collect")
    .description(
      "Record real episodes on the train tasks: demonstrations, noisy ones, random exploration, or an agent's.",
    )
    .option(
      "--out <folder>",
      "run folder; the recordings go into its offline/",
      pathName,
      "runs/collect",
    )
    .option("--config <file>", "JSON: seed, episodes, mix, demonstratedShare, noise")
    .option("--episodes <n>", "how many episodes (config: episodes)", countFromOne)
    .option("--seed <n>", "seed of the plan (config: seed)", wholeNumber)
    .option(
      "--agent <name or file>",
      "who plays the episodes (config: the share mix.agent of them): llm, scripted, a checkpoint, or a module",
    )
    .addOption(
      new Option("--world <name>", "a real browser, or the text browser without scripts")
        .choices(["browser", "text"])
        .default("browser"),
    )
    .option("--prove", "first prove a task of each template; record none of those that fail")
    .option(
      "--directed",
      "visit what searches in the dream wanted and the collection in --out does not show",
    )
    .option("--budget <n>", "with --directed: real steps, over all its runs", countFromOne, 500)
    .option(
      "--rounds <n>",
      "with --directed: parts of the budget, with a new search before each",
      countFromOne,
      3,
    )
    .option(
      "--expansions <n>",
      "with --directed: actions tried in the dream for each task",
      countFromOne,
      100,
    );
  addLlmOptions(command);
  addSiteOptions(command)
    .addOption(browsersOption())
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym collect --out runs/first --episodes 40    # run it again to resume, or with more episodes
  dreamgym collect --out runs/first --directed --budget 500    # adds what the dream of it lacks
  dreamgym collect --out runs/mine --site-module my-site.ts
  dreamgym collect --out runs/llm --agent llm --endpoint http://localhost:8000/v1 --model qwen --max-usd 5
  dreamgym collect --out runs/notes --site notes=http://localhost:4321 --episodes 20`,
    )
    .action((flags: Flags) => (flags.directed ? runDirected : run)(context, flags));
};

async function runDirected(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal } = context;
  for (const name of ["config", "episodes", "seed", "prove", "agent"] as const)
    if (flags[name] !== undefined)
      throw new ConfigError(
        `Expected --directed without --${name}, got both: it adds to the collection in --out, whose plan stays. Remove one of them.`,
      );
  const summary = await recordDirected({
    site: await chooseSites(flags, context),
    folder: join(flags.out, "offline"),
    budget: flags.budget,
    rounds: flags.rounds,
    browsers: flags.browsers,
    executablePath: async () => (await browserFor(context, flags.browser)).path,
    search: { expansions: flags.expansions },
    report: progress,
    signal,
  });
  progress.clear();
  context.print(
    flags.json
      ? JSON.stringify(summary)
      : describeDirected(summary, flags.out, formatSiteFlags(flags)),
  );
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal } = context;
  const config = readConfig(flags);
  const chosen = await chooseSites(flags, context);
  const site = flags.prove ? await leaveOutUnprovenOf(context, chosen, flags) : chosen;
  await using models = createRunModels(flags, context, flags.out);
  const { agent: name } = flags;
  const agent =
    name === undefined ? null : await openAgent(name, models, { ...site, name: "sites" });
  const judge = await models.openJudge();
  const summary = await recordSplit({
    site,
    ...(agent && { agent }),
    ...(judge && { judge }),
    browser: flags.world === "text" ? "text" : "chromium",
    config,
    split: "train",
    folder: join(flags.out, "offline"),
    browsers: countBrowsers(flags.browsers, config.episodes),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
    report: progress,
    signal,
  });
  progress.clear();
  const cost = models.describeCost();
  if (cost !== null) progress.note(cost);
  context.print(
    flags.json
      ? JSON.stringify(summary)
      : describeCollection(summary, flags.out, formatSiteFlags(flags)),
  );
}

/** An agent plays all episodes, unless a config file gives it a share of them. */
function readConfig(flags: Flags): CollectConfig {
  const file = readConfigFile(flags.config);
  const allOfThem = { demonstrator: 0, noisyDemonstrator: 0, random: 0, agent: 1 };
  return parseConfig(
    CollectConfigSchema,
    {
      ...(flags.agent !== undefined && { mix: allOfThem }),
      ...file,
      ...given({ episodes: flags.episodes, seed: flags.seed }),
    },
    flags.config ?? "collect",
  );
}
