/** `dreamgym dream coverage`: what searches in a dream wanted and the recordings do not show, as advice. */

import { ConfigError } from "../../core/errors.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { learnModel } from "../../transfer/pipeline.ts";
import { searchCoverage } from "../../transfer/search-coverage.ts";
import { originsOf, tasksOf } from "../../transfer/site-module.ts";
import { addSiteOptions, chooseSites, formatSiteFlags, type SiteFlags } from "../choose-sites.ts";
import { addFromOption } from "../dream-setting.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { countFromOne, jsonOption, wholeNumber } from "../flags.ts";
import { describeCoverage } from "../text/coverage-text.ts";

interface Flags extends SiteFlags {
  from: string;
  expansions: number;
  seed: number;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamCoverage: AddCommand = (program, context) => {
  const command = addFromOption(
    program
      .command("coverage")
      .description(
        "Search for plans of the train tasks in the dream, and advise what to record: pages that searches wanted and the dream does not know.",
      ),
  )
    .option(
      "--expansions <n>",
      "actions tried in the dream for each task, at most",
      countFromOne,
      100,
    )
    .option("--seed <n>", "seed of the searching policy", wholeNumber, 1);
  addSiteOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream coverage --from runs/first
  dreamgym dream coverage --from runs/code --sites gitlab --expansions 300
  dreamgym collect --out runs/code --sites gitlab --directed    # visits those pages`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal } = context;
  const site = await chooseSites(flags, context, "dream");
  const tasks = tasksOf(site, "train");
  const recordings = await loadRecordings(flags.from, (episodes) =>
    progress.update(`reading ${flags.from}: episode ${episodes}`),
  );
  const known = new Set(tasks.map(({ id }) => id));
  if (!recordings.some(({ taskId }) => known.has(taskId)))
    throw new ConfigError(
      `Expected recordings of the train tasks of ${Object.keys(originsOf(site)).join(", ")} in ${flags.from}, got others. Choose the sites that they were recorded on with --sites, --site-module or --site.`,
    );
  const watch = { report: progress, signal };
  const { model } = await learnModel(recordings, watch);
  const result = await searchCoverage({
    model,
    recordings,
    tasks,
    origins: originsOf(site),
    search: { expansions: flags.expansions },
    seed: flags.seed,
    watch,
  });
  progress.clear();
  const { plans, ...rest } = result;
  context.print(
    flags.json
      ? JSON.stringify({ ...rest, solved: plans.map(({ taskId }) => taskId) })
      : describeCoverage(result, flags.from, formatSiteFlags(flags)).join("\n"),
  );
}
