/** `dreamgym compare` and `dreamgym quickstart`: every arm from the same offline data, and a report on it. */

import { join } from "node:path";
import { Option } from "commander";
import { type CompareConfig, CompareConfigSchema, PRESETS } from "../../transfer/compare-config.ts";
import type { Agent } from "../../real/harness/agent.ts";
import { presetFor } from "../../transfer/preset-for.ts";
import { runComparison } from "../../transfer/run-comparison.ts";
import type { CheckedSiteModule } from "../../transfer/site-module.ts";
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
import { addAgentOptions, type AgentFlags } from "../llm-flags.ts";
import { openAgent } from "../load-agent.ts";
import { createRunModels } from "../run-models.ts";
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
type CompareFlags = Flags & AgentFlags & { agent?: string };

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
    .option("--seeds <list>", "such as 1,2,3 (config: seeds)", seedList)
    .option(
      "--agent <name or file>",
      "also evaluate this agent: llm, scripted, a checkpoint, or a module (the arm `agent`)",
    );
  addAgentOptions(command);
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
  dreamgym compare --preset standard --out runs/standard    # run it again to resume
  dreamgym compare --preset standard --out runs/standard --seeds 1,2,3,4,5,6    # one seed more
  dreamgym compare --agent llm --endpoint http://localhost:8000/v1 --model qwen --max-usd 20`,
    )
    .action(async (flags: CompareFlags) => {
      const { agent: name } = flags;
      if (name === undefined) return await run(context, flags);
      await using models = createRunModels(flags, context, folderOf(flags));
      await run(context, flags, (site) => openAgent(name, models, { ...site, name: "sites" }));
    });
};

const folderOf = ({ out, preset }: Flags): string => out ?? join("runs", preset);

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

/** @param open the agent to evaluate next to the arms */
async function run(
  context: CliContext,
  flags: Flags,
  open?: (site: CheckedSiteModule) => Promise<Agent>,
): Promise<void> {
  const { progress, signal, now } = context;
  const out = folderOf(flags);
  const fromFile = readConfigFile(flags.config);
  const site = await chooseSites(withSitesOf(fromFile, flags), context);
  const parsed = parseConfig(
    CompareConfigSchema,
    {
      ...presetFor(flags.preset, site),
      ...fromFile,
      ...given({ seeds: flags.seeds, sites: flags.sites }),
    },
    flags.config ?? flags.preset,
  );
  const agent = await open?.(site);
  const arms: CompareConfig["arms"] = agent === undefined ? [] : ["agent"];
  const config = { ...parsed, arms: [...new Set([...parsed.arms, ...arms])] };
  if (config.evaluate.some(({ split }) => split === "dev"))
    progress.note(
      "Evaluates on dev, which also measures the dream: add a split of held-out tasks.",
    );
  const result = await runComparison({
    site,
    ...(agent && { agent }),
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
