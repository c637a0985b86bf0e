/** The options of `dreamgym evaluate`, except those of its benchmarks and models. */

import { Command } from "commander";
import type { BenchmarkFlags } from "./benchmarks/benchmark-flags.ts";
import { countFromOne, listOf, pathName, shareBelowOne, wholeNumber } from "./flags.ts";
import type { LlmFlags } from "./llm-flags.ts";

export interface EvaluateFlags extends LlmFlags {
  env: string;
  agent?: string;
  out: string;
  task?: string[];
  template?: number[];
  limit?: number;
  trials?: number;
  seed?: number;
  maxSteps?: number;
  maxRepeats?: number;
  maxParseFailures?: number;
  maxTokens?: number;
  timeLimit?: number;
  hangLimit: number;
  maxErrorShare: number;
  dependencies?: string;
  browsers: number;
  record?: true;
  preview?: true;
  like?: string;
  from?: string;
  compare?: string[];
  export: string[];
  json?: true;
}

export function addSelection(command: Command): void {
  command
    .option("--task <id>", "only this task; may be repeated", listOf)
    .option(
      "--template <id>",
      "only tasks of this template; may be repeated",
      (text, before?: number[]) => [...(before ?? []), wholeNumber(text)],
    )
    .option("--limit <n>", "only so many tasks, spread over the templates", countFromOne)
    .option("--trials <n>", "episodes of each task, for pass@k (default: 1)", countFromOne)
    .option("--seed <n>", "seed of the first trial (default: 0)", wholeNumber)
    .option(
      "--dependencies <file>",
      "CSV: task_id, depends_on (what must have run before)",
      pathName,
    );
}

export function addLimits(command: Command): void {
  command
    .option("--max-steps <n>", "of an episode, instead of the tasks' own", countFromOne)
    .option("--max-tokens <n>", "of an episode; 0: no limit (default: 0)", wholeNumber)
    .option("--time-limit <seconds>", "of an episode (default: 1800)", countFromOne)
    .option("--hang-limit <seconds>", "of one browser call; then it is replaced", countFromOne, 600)
    .option(
      "--max-repeats <n>",
      "equivalent actions before an early stop; 0: never (default: 3)",
      wholeNumber,
    )
    .option(
      "--max-parse-failures <n>",
      "answers without an action before an early stop; 0: the first is an error (default: 3)",
      wholeNumber,
    )
    .option(
      "--max-error-share <share>",
      "stop when more of the episodes break, from 20 episodes on",
      shareBelowOne,
      0.05,
    );
}

/** Adds the options of a benchmark that no other one has added. */
export function addMissing(command: Command, benchmark: BenchmarkFlags): void {
  const own = new Command();
  benchmark.addOptions(own);
  const known = new Set(command.options.map(({ long }) => long));
  for (const option of own.options) if (!known.has(option.long)) command.addOption(option);
}
