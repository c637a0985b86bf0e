/**
 * Directed recording: searches in the dream say which unknown pages lie on promising paths, and real browsers visit
 * those. Several rounds, each with a dream that knows what the rounds before recorded. The recordings, their journal
 * and their ledger are those of the collection, so that everything that reads it reads them too.
 */

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { hashText } from "../core/random.ts";
import {
  countRequests,
  openRealSites,
  type OpenRealSitesOptions,
} from "../real/browser/open-real-sites.ts";
import { EPISODES_FOLDER, recordPlan } from "../real/record/collect/collect.ts";
import { type EndedEntry, openCollectJournal } from "../real/record/collect/collect-journal.ts";
import type { PlannedEpisode } from "../real/record/collect/collect-plan.ts";
import type { EntityHoldout } from "../real/record/collect/entity-holdout.ts";
import type { SearchConfig } from "../rl/tree-search.ts";
import { readJsonFile } from "../store/json-text.ts";
import { openRunFolder, type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import { readTrajectories } from "../store/trajectory-file.ts";
import { DirectedVisitSchema, type DirectedVisit, planDirectedVisits } from "./directed-plan.ts";
import { createDirectedPolicy } from "./directed-policy.ts";
import { learnModel } from "./pipeline.ts";
import { holdoutOf, identityOf } from "./record-split.ts";
import { searchCoverage } from "./search-coverage.ts";
import {
  checkSiteModule,
  originsOf,
  servedBy,
  type SiteModule,
  tasksOf,
  worldsOf,
} from "./site-module.ts";
import { SILENT_REPORT, type WorkReport } from "./work-report.ts";

export interface DirectedOptions {
  site: SiteModule;
  /** Of a collection of `train`. */
  folder: string;
  /** Real steps that all directed episodes in the folder may take, over all calls. */
  budget: number;
  /** The budget has this many parts. Before each one the dream is learned and searched again. Default 3. */
  rounds?: number;
  /** How many browsers run at the same time, at most. */
  browsers: number;
  executablePath: OpenRealSitesOptions["executablePath"];
  search?: Partial<SearchConfig>;
  /** Silent by default. */
  report?: WorkReport;
  signal: AbortSignal;
}

export interface DirectedSummary {
  rounds: number;
  /** Planned, over all rounds. */
  visits: number;
  /** Of them, those that took their whole path on the real site. */
  arrived: number;
  steps: number;
  requests: number;
  /** Episodes that reached a held-out entity, stored apart. */
  withheld: number;
  failed: number;
  /** Kinds of pages that the visits aimed at, most visited first. */
  kinds: { kind: string; visits: number }[];
}

/** What all rounds share. */
interface Setting extends DirectedOptions {
  run: RunFolder;
  tasks: readonly Task[];
  origins: Record<string, string>;
  worlds: Record<string, number>;
  holdout: EntityHoldout;
  report: WorkReport;
}

/** A round searches all tasks again. Less than this share of the budget is not worth it. */
const WORTH_A_ROUND = 0.05;

const RoundSchema = z.strictObject({ visits: z.array(DirectedVisitSchema) });

/**
 * Records, or resumes. The same call on a finished folder does nothing.
 *
 * @throws ConfigError without a collection of the same tasks in the folder; what `recordPlan` throws
 */
export async function recordDirected(options: DirectedOptions): Promise<DirectedSummary> {
  const { folder, budget, rounds = 3, report = SILENT_REPORT } = options;
  const site = checkSiteModule(options.site, "site module");
  const tasks = tasksOf(site, "train");
  using run = openRunFolder(folder, readCollection(folder, identityOf(site, "train", tasks)));
  report.keepLog(run.file("log.txt"));
  mkdirSync(run.file("directed"), { recursive: true });
  const setting: Setting = {
    ...options,
    site,
    run,
    tasks,
    origins: originsOf(site),
    worlds: worldsOf(site, tasks),
    holdout: holdoutOf(site, "train"),
    report,
  };
  const visits: DirectedVisit[] = [];
  for (let round = 1; ; round++) {
    const spent = stepsOf(await directedEntries(run));
    const steps = Math.min(budget - spent, Math.ceil(budget / rounds));
    const planned = await planRound(setting, round, steps, visits);
    if (planned.length === 0) return summarize(round - 1, visits, await directedEntries(run));
    visits.push(...planned);
    await play(setting, round, visits);
  }
}

/** The round's plan from its file, or a new one. Empty when the budget is spent or nothing is left to visit. */
async function planRound(
  setting: Setting,
  round: number,
  steps: number,
  earlier: readonly DirectedVisit[],
): Promise<DirectedVisit[]> {
  const { run, tasks, origins, holdout, budget, report, signal, search } = setting;
  const path = run.file("directed", `round-${round}.json`);
  if (existsSync(path)) return RoundSchema.parse(readJsonFile(path)).visits;
  if (steps < WORTH_A_ROUND * budget) return [];
  const recordings: Trajectory[] = [];
  for await (const trajectory of readTrajectories(run.file(EPISODES_FOLDER)))
    recordings.push(trajectory);
  const watch = { report, signal };
  const { model } = await learnModel(recordings, watch);
  const { coverage, plans } = await searchCoverage({
    model,
    recordings,
    tasks,
    origins,
    forbids: (observation, action) =>
      holdout.forbidsPage(observation) || holdout.forbidsAction(observation, action),
    watch,
    ...(search && { search }),
  });
  const visits = planDirectedVisits(coverage, steps, earlier);
  report.note(
    `Round ${round}: ${plans.length} of ${tasks.length} tasks solved in the dream, ${coverage.gaps.length} kinds of pages unknown, ${visits.length} visits planned.`,
  );
  if (visits.length > 0)
    writeFileWhole(path, `${JSON.stringify({ visits } satisfies z.input<typeof RoundSchema>)}\n`);
  return visits;
}

async function play(
  setting: Setting,
  round: number,
  visits: readonly DirectedVisit[],
): Promise<void> {
  const { run, site, tasks, worlds, holdout, browsers, executablePath, report, signal } = setting;
  const taskById = new Map(tasks.map((task) => [task.id, task]));
  const visitById = new Map(visits.map((visit) => [visit.id, visit]));
  const plan = visits.map(({ id, taskId, path }): PlannedEpisode => {
    const task = taskById.get(taskId) as Task;
    return { id, actor: "directed", task: { ...task, maxSteps: path.length }, seed: hashText(id) };
  });
  using journal = await openCollectJournal(run.file("journal.jsonl"));
  const left = plan.filter((episode) => !journal.isSettled(episode)).length;
  journal[Symbol.dispose]();
  if (left === 0) return;
  await using world = await openRealSites({
    ...servedBy(site),
    worlds,
    count: Math.min(browsers, left),
    executablePath,
  });
  await recordPlan({
    plan,
    folder: run.path,
    policyFor: ({ id }) =>
      createDirectedPolicy(visitById.get(id)?.path ?? [], holdout.forbidsAction),
    holdout,
    envs: world.envs.map((env) => ({ env, countRequests: () => countRequests(env) })),
    ...(site.provider && { counters: world }),
    onProgress: ({ episodes, planned, steps }) =>
      report.update(
        `directed recording, round ${round}: ${episodes} of ${planned} visits, ${steps} steps`,
        { done: episodes, total: planned },
      ),
    log: (line) => report.note(line),
    signal,
  });
}

/** The config of the collection. @throws ConfigError */
function readCollection(folder: string, identity: Record<string, unknown>): unknown {
  const path = join(folder, "config.json");
  if (!existsSync(path))
    throw new ConfigError(
      `Expected a collection in ${folder}, got none. Record one first: the same command without --directed.`,
    );
  const config = readJsonFile(path) as Record<string, unknown>;
  for (const [key, value] of Object.entries(identity))
    if (JSON.stringify(config[key]) !== JSON.stringify(value))
      throw new ConfigError(
        `Expected the collection in ${folder} to have ${key} = ${JSON.stringify(value)}, as the chosen sites have, got ${JSON.stringify(config[key])}. Choose the sites that it was recorded on.`,
      );
  return config;
}

async function directedEntries(run: RunFolder): Promise<EndedEntry[]> {
  using journal = await openCollectJournal(run.file("journal.jsonl"));
  return journal.ended.filter(({ actor }) => actor === "directed");
}

function stepsOf(entries: readonly EndedEntry[]): number {
  return entries.reduce((sum, { steps }) => sum + steps, 0);
}

function summarize(
  rounds: number,
  visits: readonly DirectedVisit[],
  entries: readonly EndedEntry[],
): DirectedSummary {
  const lengths = new Map(visits.map(({ id, path }) => [id, path.length]));
  const counts = new Map<string, number>();
  for (const { kind } of visits) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const count = (outcome: EndedEntry["outcome"]): number =>
    entries.filter((entry) => entry.outcome === outcome).length;
  return {
    rounds,
    visits: visits.length,
    arrived: entries.filter(
      ({ id, outcome, steps }) => outcome === "kept" && steps === lengths.get(id),
    ).length,
    steps: stepsOf(entries),
    requests: entries.reduce((sum, { requests }) => sum + requests, 0),
    withheld: count("withheld"),
    failed: count("failed"),
    kinds: [...counts]
      .map(([kind, of]) => ({ kind, visits: of }))
      .sort((a, b) => b.visits - a.visits),
  };
}
