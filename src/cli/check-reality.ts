/** The real part of `dreamgym dream check`: makes plans in the dream, opens the sites, and spends the real steps. */

import { join } from "node:path";
import { SITE_URLS } from "../../fixtures/index.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { openJsonLines } from "../store/json-lines.ts";
import { LEDGER_FILE, type LedgerEntry } from "../store/ledger.ts";
import { makeFolders } from "../store/run-folder.ts";
import type { PlanSet } from "../transfer/check/dreamed-plans.ts";
import { openLiveWorld } from "../transfer/check/live-world.ts";
import { type LiveMeasures, measureLive } from "../transfer/check/measure-live.ts";
import { spreadEvenly } from "../transfer/check/spread-evenly.ts";
import { type CheckedSiteModule, servedBy, worldsOf } from "../transfer/site-module.ts";
import { watchModel } from "../transfer/watch-model.ts";
import { SILENT_REPORT } from "../transfer/work-report.ts";
import { browserFor, countBrowsers } from "./browsers.ts";
import { makePlans, type MakePlansOptions } from "./check-plans.ts";
import { chooseSites, findOwnSites } from "./choose-sites.ts";
import type { CliContext } from "./context.ts";
import type { DreamFlags, DreamSetting } from "./dream-setting.ts";

export interface RealityFlags extends Omit<DreamFlags, "show"> {
  plans: string[];
  planTasks: number;
  split: "train" | "dev";
  policy?: string;
  expansions: number;
  budget: number;
  over: "chromium" | "text";
  browsers: number;
  browser?: string;
}

/** Null where no real step is to be taken, or where no live site or no task is known. */
export async function measureReality(
  context: CliContext,
  flags: RealityFlags,
  setting: DreamSetting,
): Promise<LiveMeasures | null> {
  if (flags.budget === 0) return null;
  const site = await findLiveSites(context, flags, setting);
  if (site === null) return null;
  // The tasks show the progress, so the answers need not. Ctrl-C is heard between two of them.
  const model = watchModel(setting.model, { report: SILENT_REPORT, signal: context.signal });
  const plans = await planTasks(context, flags, { ...setting, model }, site);
  const planned = plans.flatMap((set) => set.plans.map(({ task }) => task));
  const tasks = [...setting.tasks, ...planned];
  if (tasks.length === 0) {
    context.progress.note(
      "No real step is taken: no task of these episodes is known. Name the file that holds them with --tasks.",
    );
    return null;
  }
  context.progress.update("opening the real sites");
  await using world = await openLiveWorld({
    browser: flags.over,
    ...servedBy(site),
    worlds: worldsOf(site, tasks),
    count: flags.over === "text" ? 1 : countBrowsers(flags.browsers, tasks.length),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
  });
  return await spendOnLedger(join(flags.from, "check"), (onSpent) =>
    measureLive({
      world,
      model,
      evaluator: createEvaluator(),
      origins: setting.origins,
      plans,
      tasks: setting.tasks,
      heldOut: setting.heldOut,
      budget: flags.budget,
      onProgress: (state, work) => context.progress.update(state, work),
      onSpent,
      signal: context.signal,
    }),
  );
}

/** The ledger in `folder` gets the cost of the work, also where it was cut off. */
async function spendOnLedger(
  folder: string,
  work: (onSpent: (soFar: LedgerEntry) => void) => Promise<LiveMeasures>,
): Promise<LiveMeasures> {
  makeFolders(folder);
  using ledger = openJsonLines(join(folder, LEDGER_FILE));
  let spent: LedgerEntry | null = null;
  try {
    const live = await work((soFar) => (spent = soFar));
    spent = live.cost;
    return live;
  } finally {
    if (spent !== null) ledger.append(spent);
  }
}

/** The user's own sites, or the bundled ones that the recordings show. */
async function findLiveSites(
  context: CliContext,
  flags: RealityFlags,
  { heldOut, learned }: DreamSetting,
): Promise<CheckedSiteModule | null> {
  const quiet = { ...context, progress: { ...context.progress, note: () => {} } };
  if ((await findOwnSites(flags, quiet)) !== null) return chooseSites(flags, context);
  const origins = new Set([...learned, ...heldOut].flatMap(originsIn));
  const recorded = Object.entries(SITE_URLS).flatMap(([name, url]) =>
    origins.has(new URL(url).origin) ? [name] : [],
  );
  if (recorded.length > 0) return chooseSites({ sites: recorded, ...flags }, context);
  context.progress.note(
    "No real step is taken: the recordings are of no site that comes with dreamgym. Name yours with --site-module or --site.",
  );
  return null;
}

const originsIn = ({ transitions, finalObservation }: Trajectory): string[] =>
  [...transitions.map(({ observation }) => observation), finalObservation].flatMap(
    ({ url }) => URL.parse(url)?.origin ?? [],
  );

/** None where the site has no tasks of the split. */
async function planTasks(
  context: CliContext,
  flags: RealityFlags,
  { model, learned, origins }: Pick<MakePlansOptions, "model" | "learned" | "origins">,
  site: CheckedSiteModule,
): Promise<PlanSet[]> {
  const tasks = spreadEvenly(site.tasks[flags.split] ?? [], (task) => task);
  return makePlans(context, flags.plans, {
    model,
    origins,
    tasks: tasks.slice(0, flags.planTasks),
    learned,
    checkpoint: flags.policy,
    seed: flags.seed,
    expansions: flags.expansions,
  });
}
