/** `dreamgym collect`: records real episodes, to learn a dream from. */

import { join } from "node:path";
import { CollectConfigSchema } from "../../real/record/collect/collect-plan.ts";
import type { CollectSummary } from "../../real/record/collect/collect-summary.ts";
import { recordSplit } from "../../transfer/record-split.ts";
import { browserFor, countBrowsers } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
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

interface Flags extends SiteFlags {
  out: string;
  config?: string;
  episodes?: number;
  seed?: number;
  browsers: number;
  browser?: string;
  json?: true;
}

export const addCollect: AddCommand = (program, context) => {
  const command = program
    .command("collect")
    .description(
      "Record real episodes on the train tasks: demonstrations, noisy ones, random exploration.",
    )
    .option(
      "--out <folder>",
      "run folder; the recordings go into its offline/",
      pathName,
      "runs/collect",
    )
    .option("--config <file>", "JSON: seed, episodes, mix, demonstratedShare, noise")
    .option("--episodes <n>", "how many episodes (config: episodes)", countFromOne)
    .option("--seed <n>", "seed of the plan (config: seed)", wholeNumber);
  addSiteOptions(command)
    .addOption(browsersOption())
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym collect --out runs/first --episodes 40    # run it again to resume, or with more episodes
  dreamgym collect --out runs/mine --site-module my-site.ts
  dreamgym collect --out runs/notes --site notes=http://localhost:4321 --episodes 20`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal } = context;
  const config = parseConfig(
    CollectConfigSchema,
    {
      ...readConfigFile(flags.config),
      ...given({ episodes: flags.episodes, seed: flags.seed }),
    },
    flags.config ?? "collect",
  );
  const site = await chooseSites(flags, context);
  const summary = await recordSplit({
    site,
    config,
    split: "train",
    folder: join(flags.out, "offline"),
    browsers: countBrowsers(flags.browsers, config.episodes),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
    report: progress,
    signal,
  });
  progress.clear();
  context.print(flags.json ? JSON.stringify(summary) : describeCollection(summary, flags.out));
}

function describeCollection(summary: CollectSummary, out: string): string {
  const actors = Object.entries(summary.actors)
    .filter(([, { episodes }]) => episodes > 0)
    .map(
      ([name, { episodes, steps, successes, unscored }]) =>
        `  ${name.padEnd(20)} ${episodes} episodes, ${steps} steps, ${successes} successes${unscored === 0 ? "" : `, ${unscored} unscored`}`,
    );
  const counts = [
    [summary.demonstratedTasks, "tasks demonstrated"],
    [summary.withheld, "episodes withheld, because they came upon held-out entities"],
    [summary.failed, "attempts failed"],
    [summary.interrupted, "interrupted"],
    [summary.appearances, "times a held-out entity was merely seen on a recorded page"],
  ] as const;
  return [
    `${summary.episodes} episodes recorded in ${join(out, "offline")}: ${summary.steps} steps, ${summary.requests} requests`,
    ...actors,
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `  ${count} ${what}`),
    `Next: dreamgym dream --from ${out}`,
  ].join("\n");
}
