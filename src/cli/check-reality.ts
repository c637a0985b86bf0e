/** The real part of `dreamgym dream check`: makes plans in the dream, opens the sites, and spends the real steps. */

import { join } from "node:path";
import { SITE_URLS } from "../../fixtures/index.ts";
import { ConfigError } from "../core/errors.ts";
import type { ExperienceModel } from "../core/experience.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { openJsonLines } from "../store/json-lines.ts";
import { LEDGER_FILE } from "../store/ledger.ts";
import { makeFolders } from "../store/run-folder.ts";
import type { PlanSet } from "../transfer/check/dreamed-plans.ts";
import { openLiveWorld } from "../transfer/check/live-world.ts";
import { type LiveMeasures, measureLive } from "../transfer/check/measure-live.ts";
import { spreadEvenly } from "../transfer/check/spread-evenly.ts";
import { type CheckedSiteModule, worldsOf } from "../transfer/site-module.ts";
import { browserFor, countBrowsers } from "./browsers.ts";
import { makePlans } from "./check-plans.ts";
import { chooseSites, findOwnSites } from "./choose-sites.ts";
import type { CliContext } from "./context.ts";
import type { DreamFlags, DreamSetting } from "./dream-setting.ts";

export interface RealityFlags extends Omit<DreamFlags, "show"> {
  plans: string[];
  planTasks: number;
  split: string;
  policy?: string;
  expansions: number;
  budget: number;
  over: "chromium" | "text";
  browsers: number;
  browser?: string;
}

export interface RealitySetting extends DreamSetting {
  /** The model, with progress and Ctrl-C. */
  watched: ExperienceModel;
}

/** Null where no real step is to be taken, or where no live site or no task is known. */
export async function measureReality(
  context: CliContext,
  flags: RealityFlags,
  setting: RealitySetting,
): Promise<LiveMeasures | null> {
  if (flags.budget === 0) return null;
  const site = await findLiveSites(context, flags, setting);
  if (site === null) return null;
  const plans = await planTasks(context, flags, setting, site);
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
    provider: site.provider ?? site.urls ?? {},
    worlds: worldsOf(site, tasks),
    count: flags.over === "text" ? 1 : countBrowsers(flags.browsers, tasks.length),
    executablePath: async () => (await browserFor(context, flags.browser)).path,
  });
  const ledger = join(flags.from, "check");
  makeFolders(ledger);
  using entries = openJsonLines(join(ledger, LEDGER_FILE));
  let isDone = false;
  let spent: LiveMeasures["cost"] | null = null;
  try {
    const live = await measureLive({
      world,
      model: setting.watched,
      evaluator: createEvaluator(),
      origins: setting.origins,
      plans,
      tasks: setting.tasks,
      heldOut: setting.heldOut,
      budget: flags.budget,
      onProgress: (state, work) => context.progress.update(state, work),
      onSpent: (soFar) => (spent = soFar),
      signal: context.signal,
    });
    isDone = true;
    entries.append(live.cost);
    return live;
  } finally {
    if (!isDone && spent !== null) entries.append(spent);
  }
}

/** The user's own sites, or the bundled ones that the recordings show. */
async function findLiveSites(
  context: CliContext,
  flags: RealityFlags,
  { heldOut, learned }: DreamSetting,
): Promise<CheckedSiteModule | null> {
  if ((await findOwnSites(flags, { progress: { ...context.progress, note: () => {} } })) !== null)
    return chooseSites(flags, context);
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

/** None where the site has no tasks. @throws ConfigError for a split that is held out */
async function planTasks(
  context: CliContext,
  flags: RealityFlags,
  { watched, learned, origins }: RealitySetting,
  site: CheckedSiteModule,
): Promise<PlanSet[]> {
  if (flags.split !== "train" && flags.split !== "dev")
    throw new ConfigError(
      `Expected --split train or dev, got ${flags.split}. Held-out tasks are for the final evaluation only.`,
    );
  const tasks = spreadEvenly(site.tasks[flags.split] ?? [], (task) => task);
  return makePlans(context, flags.plans, {
    model: watched,
    origins,
    tasks: tasks.slice(0, flags.planTasks),
    learned,
    checkpoint: flags.policy,
    seed: flags.seed,
    expansions: flags.expansions,
  });
}
