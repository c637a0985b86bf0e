/** The flags of `--env infinity`. */

import { type Command, Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import { openInfinityBenchmark } from "../../real/harness/infinity/open-infinity-benchmark.ts";
import { browserFor } from "../browsers.ts";
import type { CliContext } from "../context.ts";
import { commaList } from "../flags.ts";

export interface InfinityFlags {
  /** The folder of the environment: a flag of every such environment. */
  path?: string;
  browser?: string;
  maxSteps?: number;
  apps?: string[];
  taskSet?: "real" | "function" | "both";
  clock?: string;
  python?: string;
}

export function addInfinityOptions(command: Command): Command {
  return command
    .option(
      "--apps <names>",
      "infinity: applications, with commas between them (default: all)",
      commaList,
    )
    .addOption(
      new Option("--task-set <name>", "infinity: which task files of the applications").choices([
        "real",
        "function",
        "both",
      ]),
    )
    .option("--clock <time>", "infinity: what pages read as the time, such as 2026-03-01T12:00:00Z")
    .option("--python <path>", "infinity: Python 3, for the applications and their verifiers");
}

/** @throws ConfigError, TaskError, BrowserError */
export async function openInfinity(flags: InfinityFlags, context: CliContext): Promise<Benchmark> {
  const { path, apps, taskSet, clock, python, maxSteps } = flags;
  if (path === undefined)
    throw new ConfigError(
      "Expected --path <folder> with --env infinity, got none. Give a WebArena-Infinity checkout, or the folder of one application.",
    );
  const executable = await browserFor(context, flags.browser);
  return await openInfinityBenchmark({
    path,
    executablePath: executable.path,
    ...(apps && { apps }),
    ...(taskSet && { sets: taskSet === "both" ? ["real", "function"] : [taskSet] }),
    ...(clock !== undefined && { clock }),
    ...(python !== undefined && { python }),
    ...(maxSteps !== undefined && { maxSteps }),
    ...(context.environment.path !== undefined && { searchPath: context.environment.path }),
  });
}
