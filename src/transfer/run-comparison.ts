/** A whole comparison from nothing: record, check the dream, train every arm, report. Finished work is not repeated. */

import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { ConfigError } from "../core/errors.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import {
  openRealSites,
  type OpenRealSitesOptions,
  type RealSites,
} from "../real/browser/open-real-sites.ts";
import { CollectConfigSchema } from "../real/record/collect/collect-plan.ts";
import type { CollectSummary } from "../real/record/collect/collect-summary.ts";
import { findConfigDifference } from "../store/config-difference.ts";
import { openRunFolder, type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { assertAllOnLedger, type LedgerLine } from "../store/ledger.ts";
import { applyGate, assertGate } from "./check/dream-gate.ts";
import type { DreamMeasures } from "./check/dream-measures.ts";
import { measureRecorded } from "./check/measure-recorded.ts";
import { cloneDigest, compare } from "./compare.ts";
import type { CompareConfig } from "./compare-config.ts";
import type { CompareResult } from "./compare-result.ts";
import { findFidelityWarnings, measureDream } from "./dream-fidelity.ts";
import { loadRecordings } from "./load-recordings.ts";
import { type LearnedModel, learnModel } from "./pipeline.ts";
import { createPlaceboModel } from "./placebo-model.ts";
import { recordSplit, trainTasksOf } from "./record-split.ts";
import { renderReport } from "./report.ts";
import { createPhaseClock, keepResult } from "./run-files.ts";
import { openRunRecords, type RunRecords } from "./run-records.ts";
import { checkSiteModule, originsOf, type SiteModule, tasksOf, worldsOf } from "./site-module.ts";
import { summarize } from "./summarize.ts";
import { takeSideBySide } from "./take-side-by-side.ts";
import { watchModel } from "./watch-model.ts";
import { SILENT_REPORT, type WorkReport } from "./work-report.ts";

export interface ComparisonOptions {
  site: SiteModule;
  config: CompareConfig;
  /** Holds all files of the comparison, which resumes from them. */
  folder: string;
  /** How many browsers run at the same time, at most. */
  browsers: number;
  /** Chromium: see `findBrowser` and `ensureBrowser`. */
  executablePath: OpenRealSitesOptions["executablePath"];
  /** Silent by default. */
  report?: WorkReport;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  signal: AbortSignal;
}

/** The state that the phases of a running comparison share. */
interface Run extends Omit<ComparisonOptions, "folder" | "site"> {
  report: WorkReport;
  site: ReturnType<typeof checkSiteModule>;
  folder: RunFolder;
  records: RunRecords;
  /** By split. */
  tasks: Record<string, readonly Task[]>;
  origins: Record<string, string>;
}

export async function runComparison(options: ComparisonOptions): Promise<CompareResult> {
  const { config, report = SILENT_REPORT } = options;
  const site = checkSiteModule(options.site, "site module");
  // Mistakes in the settings are reported before there is a folder, and before minutes of recording.
  assertWorlds(config, site.worlds);
  const tasks = {
    ...Object.fromEntries(
      ["dev", ...config.evaluate.map(({ split }) => split)].map((split) => [
        split,
        tasksOf(site, split),
      ]),
    ),
    train: trainTasksOf(site),
  };
  // The gate changes no result. So thresholds may change after it has stopped a run.
  const { gate, ...identity } = config;
  using folder = openRunFolder(options.folder, identity);
  using records = await openRunRecords(folder);
  report.keepLog(folder.file("log.txt"));
  const run: Run = { ...options, report, site, folder, records, tasks, origins: originsOf(site) };
  const clock = createPhaseClock(folder, options.now);

  const offline = await clock.time("collect", () => recordAndRead(run, "train"));
  const heldOut = await clock.time("collect for fidelity", () => recordAndRead(run, "dev"));
  const learned = await clock.time("learn the dream", () => learnModel(offline, run));
  const fidelity = await clock.time("check the dream", () => checkDream(run, learned, heldOut));
  for (const doubt of findFidelityWarnings(fidelity))
    report.note(`the dream is doubtful: ${doubt}`);
  const measures = await clock.time("check the dream", () => measureGated(run, learned, heldOut));
  assertGate(applyGate(gate, measures));

  await using world = await openWorld(run);
  const before = records.expenses.length;
  await clock.time("train and evaluate", () => compareArms(run, learned, offline, world));
  const { model } = learned;
  const pictures = await clock.time("picture an episode", () =>
    keepResult(folder.file("pictures.json"), () =>
      takeSideBySide({ ...run, world, model, tasks: tasks.train }),
    ),
  );
  assertAllOnLedger(records.expenses.slice(before), await world.countedBySite());
  const bcCheckpoint = Object.fromEntries(
    config.seeds.map((seed) => [String(seed), cloneDigest(records, seed)]),
  );
  const result = summarize({ config, records, bcCheckpoint, fidelity, seconds: clock.seconds() });
  writeFileWhole(folder.file("compare.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileWhole(folder.file("report.html"), renderReport(result, pictures));
  return result;
}

/** Records a split's episodes unless they exist, enters their cost once, and reads them. */
async function recordAndRead(run: Run, split: "train" | "dev"): Promise<Trajectory[]> {
  const { config, records } = run;
  const folder = run.folder.file(split === "train" ? "offline" : "fidelity");
  const line: LedgerLine = split === "train" ? "collection" : "fidelity replay";
  if (!records.expenses.some((expense) => expense.line === line)) {
    const { devEpisodes, ...offline } = config.collect;
    const summary = await recordSplit({
      ...run,
      split,
      folder,
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
  return loadRecordings(folder);
}

/**
 * A collection has reconciled its requests with the sites' count while it ran. The request count at the moment of a
 * kill is unknown.
 */
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

function checkDream(
  run: Run,
  { model, buffer }: LearnedModel,
  heldOut: readonly Trajectory[],
): Promise<CompareResult["fidelity"]> {
  return keepResult(run.folder.file("fidelity.json"), async () => {
    const { fidelity } = await measureDream({
      model: watchModel(model, run),
      buffer,
      evaluator: createEvaluator(),
      origins: run.origins,
      tasks: run.tasks["dev"] ?? [],
      heldOut,
    });
    return fidelity;
  });
}

/** What the gate looks at. It costs no real step. */
function measureGated(
  run: Run,
  { model }: LearnedModel,
  heldOut: readonly Trajectory[],
): Promise<DreamMeasures> {
  return keepResult(run.folder.file("dream-check.json"), () =>
    measureRecorded({
      model: watchModel(model, run),
      evaluator: createEvaluator(),
      origins: run.origins,
      tasks: run.tasks["dev"] ?? [],
      heldOut,
      walks: run.config.gate.walks,
      hasRecordedPlans: true,
    }),
  );
}

/** Never more browsers than there is work for. */
function openWorld({ site, config, tasks, browsers, executablePath }: Run): Promise<RealSites> {
  const { groupSize, tasksPerIteration } = config.real.rollouts;
  const evaluated = config.evaluate.map(
    ({ split, tasks: limit }) => limit ?? tasks[split]?.length ?? 0,
  );
  return openRealSites({
    provider: site.provider ?? site.urls ?? {},
    worlds: worldsOf(site, Object.values(tasks).flat()),
    count: Math.min(browsers, Math.max(groupSize * tasksPerIteration, ...evaluated)),
    executablePath,
  });
}

async function compareArms(
  run: Run,
  { model, buffer }: LearnedModel,
  offline: readonly Trajectory[],
  world: RealSites,
): Promise<void> {
  const { report, origins } = run;
  await compare({
    ...run,
    offline,
    world,
    imagine: (kind, seed) => [
      createExperienceEnv({
        model: kind === "dream" ? model : createPlaceboModel({ model, buffer, seed }),
        evaluator: createEvaluator(),
        origins,
      }),
    ],
    onProgress: (state, work) => report.update(state, work),
    log: (message) => report.note(message),
    // Nearly every arm gives the same warning; the result has the figures, and the summary one line on them.
    warn: (message) => report.log(`warning: ${message}`),
  });
}

/** @throws ConfigError when the worlds of the config are not the worlds of the tasks */
function assertWorlds({ worlds }: CompareConfig, own: Readonly<Record<string, number>>): void {
  if (findConfigDifference(own, worlds) === null) return;
  throw new ConfigError(
    `The tasks need worlds ${JSON.stringify(own)}; the config says ${JSON.stringify(worlds)}. Remove \`worlds\` from the config.`,
  );
}
