/** `dreamgym compare` and `dreamgym quickstart`: every arm from the same offline data, and a report on it. */

import { join } from "node:path";
import { Option } from "commander";
import { CompareConfigSchema, PRESETS } from "../../transfer/compare-config.ts";
import { describeResult } from "../text/comparison-text.ts";
import type { AddCommand, CliContext } from "../context.ts";
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
import { runComparison } from "../run-comparison.ts";
import { DEFAULT_SITES } from "../site-providers.ts";

interface Flags {
  preset: keyof typeof PRESETS;
  out?: string;
  config?: string;
  seeds?: number[];
  sites?: string[];
  browsers: number;
  browser?: string;
  json?: true;
}

export const addCompare: AddCommand = (program, context) => {
  program
    .command("compare")
    .description("Collect, dream, train every arm, and compare what each needed of the real world.")
    .addOption(
      new Option("--preset <name>", "quick: one seed, minutes; standard: five seeds, hours")
        .choices(Object.keys(PRESETS))
        .default("quick"),
    )
    .option("--out <folder>", "run folder (default: runs/<preset>)", pathName)
    .option("--config <file>", "JSON whose keys replace the preset's")
    .option("--seeds <list>", "such as 1,2,3 (config: seeds)", seedList)
    .option(
      "--sites <names>",
      `whose tasks (config: sites; default: ${DEFAULT_SITES.join(",")})`,
      commaList,
    )
    .option("--browsers <n>", "how many run side by side", countFromOne, 2)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym compare --preset quick --out runs/quick
  dreamgym compare --preset quick --sites map,wikipedia --out runs/land
  dreamgym compare --preset standard --out runs/standard    # again: goes on where it was stopped or killed`,
    )
    .action((flags: Flags) => runAndTell(context, flags));
};

export const addQuickstart: AddCommand = (program, context) => {
  program
    .command("quickstart")
    .description("See the whole loop in minutes: collect, check the dream, compare, report.")
    .option("--out <folder>", "run folder", pathName, join("runs", "quickstart"))
    .option("--browsers <n>", "how many run side by side", countFromOne, 2)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym quickstart\n  dreamgym quickstart --out runs/mine    # again: goes on where it was stopped or killed",
    )
    .action((flags: Omit<Flags, "preset">) => runAndTell(context, { ...flags, preset: "quick" }));
};

function seedList(text: string): number[] {
  return text.split(",").map(wholeNumber);
}

async function runAndTell(context: CliContext, flags: Flags): Promise<void> {
  const { preset, browsers, browser } = flags;
  const out = flags.out ?? join("runs", preset);
  const config = parseConfig(
    CompareConfigSchema,
    {
      sites: DEFAULT_SITES,
      ...PRESETS[preset],
      ...readConfigFile(flags.config),
      ...given({ seeds: flags.seeds, sites: flags.sites }),
    },
    flags.config ?? preset,
  );
  const result = await runComparison(context, { config, out, browsers, browser });
  context.print(flags.json ? JSON.stringify(result) : describeResult(result, out));
}
