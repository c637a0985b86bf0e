/** A whole comparison from nothing: collect, check the dream, train every arm, report. What is done already stays done. */

import { SITE_URLS, WORLD_SEEDS } from "../../fixtures/index.ts";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { toTask } from "../evaluation/to-task.ts";
import { CollectConfigSchema } from "../real/record/collect/collect-plan.ts";
import { EPISODES_FOLDER } from "../real/record/collect/collect.ts";
import type { CollectSummary } from "../real/record/collect/collect-summary.ts";
import { findConfigDifference } from "../store/config-difference.ts";
import { openRunFolder, type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import { readTrajectories } from "../store/trajectory-file.ts";
import { createRetrievalModel } from "../synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { createPlaceboModel } from "../transfer/placebo-model.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { assertAllOnLedger, type LedgerLine } from "../store/ledger.ts";
import { cloneDigest, compare } from "../transfer/compare.ts";
import type { CompareConfig } from "../transfer/compare-config.ts";
import type { CompareResult } from "../transfer/compare-result.ts";
import { findFidelityWarnings, measureDream } from "../transfer/dream-fidelity.ts";
import { openRunRecords, type RunRecords } from "../transfer/run-records.ts";
import { renderReport } from "../transfer/report.ts";
import { summarize } from "../transfer/summarize.ts";
import { collectSplit } from "./commands/collect.ts";
import { loadSplit } from "./committed-tasks.ts";
import type { CliContext } from "./context.ts";
import { openRealSites } from "./open-real-sites.ts";
import { takeSideBySide } from "./take-side-by-side.ts";
import { watchCalibration, watchModel } from "./watch-model.ts";

export interface RunComparisonOptions {
  config: CompareConfig;
  out: string;
  /** How many browsers run side by side. */
  browsers: number;
  browser?: string | undefined;
}

export async function runComparison(
  context: CliContext,
  options: RunComparisonOptions,
): Promise<CompareResult> {
  const { config, out } = options;
  const { progress, signal, now } = context;
  // What does not fit is told before there is a folder, and before minutes of collecting.
  assertWorlds(config);
  const tasks = loadSplits(
    ["train", "dev", ...config.evaluate.map(({ split }) => split)],
    config.sites,
  );
  using folder = openRunFolder(out, config);
  using records = await openRunRecords(folder);
  const clock = createPhaseClock(folder, now);

  const offline = await clock.time("collect", () =>
    collectAndRead(context, options, records, "train"),
  );
  const heldOut = await clock.time("collect for fidelity", () =>
    collectAndRead(context, options, records, "dev"),
  );
  const evaluator = createEvaluator();
  const buffer = new ReplayBuffer(offline);
  const model = await clock.time("learn the dream", () =>
    createRetrievalModel({ buffer, onQuestion: watchCalibration(context) }),
  );
  const fidelity = await clock.time("check the dream", () =>
    keepResult(folder.file("fidelity.json"), () =>
      measureDream({
        model: watchModel(model, context),
        buffer,
        evaluator,
        origins: SITE_URLS,
        tasks: tasks["dev"] ?? [],
        heldOut,
      }),
    ),
  );
  progress.clear(); // else the last question of the dream would be told again at the very end
  for (const doubt of findFidelityWarnings(fidelity))
    progress.note(`the dream is doubtful: ${doubt}`);

  await using world = await openRealSites(context, {
    sites: config.sites,
    browser: options.browser,
    count: options.browsers,
    worlds: config.worlds,
  });
  const before = records.expenses.length;
  await clock.time("train and evaluate", () =>
    compare({
      config,
      records,
      tasks,
      offline,
      world,
      imagine: (kind, seed) => [
        createExperienceEnv({
          model: kind === "dream" ? model : createPlaceboModel({ model, buffer, seed }),
          evaluator,
          origins: SITE_URLS,
        }),
      ],
      log: (message) => progress.note(message),
      warn: (message) => progress.note(`warning: ${message}`),
      now,
      signal,
    }),
  );
  const bcCheckpoint = Object.fromEntries(
    config.seeds.map((seed) => [String(seed), cloneDigest(records, seed)]),
  );
  const pictures = await clock.time("picture an episode", () =>
    keepResult(folder.file("pictures.json"), () =>
      takeSideBySide({ config, records, world, model, tasks: tasks["train"] ?? [], signal }),
    ),
  );
  assertAllOnLedger(records.expenses.slice(before), await world.countedBySite());
  const result = summarize({ config, records, bcCheckpoint, fidelity, seconds: clock.seconds() });
  writeFileWhole(folder.file("compare.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileWhole(folder.file("report.html"), renderReport(result, pictures));
  return result;
}

/** Collects a split's episodes where they are not there yet, enters their cost once, and reads them. */
async function collectAndRead(
  context: CliContext,
  { config, out, browsers, browser }: RunComparisonOptions,
  records: RunRecords,
  split: "train" | "dev",
): Promise<Trajectory[]> {
  const folder = join(out, split === "train" ? "offline" : "fidelity");
  const line: LedgerLine = split === "train" ? "collection" : "fidelity replay";
  if (!records.expenses.some((expense) => expense.line === line)) {
    const { devEpisodes, ...offline } = config.collect;
    const summary = await collectSplit(context, {
      split,
      folder,
      sites: config.sites,
      browsers,
      browser,
      config: CollectConfigSchema.parse(
        split === "train"
          ? offline
          : {
              seed: offline.seed,
              episodes: devEpisodes,
              mix: { demonstrator: 1, noisyDemonstrator: 1, random: 0 },
            },
      ),
    });
    records.addExpense(expenseOf(line, summary));
  }
  const trajectories: Trajectory[] = [];
  for await (const trajectory of readTrajectories(join(folder, EPISODES_FOLDER)))
    trajectories.push(trajectory);
  return trajectories;
}

/** A collection has reconciled its requests with the sites' count while it ran; what it was in when killed is not known. */
function expenseOf(
  line: LedgerLine,
  { episodes, steps, requests, failed, withheld, interrupted }: CollectSummary,
): Parameters<RunRecords["addExpense"]>[0] {
  return {
    line,
    arm: null,
    seed: null,
    episodes: episodes + withheld + failed + interrupted,
    steps,
    requests,
    failedEpisodes: failed + interrupted,
    countedBySite: requests,
    ...(interrupted > 0 && { isCutOff: true }),
  };
}

/** @throws ConfigError for other worlds than the committed tasks are about */
function assertWorlds({ worlds }: CompareConfig): void {
  const difference = findConfigDifference(WORLD_SEEDS, worlds);
  if (difference === null) return;
  throw new ConfigError(
    `Expected \`worlds\` to be ${JSON.stringify(WORLD_SEEDS)}, of which the tasks are, got ${JSON.stringify(worlds)}. Leave it out of the config.`,
  );
}

function loadSplits(splits: readonly string[], sites: readonly string[]): Record<string, Task[]> {
  return Object.fromEntries(
    splits.map((split) => [split, loadSplit(split, sites).map((task) => toTask(task, SITE_URLS))]),
  );
}

/** Computes once; the file holds the result for the next time. */
async function keepResult<T>(path: string, compute: () => Promise<T>): Promise<T> {
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")) as T;
  const result = await compute();
  writeFileWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

/** Seconds by phase, summed over all the times that the run was gone on with. */
function createPhaseClock(
  folder: RunFolder,
  now: () => number,
): {
  time<T>(phase: string, work: () => Promise<T>): Promise<T>;
  seconds(): Record<string, number>;
} {
  const path = folder.file("seconds.json");
  const spent: Record<string, number> = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, number>)
    : {};
  return {
    async time(phase, work) {
      const start = now();
      try {
        return await work();
      } finally {
        spent[phase] = (spent[phase] ?? 0) + (now() - start) / 1000;
        writeFileWhole(path, `${JSON.stringify(spent)}\n`);
      }
    },
    seconds: () => ({ ...spent }),
  };
}
