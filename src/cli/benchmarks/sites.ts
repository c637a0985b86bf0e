/** `--env sites`: the bundled sites, a user's module, or sites that run already; in a browser, or in another world. */

import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { type CheckedSiteModule, tasksOf } from "../../transfer/site-module.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import { openDreamBenchmark } from "../../transfer/dream-benchmark.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { learnModel } from "../../transfer/pipeline.ts";
import { openSiteBenchmark } from "../../transfer/site-benchmark.ts";
import { openTextBenchmark } from "../../transfer/text-benchmark.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import type { CliContext } from "../context.ts";
import { listOf, pathName } from "../flags.ts";
import type { BenchmarkFlags } from "./benchmark-flags.ts";

interface Flags extends SiteFlags {
  split?: string[];
  browser?: string;
  world: "browser" | "text" | "dream";
  recordings?: string;
}

export const sitesFlags: BenchmarkFlags = {
  name: "sites",
  addOptions(command) {
    addSiteOptions(command)
      .option(
        "--split <name>",
        "split of the site's tasks; may be repeated (default: those that are not train or dev)",
        listOf,
      )
      .addOption(
        new Option(
          "--world <name>",
          "sites: a real browser, the text browser without scripts, or a dream of recordings",
        )
          .choices(["browser", "text", "dream"])
          .default("browser"),
      )
      .option("--recordings <folder>", "--world dream: the run to learn it from", pathName);
  },
  async open(given, context, judge) {
    const flags = given as unknown as Flags;
    const site = await chooseSites(flags, context);
    const tasks = tasksOfSplits(site, flags.split);
    const evaluator = createEvaluator(judge === null ? {} : { judge: judge.create("strict") });
    const options = { site, tasks, evaluator, judgeName: judge?.name ?? "none" };
    if (flags.world === "text") return await openTextBenchmark(options);
    if (flags.world === "dream") return await openDream(options, flags.recordings, context);
    const { path } = await browserFor(context, flags.browser);
    return await openSiteBenchmark({ ...options, executablePath: path });
  },
};

async function openDream(
  options: Omit<Parameters<typeof openDreamBenchmark>[0], "model" | "recordings">,
  recordings: string | undefined,
  { progress, signal }: CliContext,
): Promise<Benchmark> {
  if (recordings === undefined)
    throw new ConfigError(
      "Expected --recordings with --world dream, got none. Name the folder of a run of `dreamgym collect`.",
    );
  const learned = await learnModel(await loadRecordings(recordings), { report: progress, signal });
  return openDreamBenchmark({ ...options, model: learned.model, recordings });
}

/** Splits that nothing learns from, or all of them where every task may be learned from. */
function tasksOfSplits(site: CheckedSiteModule, named: readonly string[] | undefined): Task[] {
  if (named !== undefined) return named.flatMap((split) => tasksOf(site, split));
  const splits = Object.keys(site.tasks);
  const heldOut = splits.filter((split) => split !== "train" && split !== "dev");
  return (heldOut.length > 0 ? heldOut : splits).flatMap((split) => site.tasks[split] ?? []);
}
