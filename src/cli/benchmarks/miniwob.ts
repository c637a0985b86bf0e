/** The flags of `--env miniwob`. */

import { type Command, Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import { openMiniwobBenchmark } from "../../real/harness/miniwob/open-miniwob-benchmark.ts";
import { browserFor } from "../browsers.ts";
import type { CliContext } from "../context.ts";
import { commaList, wholeNumber } from "../flags.ts";

export interface MiniwobFlags {
  /** The folder of the environment: a flag of every such environment. */
  path?: string;
  browser?: string;
  maxSteps?: number;
  pages?: string[];
  pageSeeds?: number[];
  success?: "positive" | "full";
  pageClock?: true;
  reload?: true;
}

export function addMiniwobOptions(command: Command): Command {
  return command
    .option("--pages <names>", "miniwob: pages to play, with commas between them", commaList)
    .option(
      "--page-seeds <list>",
      "miniwob: seeds of each page's problems, such as 0,1,2",
      seedList,
    )
    .addOption(
      new Option(
        "--success <reward>",
        "miniwob: raw reward that counts: positive (above 0, as in BrowserGym) or full (1)",
      ).choices(["positive", "full"]),
    )
    .option("--page-clock", "miniwob: keep each page's own time limit (default: 1,000 s)")
    .option("--reload", "miniwob: load the page for every episode");
}

/** @throws ConfigError, BrowserError, SiteError */
export async function openMiniwob(flags: MiniwobFlags, context: CliContext): Promise<Benchmark> {
  const { path, pages, pageSeeds, success, maxSteps } = flags;
  if (path === undefined)
    throw new ConfigError(
      "Expected --path <folder> with --env miniwob, got none. Give a MiniWoB++ checkout, or PyPI's unpacked package.",
    );
  const executable = await browserFor(context, flags.browser);
  const benchmark = await openMiniwobBenchmark({
    path,
    executablePath: executable.path,
    ...(pages && { pages }),
    ...(pageSeeds && { seeds: pageSeeds }),
    ...(success && { success }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(flags.pageClock && { limitMs: null }),
    ...(flags.reload && { reload: true }),
  });
  const { leftOut = "" } = benchmark.facts;
  if (pages === undefined && leftOut !== "")
    context.progress.note(
      `Left out: ${leftOut}. Name a page with --pages to play it all the same.`,
    );
  return benchmark;
}

function seedList(text: string): number[] {
  return commaList(text).map(wholeNumber);
}
