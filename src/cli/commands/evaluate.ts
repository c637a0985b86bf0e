/** `dreamgym evaluate`: measures an agent on a benchmark, and compares or exports what was measured. */

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import { type Dependencies, readDependencies } from "../../real/harness/task-order.ts";
import { compareEvaluations } from "../../transfer/evaluate/compare-evaluations.ts";
import { EvaluationConfigSchema } from "../../transfer/evaluate/evaluation-config.ts";
import { previewEvaluation } from "../../transfer/evaluate/preview-evaluation.ts";
import { readEvaluation } from "../../transfer/evaluate/read-evaluation.ts";
import { runEvaluation } from "../../transfer/evaluate/run-evaluation.ts";
import { pickTasks } from "../../transfer/pick-tasks.ts";
import { infinityFlags } from "../benchmarks/infinity.ts";
import { miniwobFlags } from "../benchmarks/miniwob.ts";
import { sitesFlags } from "../benchmarks/sites.ts";
import { webarenaFlags } from "../benchmarks/webarena.ts";
import type { BenchmarkFlags } from "../benchmarks/benchmark-flags.ts";
import { countBrowsers } from "../browsers.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { assertExports, EXPORT_NAMES, writeExports } from "../evaluation-exports.ts";
import {
  addLimits,
  addMissing,
  addSelection,
  type EvaluateFlags as Flags,
} from "../evaluate-flags.ts";
import {
  browserOption,
  browsersOption,
  commaList,
  given,
  jsonOption,
  parseConfig,
  pathName,
} from "../flags.ts";
import { addLlmOptions } from "../llm-flags.ts";
import { openAgent } from "../load-agent.ts";
import { createRunModels, type RunModels } from "../run-models.ts";
import { formatComparison, formatEvaluation, formatPreview } from "../text/evaluation-text.ts";
import { versionsOf } from "../versions.ts";

/** What `--env` may be. The first one is the default. */
const BENCHMARKS: readonly BenchmarkFlags[] = [
  sitesFlags,
  webarenaFlags,
  miniwobFlags,
  infinityFlags,
];

export const addEvaluate: AddCommand = (program, context) => {
  const command = program
    .command("evaluate")
    .description(
      "Measure an agent on tasks, in real browsers unless --world says otherwise. Run it again to resume.",
    )
    .addOption(
      new Option("--env <name>", "what the tasks come from")
        .choices(BENCHMARKS.map(({ name }) => name))
        .default(BENCHMARKS[0]?.name),
    )
    .option(
      "--agent <name or file>",
      "random, scripted, llm, a checkpoint, or a .ts or .js file that exports a policy",
    )
    .option("--out <folder>", "run folder", pathName, join("runs", "evaluate"));
  addSelection(command);
  addLimits(command);
  for (const benchmark of BENCHMARKS) addMissing(command, benchmark);
  addLlmOptions(command);
  command
    .addOption(browsersOption())
    .addOption(browserOption())
    .option("--record", "keep each page's HTML too, so that a dream can learn from the episodes")
    .option("--preview", "print the plan and its cost, and play nothing")
    .option(
      "--like <folder>",
      "with --preview: an earlier run, to estimate the cost from",
      pathName,
    )
    .option("--from <folder>", "print the results of a run, and play nothing", pathName)
    .option("--compare <folders...>", "compare two runs of the same tasks, episode by episode")
    .option(
      "--export <formats>",
      `also write ${EXPORT_NAMES.join(", ")} into exports/`,
      commaList,
      [],
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym evaluate --agent scripted --sites shopping,reddit --limit 20
  dreamgym evaluate --agent runs/quickstart/checkpoints/dream-1-0.bin --out runs/dream
  dreamgym evaluate --agent my-agent.ts --trials 4 --browsers 4 --preview
  dreamgym evaluate --agent llm --endpoint http://localhost:8000/v1 --model qwen --limit 10 --max-usd 5
  dreamgym evaluate --compare runs/dream runs/other
  dreamgym evaluate --from runs/dream --export browsergym,inspect`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  assertExports(flags.export);
  if (flags.compare !== undefined) return await compare(context, flags.compare, flags.json);
  if (flags.from !== undefined) return await show(context, flags.from, flags);
  if (flags.agent === undefined && !flags.preview)
    throw new ConfigError("Expected --agent, got none. Name random, scripted, llm, or a file.");
  const choice = BENCHMARKS.find(({ name }) => name === flags.env) as BenchmarkFlags;
  await using models = createRunModels(flags, context, flags.out);
  await using benchmark = await choice.open({ ...flags }, context, await models.openJudge());
  const tasks = chooseTasks(benchmark.tasks, flags);
  const dependencies: Dependencies =
    flags.dependencies === undefined ? new Map() : readDependencies(flags.dependencies);
  if (flags.preview) await preview(context, flags, { benchmark, tasks, dependencies });
  else await evaluate(context, flags, { benchmark, tasks, dependencies }, models);
}

interface Work {
  benchmark: Benchmark;
  tasks: readonly Task[];
  dependencies: Dependencies;
}

async function evaluate(
  context: CliContext,
  flags: Flags,
  { benchmark, tasks, dependencies }: Work,
  models: RunModels,
): Promise<void> {
  const { progress, now, signal } = context;
  const config = configOf(flags);
  await runEvaluation({
    benchmark,
    tasks,
    agent: await openAgent(flags.agent ?? "", models, benchmark, config.trials),
    config,
    record: flags.record === true,
    folder: flags.out,
    workers: countBrowsers(flags.browsers, tasks.length * config.trials),
    dependencies,
    maxErrorShare: flags.maxErrorShare,
    hangMs: 1000 * flags.hangLimit,
    versions: versionsOf(),
    report: progress,
    now,
    signal,
  });
  progress.clear();
  const cost = models.describeCost();
  if (cost !== null) progress.note(cost);
  await show(context, flags.out, flags);
}

/** Exit 1 while something has no result. */
async function show(context: CliContext, folder: string, flags: Flags): Promise<void> {
  const evaluation = await readEvaluation(folder);
  const { summary, openErrors } = evaluation;
  const paths = await writeExports(evaluation, flags.export);
  if (flags.json) context.print(JSON.stringify({ ...evaluation.identity, ...summary }));
  else for (const line of formatEvaluation(summary, folder)) context.print(line);
  for (const path of paths) context.progress.note(`Written: ${path}`);
  if (openErrors.length > 0) throw new CommandFailed();
}

async function compare(
  { print }: CliContext,
  folders: readonly string[],
  asJson: true | undefined,
): Promise<void> {
  const [first, second, ...more] = folders;
  if (first === undefined || second === undefined || more.length > 0)
    throw new ConfigError(
      `Expected --compare with two run folders, got ${folders.length}. Write --compare runs/a runs/b.`,
    );
  const [a, b] = [await readEvaluation(first), await readEvaluation(second)];
  const comparison = compareEvaluations(a.results, b.results);
  if (asJson) print(JSON.stringify(comparison));
  else for (const line of formatComparison(comparison, [first, second])) print(line);
}

async function preview(
  { print }: CliContext,
  flags: Flags,
  { benchmark, tasks, dependencies }: Work,
): Promise<void> {
  const config = configOf(flags);
  const isStarted = existsSync(resolve(flags.out, "config.json"));
  const done = isStarted ? (await readEvaluation(flags.out)).results : [];
  const plan = previewEvaluation({
    tasks,
    config,
    workers: flags.browsers,
    isolated: benchmark.isolated ?? false,
    dependencies,
    done,
    like: flags.like === undefined ? done : (await readEvaluation(flags.like)).results,
  });
  if (flags.json) print(JSON.stringify(plan));
  else for (const line of formatPreview(plan)) print(line);
}

function configOf(flags: Flags) {
  const { trials, seed, maxSteps, maxRepeats, maxParseFailures, maxTokens, timeLimit } = flags;
  return parseConfig(
    EvaluationConfigSchema,
    given({
      trials,
      seed,
      maxSteps,
      maxRepeats,
      maxParseFailures,
      maxTokens,
      timeLimitSeconds: timeLimit,
    }),
    "evaluate",
  );
}

/** @throws ConfigError if nothing is left, or a named task is not there */
function chooseTasks(all: readonly Task[], { task: ids, template, limit }: Flags): Task[] {
  const known = new Set(all.map(({ id }) => id));
  const missing = ids?.find((id) => !known.has(id));
  if (missing !== undefined)
    throw new ConfigError(
      `Expected --task to be the id of one of ${all.length} tasks, got ${missing}. Check --env, --split and --sites.`,
    );
  const chosen = all.filter(
    ({ id, templateId }) => (ids?.includes(id) ?? true) && (template?.includes(templateId) ?? true),
  );
  if (chosen.length === 0)
    throw new ConfigError(
      "Expected at least one task, got none. Check --env, --split and --template, or give --tasks.",
    );
  return limit === undefined ? chosen : pickTasks(chosen, limit);
}
