/** `--env miniwob`: pages of MiniWoB++. */

import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { openMiniwobBenchmark } from "../../real/harness/miniwob/open-miniwob-benchmark.ts";
import { browserFor } from "../browsers.ts";
import { commaList, pathName, wholeNumber } from "../flags.ts";
import type { BenchmarkFlags } from "./benchmark-flags.ts";

interface Flags {
  path?: string;
  browser?: string;
  pages?: string[];
  pageSeeds?: number[];
  success?: "positive" | "full";
  pageClock?: true;
  reload?: true;
}

export const miniwobFlags: BenchmarkFlags = {
  name: "miniwob",
  addOptions(command) {
    command
      .option("--path <folder>", "miniwob, infinity: folder of the benchmark", pathName)
      .option("--pages <names>", "miniwob: pages, separated by commas", commaList)
      .option(
        "--page-seeds <list>",
        "miniwob: problems of each page (default: 0,1,2,3,4)",
        seedList,
      )
      .addOption(
        new Option(
          "--success <reward>",
          "miniwob: raw reward that counts, above 0 as in BrowserGym (positive, the default) or 1 (full)",
        ).choices(["positive", "full"]),
      )
      .option("--page-clock", "miniwob: keep each page's own time limit (default: 1000 s)")
      .option("--reload", "miniwob: load the page for every episode");
  },
  async open(given, context) {
    const { path, pages, pageSeeds, success, ...flags } = given as Flags;
    if (path === undefined)
      throw new ConfigError(
        "Expected --path with --env miniwob, got none. Give a MiniWoB++ checkout, or PyPI's unpacked package.",
      );
    const executable = await browserFor(context, flags.browser);
    const benchmark = await openMiniwobBenchmark({
      path,
      executablePath: executable.path,
      ...(pages && { pages }),
      ...(pageSeeds && { seeds: pageSeeds }),
      ...(success && { success }),
      ...(flags.pageClock && { limitMs: null }),
      ...(flags.reload && { reload: true }),
    });
    const { leftOut = "" } = benchmark.facts;
    if (pages === undefined && leftOut !== "")
      context.progress.note(
        `Left out: ${leftOut}. To play a page all the same, name it with --pages.`,
      );
    return benchmark;
  },
};

function seedList(text: string): number[] {
  return commaList(text).map(wholeNumber);
}
