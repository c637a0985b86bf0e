/** `--env infinity`: applications of WebArena-Infinity. */

import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { openInfinityBenchmark } from "../../real/harness/infinity/open-infinity-benchmark.ts";
import { browserFor } from "../browsers.ts";
import { commaList, pathName } from "../flags.ts";
import type { BenchmarkFlags } from "./benchmark-flags.ts";

interface Flags {
  path?: string;
  browser?: string;
  apps?: string[];
  taskSet?: "real" | "function" | "both";
  clock?: string;
  python?: string;
}

export const infinityFlags: BenchmarkFlags = {
  name: "infinity",
  addOptions(command) {
    command
      .option("--path <folder>", "miniwob, infinity: folder of the benchmark", pathName)
      .option(
        "--apps <names>",
        "infinity: applications, separated by commas (default: all)",
        commaList,
      )
      .addOption(
        new Option("--task-set <name>", "infinity: task files (default: real)").choices([
          "real",
          "function",
          "both",
        ]),
      )
      .option("--clock <time>", "infinity: time that pages read (default: 2026-03-01T12:00:00Z)")
      .option("--python <path>", "infinity: Python 3 (default: python3)");
  },
  async open(given, context) {
    const { path, apps, taskSet, clock, python, browser } = given as Flags;
    if (path === undefined)
      throw new ConfigError(
        "Expected --path with --env infinity, got none. Give a WebArena-Infinity checkout, or the folder of one application.",
      );
    const executable = await browserFor(context, browser);
    return await openInfinityBenchmark({
      path,
      executablePath: executable.path,
      ...(apps && { apps }),
      ...(taskSet && { sets: taskSet === "both" ? ["real", "function"] : [taskSet] }),
      ...(clock !== undefined && { clock }),
      ...(python !== undefined && { python }),
      ...(context.environment.path !== undefined && { searchPath: context.environment.path }),
    });
  },
};
