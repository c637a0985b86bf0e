/** `dreamgym compare` and `dreamgym quickstart`: every arm from the same offline data, and a report on it. */

import { join } from "node:path";
import { Option } from "commander";
import { CompareConfigSchema, PRESETS } from "../../transfer/compare-config.ts";
import { presetFor } from "../../transfer/preset-for.ts";
import { runComparison } from "../../transfer/run-comparison.ts";
import { browserFor, countBrowsers } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import {
  browserOption,
  browsersOption,
  given,
  jsonOption,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";
import { describeResult } from "../text/comparison-text.ts";

interface Flags extends SiteFlags {
  preset: keyof typeof PRESETS;
  out?: string;
  config?: string;
  seeds?: number[];
  browsers: number;
  browser?: string;
  json?: true;
}

export const addCompare: AddCommand = (program, context) => {
  const command = program
    .command("compare")
    .description(
      "Record, learn a dream, train every arm, and compare what each needed of the real sites.",
    )
    .addOption(
      new Option("--preset <name>", "quick: one seed, minutes; standard: five seeds, hours")
        .choices(Object.keys(PRESETS))
        .default("quick"),
    )
    .option("--out <folder>", "run folder (default: runs/<preset>)", pathName)
    .option("--config <file>", "JSON whose keys replace the preset's")
    .option("--seeds <list>", "such as 1,2,3 (config: seeds)", seedList);
  addSiteOptions(command)
    .addOption(browsersOption())
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym compare --preset quick --out runs/quick
  dreamgym compare --preset quick --site-module my-site.ts --out runs/mine
  dreamgym compare --preset standard --out runs/standard    # run it again to resume`,
    )
    .action((flags: Flags) => run(context, flags));
};

export const addQuickstart: AddCommand = (program, context) => {
  program
    .command("quickstart")
    .description("See the whole loop in minutes: record, check the dream, compare, report.")
    .option("--out <folder>", "run folder", pathName, join("runs", "quickstart"))
    .addOption(browsersOption())
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym quickstart\n  dreamgym quickstart --out runs/mine    # run it again to resume",
    )
    .action((flags: Omit<Flags, "preset">) => run(context, { ...flags, preset: "quick" }));
};

function seedList(text: string): number[] {
  return text.split(",").map(wholeNumber);
}

/** Bundled sites may stand in the config file, too; flags win. */
function withSitesOf({ sites }: Record<string, unknown>, flags: Flags): Flags {
  const named = flags.sites ?? flags.siteModule ?? flags.site;
  return named === undefined && Array.isArray(sites)
    ? { ...flags, sites: sites.map(String) }
    : flags;
}

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal, now } = context;
  const out = flags.out ?? join("runs", flags.preset);
  const fromFile = readConfigFile(flags.config);
  const site = await chooseSites(withSitesOf(fromFile, flags), context);
  const config = parseConfig(
    CompareConfigSchema,
    {
      ...presetFor(flags.preset, site),
      ...fromFile,
      ...given({ seeds: flags.seeds, sites: flags.sites }),
    },
    flags.config ?? flags.preset,
  );
  if (config.evaluate.some(({ split }) => split === "dev"))
    progress.note(
      "Evaluates on dev, which also measures the dream: add a split of held-out tasks.",
    );
  const result = await runComparison({
    site,
    config,
    folder: out,
    browsers: countBrowsers(flags.browsers, config.collect.episodes),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
    report: progress,
    now,
    signal,
  });
  progress.clear();
  context.print(flags.json ? JSON.stringify(result) : describeResult(result, out));
}
