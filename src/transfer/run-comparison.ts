/** A whole comparison from nothing: record, check the dream, train every arm, report. Finished work is not repeated. */

import { existsSync } from "node:fs";
import type { Task } from "../core/task.ts";
import { ConfigError } from "../core/errors.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import {
  openRealSites,
  type OpenRealSitesOptions,
  type RealSites,
} from "../real/browser/open-real-sites.ts";
import { createEntityHoldout } from "../real/record/collect/entity-holdout.ts";
import { findConfigDifference } from "../store/config-difference.ts";
import { readJsonFile } from "../store/json-text.ts";
import { assertAllOnLedger } from "../store/ledger.ts";
import { openRunFolder, type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import { armNamed } from "./arms.ts";
import { openLiveWorld } from "./check/live-world.ts";
import { cloneDigest, compare } from "./compare.ts";
import type { CompareConfig } from "./compare-config.ts";
import { type Agent, identityOfAgent } from "../real/harness/agent.ts";
import type { CompareResult, Fidelity } from "./compare-result.ts";
import { trainTasksOf } from "./record-split.ts";
import { renderReport } from "./report.ts";
import { createPhaseClock, keepResult, type PhaseClock } from "./run-files.ts";
import { openRunRecords, type RunRecords } from "./run-records.ts";
import { collectionOf, createSeedSource, nameOf, type PreparedSeed } from "./seed-data.ts";
import {
  checkSiteModule,
  originsOf,
  servedBy,
  type SiteModule,
  tasksOf,
  worldsOf,
} from "./site-module.ts";
import { summarize } from "./summarize.ts";
import { takeSideBySide } from "./take-side-by-side.ts";
import { SILENT_REPORT, type WorkReport } from "./work-report.ts";

export interface ComparisonOptions {
  site: SiteModule;
  config: CompareConfig;
  /** Holds all files of the comparison, which resumes from them. */
  folder: string;
  /** Where the recordings are and go, the folder by default. Comparisons of the same collection share it. */
  recordings?: string;
  /** Evaluated next to the arms that are trained: the arm `agent`. */
  agent?: Agent;
  /** How many browsers run at the same time, at most; and so many threads search in a dream. */
  browsers: number;
  /** Chromium: see `findBrowser` and `ensureBrowser`. */
  executablePath: OpenRealSitesOptions["executablePath"];
  /** Silent by default. */
  report?: WorkReport;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  signal: AbortSignal;
}

/** More seeds and arms extend a run: the others keep their results. */
const MAY_GROW = ["seeds", "arms"];

/** The state that the phases of a running comparison share. */
interface Run extends Omit<ComparisonOptions, "folder" | "site"> {
  report: WorkReport;
  site: ReturnType<typeof checkSiteModule>;
  folder: RunFolder;
  records: RunRecords;
  clock: PhaseClock;
  /** By split. */
  tasks: Record<string, readonly Task[]>;
  origins: Record<string, string>;
}

export async function runComparison(options: ComparisonOptions): Promise<CompareResult> {
  const { config, report = SILENT_REPORT } = options;
  const site = checkSiteModule(options.site, "site module");
  // Mistakes in the settings are reported before there is a folder, and before minutes of recording.
  assertWorlds(config, site.worlds);
  assertAgent(options);
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
  const { gate: _, ...identity } = config;
  const { agent } = options;
  using folder = openRunFolder(
    options.folder,
    { ...identity, ...(agent && identityOfAgent(agent)) },
    { mayGrow: MAY_GROW },
  );
  using records = await openRunRecords(folder);
  report.keepLog(folder.file("log.txt"));
  const clock = createPhaseClock(folder, options.now);
  const run: Run = {
    ...options,
    report,
    site,
    folder,
    records,
    clock,
    tasks,
    origins: originsOf(site),
  };
  const dataOf = createSeedSource({ ...run, recordings: options.recordings });
  if (isUndemonstrated(run)) report.note(NO_DEMONSTRATIONS);
  // The dream of the first seed is checked before any browser opens for training.
  const [firstSeed = 1] = config.seeds;
  await dataOf(firstSeed);
  await trainAndEvaluate(run, dataOf);
  return writeResult(run);
}

async function trainAndEvaluate(
  run: Run,
  dataOf: (seed: number) => Promise<PreparedSeed>,
): Promise<void> {
  const { config, records, clock, folder } = run;
  await using world = await openWorld(run);
  await using texts = openLater(() => openTexts(run));
  const before = records.expenses.length;
  await clock.time("train and evaluate", () => compareArms(run, dataOf, world, texts.get));
  await clock.time("picture an episode", () =>
    keepResult(folder.file("pictures.json"), async () => {
      const { model } = await dataOf(config.seeds[0] ?? 1);
      return takeSideBySide({ ...run, world, model, tasks: run.tasks["train"] ?? [] });
    }),
  );
  // Recordings, which belong to no arm, run on sites of their own.
  const own = records.expenses.slice(before).filter(({ arm }) => arm !== null);
  assertAllOnLedger(own, (await world.countedBySite()) + (await texts.countedBySite()));
}

/** A pool that opens when it is first needed. */
function openLater(
  open: () => Promise<MeteredEnvPool>,
): AsyncDisposable & { get: () => Promise<MeteredEnvPool>; countedBySite: () => Promise<number> } {
  const opened: Promise<MeteredEnvPool>[] = [];
  return {
    get() {
      if (opened.length === 0) opened.push(open());
      return opened[0] as Promise<MeteredEnvPool>;
    },
    async countedBySite() {
      const [pool] = await Promise.all(opened);
      return (await pool?.countedBySite()) ?? 0;
    },
    async [Symbol.asyncDispose]() {
      const [pool] = await Promise.allSettled(opened);
      if (pool?.status === "fulfilled") await pool.value[Symbol.asyncDispose]();
    },
  };
}

/** Writes what the records say. */
function writeResult({ config, records, folder, clock, agent }: Run): CompareResult {
  const result = summarize({
    config,
    records,
    ...(agent && { agent: agent.name }),
    bcCheckpoint: Object.fromEntries(
      config.seeds.map((seed) => [String(seed), cloneDigest(records, seed)]),
    ),
    ...readCollections(folder.path, config),
    seconds: clock.seconds(),
  });
  const pictures = readJsonFile(folder.file("pictures.json")) as Parameters<typeof renderReport>[1];
  writeFileWhole(folder.file("compare.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileWhole(folder.file("report.html"), renderReport(result, pictures));
  return result;
}

/** What is known of the collections of a run: the fidelity of their dreams, and the share of them that was used. */
export function readCollections(
  path: string,
  config: CompareConfig,
): { fidelities: Record<string, Fidelity>; usedShare: number } {
  const read = (name: string, seed: number): unknown => {
    const file = `${path}/${nameOf(name, collectionOf(config, seed))}`;
    return existsSync(file) ? readJsonFile(file) : null;
  };
  const shares = config.seeds.map(
    (seed) => (read("offline-used.json", seed) as { share: number } | null)?.share ?? 1,
  );
  return {
    fidelities: Object.fromEntries(
      config.seeds.flatMap((seed) => {
        const fidelity = read("fidelity.json", seed);
        return fidelity === null ? [] : [[String(seed), fidelity as Fidelity]];
      }),
    ),
    usedShare: shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length),
  };
}

/** Never more browsers than there is work for. */
function openWorld({ site, config, tasks, browsers, executablePath }: Run): Promise<RealSites> {
  const { groupSize, tasksPerIteration } = config.real.rollouts;
  const evaluated = config.evaluate.map(
    ({ split, tasks: limit }) => limit ?? tasks[split]?.length ?? 0,
  );
  return openRealSites({
    ...servedBy(site),
    worlds: worldsOf(site, Object.values(tasks).flat()),
    count: Math.min(browsers, Math.max(groupSize * tasksPerIteration, ...evaluated)),
    executablePath,
  });
}

/** Text browsers on one thread. They wait for the sites at the same time. */
const TEXT_BROWSERS = 8;

function openTexts({ site, tasks, executablePath }: Run): Promise<MeteredEnvPool> {
  return openLiveWorld({
    browser: "text",
    executablePath,
    ...servedBy(site),
    worlds: worldsOf(site, Object.values(tasks).flat()),
    count: TEXT_BROWSERS,
  });
}

function compareArms(
  run: Run,
  dataOf: (seed: number) => Promise<PreparedSeed>,
  world: RealSites,
  textWorld: () => Promise<MeteredEnvPool>,
): Promise<void> {
  const { report, folder, config } = run;
  return compare({
    ...run,
    dataOf,
    isHeldOut: createEntityHoldout(run.site.heldOut ?? { names: [], keys: [] }).forbidsText,
    world,
    textWorld,
    practiceWorld: config.real.world === "text-browser" ? textWorld : () => Promise.resolve(world),
    workers: run.browsers,
    file: (...names) => folder.file(...names),
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

/** Whether nothing to clone is planned: exploration at random seldom solves a task. */
function isUndemonstrated({ config, site }: Pick<Run, "config" | "site">): boolean {
  const clones = config.arms.some((name) => armNamed(name).cloned);
  return clones && site.createDemonstrator === undefined && !((config.collect.mix.agent ?? 0) > 0);
}

const NO_DEMONSTRATIONS =
  "No demonstrations: the site module has no `createDemonstrator`, and `collect.mix` of the config records no agent. The arms clone what random exploration solves by chance, which may be nothing. Then they all start untrained, and their comparison says little. Stop with Ctrl-C and add one of the two, or let it run.";

/** @throws ConfigError for an arm without its agent, or an agent without its arm */
function assertAgent({ config, agent }: Pick<ComparisonOptions, "config" | "agent">): void {
  if (config.arms.includes("agent") === (agent !== undefined)) return;
  throw new ConfigError(
    agent === undefined
      ? "Expected --agent for the arm `agent`, got none. Name one, or remove `agent` from `arms`."
      : `Expected the arm \`agent\` for ${agent.name}, got ${config.arms.join(", ")}. Add it to \`arms\`.`,
  );
}
