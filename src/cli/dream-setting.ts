/** What `dreamgym dream` works on: episodes to learn from, episodes to ask about, their tasks, and the learned model. */

import { join, resolve } from "node:path";
import type { Command } from "commander";
import { SITE_URLS, tasksFolder } from "../../fixtures/index.ts";
import { ConfigError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { toTask } from "../evaluation/to-task.ts";
import { loadTaskConfigs } from "../real/harness/load-tasks.ts";
import { findRecording, loadRecordings } from "../transfer/load-recordings.ts";
import { type LearnedModel, learnModel } from "../transfer/pipeline.ts";
import { trainTasksOf } from "../transfer/record-split.ts";
import { originsOf } from "../transfer/site-module.ts";
import { findOwnSites, type SiteFlags } from "./choose-sites.ts";
import type { CliContext } from "./context.ts";
import { pathName, shareBelowOne, wholeNumber } from "./flags.ts";
import { holdOutTemplateOf, holdOutTemplates, type TemplateSplit } from "./template-split.ts";

export interface DreamFlags extends SiteFlags {
  from: string;
  on?: string;
  show?: string | true;
  share: number;
  seed: number;
}

/** `--from`: what a dream is learned from. */
export function addFromOption(command: Command): Command {
  return command.option(
    "--from <run>",
    "run folder with the recordings to learn from",
    pathName,
    "runs/collect",
  );
}

/** `--from`, and which recordings are asked about: `--on`, `--share` and `--seed`. */
export function addDreamOptions(
  command: Command,
  seed = "seed for choosing the held-out templates",
): Command {
  return addFromOption(command)
    .option("--on <run>", "run folder with other recordings to ask about (default: hold some out)")
    .option("--share <number>", "share of the task templates to hold out", shareBelowOne, 0.25)
    .option("--seed <n>", seed, wholeNumber, 1);
}

export interface DreamSetting extends TemplateSplit, LearnedModel {
  /** The episode to show; null: how true the dream is, over all that is held out. */
  shown: Trajectory | null;
  /** Of what is held out, as far as their tasks are known. */
  tasks: Task[];
  /** Origin by site name. */
  origins: Record<string, string>;
}

/** @throws ConfigError when recordings or tasks are missing */
export async function prepareDream(context: CliContext, flags: DreamFlags): Promise<DreamSetting> {
  const split = await chooseEpisodes(context, flags);
  const known = await findTasks(context, flags, split.heldOut);
  const { progress } = context;
  progress.keepLog(join(flags.from, "log.txt"));
  progress.update(`learning from ${split.learned.length} episodes`);
  const learned = await learnModel(split.learned, { report: progress, signal: context.signal });
  if (learned.buffer.size === 0) {
    throw new ConfigError(
      `Expected recordings with pages in ${flags.from}, got ${split.learned.length} episodes without any. Record them with \`dreamgym collect\`, or with record: true in runEpisode.`,
    );
  }
  return { ...split, ...known, ...learned };
}

/** Tasks of the user's own sites and of `--tasks`; where neither is named, those that come with dreamgym. */
async function findTasks(
  context: CliContext,
  flags: DreamFlags,
  heldOut: readonly Trajectory[],
): Promise<Pick<DreamSetting, "tasks" | "origins">> {
  const wanted = new Set(heldOut.map(({ taskId }) => taskId));
  const site = await findOwnSites(flags, context, "dream");
  const note = (line: string): void => context.progress.note(line);
  const all =
    site === null
      ? (flags.tasks === undefined
          ? loadTaskConfigs(tasksFolder())
          : loadTaskConfigs(flags.tasks, note)
        )
          .filter(({ task_id: id }) => wanted.has(String(id)))
          .map((config) => toTask(config, SITE_URLS))
      : Object.values({ train: trainTasksOf(site), ...site.tasks }).flat();
  return {
    tasks: all.filter(({ id }) => wanted.has(id)),
    origins: site === null ? { ...SITE_URLS } : originsOf(site),
  };
}

async function chooseEpisodes(
  context: CliContext,
  { from, on, show, share, seed }: DreamFlags,
): Promise<TemplateSplit & { shown: Trajectory | null }> {
  if (on !== undefined && resolve(on) === resolve(from)) {
    throw new ConfigError(
      `Expected other recordings with --on than with --from, got ${on} twice. Leave --on out to hold some of them out.`,
    );
  }
  const recordings = await readRun(context, from);
  const asked = on === undefined ? recordings : await readRun(context, on);
  const choose = (episodes: readonly Trajectory[]): Trajectory | null => {
    if (show === undefined) return null;
    return show === true ? longest(episodes) : findRecording(episodes, show);
  };
  if (on !== undefined) return { learned: recordings, heldOut: asked, shown: choose(asked) };
  if (typeof show === "string") {
    const shown = findRecording(recordings, show);
    return { ...holdOutTemplateOf(recordings, shown), shown };
  }
  const split = holdOutTemplates(recordings, share, createRandom(seed).fork("hold back"));
  return { ...split, shown: choose(split.heldOut) };
}

async function readRun({ progress }: CliContext, run: string): Promise<Trajectory[]> {
  return loadRecordings(run, (episodes) => progress.update(`reading ${run}: episode ${episodes}`));
}

const longest = (episodes: readonly Trajectory[]): Trajectory | null =>
  episodes.toSorted((a, b) => b.transitions.length - a.transitions.length)[0] ?? null;
