/** A world to act in, with its tasks: a dream that is learned from recordings, or sites in real browsers. */

import type { Env } from "../core/env.ts";
import { ConfigError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { loadRecordings } from "../transfer/load-recordings.ts";
import { learnModel } from "../transfer/pipeline.ts";
import { openSiteBenchmark } from "../transfer/site-benchmark.ts";
import { type CheckedSiteModule, originsOf, tasksOf } from "../transfer/site-module.ts";
import { browserFor, countBrowsers } from "./browsers.ts";
import { chooseSites, type SiteFlags } from "./choose-sites.ts";
import type { CliContext } from "./context.ts";

export interface WorldFlags extends SiteFlags {
  env: "dream" | "real";
  from: string;
  split?: string[];
  browser?: string;
}

export interface World extends AsyncDisposable {
  readonly name: "dream" | "real";
  /** For people. */
  readonly description: string;
  readonly splits: Readonly<Record<string, readonly Task[]>>;
  /** What the dream was learned from. Empty in the real world. */
  readonly recordings: readonly Trajectory[];
  openEnv(slot: number): Promise<Env>;
}

/** @param count environments at the same time. @throws ConfigError when recordings, tasks or a browser are missing */
export async function openWorld(
  flags: WorldFlags,
  count: number,
  context: CliContext,
): Promise<World> {
  const site = await chooseSites(flags, context);
  const splits = splitsOf(site, flags.split ?? ["train"]);
  return flags.env === "dream"
    ? await openDream(flags, site, splits, context)
    : await openReal(flags, site, splits, count, context);
}

/** @throws ConfigError for a split without tasks */
function splitsOf(site: CheckedSiteModule, names: readonly string[]): Record<string, Task[]> {
  const splits = Object.fromEntries(names.map((name) => [name, [...tasksOf(site, name)]]));
  const empty = names.find((name) => splits[name]?.length === 0);
  if (empty === undefined) return splits;
  throw new ConfigError(
    `Expected tasks in --split ${empty}, got none. Name a split of ${Object.keys(site.tasks).join(", ") || "a file with --tasks"}.`,
  );
}

async function openDream(
  { from }: WorldFlags,
  site: CheckedSiteModule,
  splits: Record<string, Task[]>,
  { progress, signal }: CliContext,
): Promise<World> {
  progress.update(`reading ${from}`);
  const recordings = await loadRecordings(from);
  progress.update(`learning from ${recordings.length} episodes`);
  const { model, buffer } = await learnModel(recordings, { report: progress, signal });
  if (buffer.size === 0)
    throw new ConfigError(
      `Expected recordings with pages in ${from}, got none. Record them with \`dreamgym collect\`.`,
    );
  const origins = originsOf(site);
  return {
    name: "dream",
    description: `A web simulator learned from ${recordings.length} recorded episodes. Rules score its episodes.`,
    splits,
    recordings,
    openEnv: () =>
      Promise.resolve(createExperienceEnv({ model, evaluator: createEvaluator(), origins })),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openReal(
  { browser }: WorldFlags,
  site: CheckedSiteModule,
  splits: Record<string, Task[]>,
  count: number,
  context: CliContext,
): Promise<World> {
  countBrowsers(count, count);
  const benchmark = await openSiteBenchmark({
    site,
    tasks: Object.values(splits).flat(),
    executablePath: (await browserFor(context, browser)).path,
  });
  if (benchmark.isolated !== true && count > 1)
    context.progress.note(
      "These sites share one state among all environments. Use one environment for tasks that write.",
    );
  return {
    name: "real",
    description: "Web sites in Chromium. Rules score the episodes.",
    splits,
    recordings: [],
    openEnv: (slot) => benchmark.openEnv(slot),
    [Symbol.asyncDispose]: () => benchmark[Symbol.asyncDispose](),
  };
}
