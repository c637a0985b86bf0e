/** How a benchmark puts itself on the command line: one file of this folder for each value of `--env`. */

import type { Command } from "commander";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import type { CliContext } from "../context.ts";
import type { NamedJudge } from "../../evaluation/judge.ts";

export interface BenchmarkFlags {
  /** The value of `--env`. */
  readonly name: string;
  /** Flags of its own. Two benchmarks may share a flag: the first one's description counts. */
  addOptions(command: Command): void;
  /** @param flags all flags of the command. @throws ConfigError, TaskError, SiteError */
  open(
    flags: Readonly<Record<string, unknown>>,
    context: CliContext,
    judge: NamedJudge | null,
  ): Promise<Benchmark>;
}
