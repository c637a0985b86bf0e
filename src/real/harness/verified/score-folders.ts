/** Scores folders of runs: each holds a folder for every task, named by its id, or is one itself. */

import { readdirSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { ConfigError } from "../../../core/errors.ts";
import { type RunSummary, summarizeVerdicts } from "../../../evaluation/verified/run-summary.ts";
import type { TaskVerdict } from "../../../evaluation/verified/score-task.ts";
import { writeFileWhole } from "../../../store/run-folder.ts";
import type { VerifiedTasks } from "./load-verified-tasks.ts";
import { type FolderOptions, missingFile, scoreFolder } from "./score-folder.ts";

export interface ScoredTask {
  folder: string;
  verdict: TaskVerdict;
}

interface SkippedTask {
  folder: string;
  reason: string;
}

export interface ScoredFolder {
  folder: string;
  tasks: ScoredTask[];
  skipped: SkippedTask[];
  /** How many verdicts an earlier run had already written. */
  kept: number;
  summary: RunSummary;
}

export interface ScoreFoldersOptions extends FolderOptions {
  tasks: VerifiedTasks;
  signal: AbortSignal;
  onProgress: (done: number, total: number) => void;
  /** Milliseconds since 1970, for the summary's time. */
  now: () => number;
}

/** @throws ConfigError for a folder without tasks */
export function scoreFolders(
  folders: readonly string[],
  options: ScoreFoldersOptions,
): ScoredFolder[] {
  const runs = folders.map((folder) => ({ folder, ...findTaskFolders(folder) }));
  const total = runs.reduce((sum, { tasks }) => sum + tasks.length, 0);
  let done = 0;
  return runs.map(({ folder, tasks, isRun }) => {
    const scored = scoreRun(folder, tasks, options, () => options.onProgress(++done, total));
    if (isRun) writeSummary(scored, options);
    return scored;
  });
}

function scoreRun(
  folder: string,
  taskFolders: readonly string[],
  options: ScoreFoldersOptions,
  onTask: () => void,
): ScoredFolder {
  const tasks: ScoredTask[] = [];
  const skipped: SkippedTask[] = [];
  let kept = 0;
  for (const path of taskFolders) {
    options.signal.throwIfAborted();
    const task = options.tasks.byId.get(Number(basename(resolve(path))));
    const missing = missingFile(path);
    if (task === undefined)
      skipped.push({ folder: path, reason: "the task file has no task with this id" });
    else if (missing !== null) skipped.push({ folder: path, reason: `${missing} is missing` });
    else {
      const { verdict, wasScored } = scoreFolder(path, task, options);
      tasks.push({ folder: path, verdict });
      if (wasScored) kept++;
    }
    onTask();
  }
  return {
    folder,
    tasks,
    skipped,
    kept,
    summary: summarizeVerdicts(tasks.map(({ verdict }) => verdict)),
  };
}

const isTaskName = (name: string): boolean => /^\d+$/u.test(name);

function findTaskFolders(folder: string): { tasks: string[]; isRun: boolean } {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ConfigError(`Expected a folder of a run or of a task at ${folder}, got none.`);
  if (isTaskName(basename(resolve(folder)))) return { tasks: [folder], isRun: false };
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isTaskName(entry.name))
    .map(({ name }) => name)
    .sort((one, other) => Number(one) - Number(other));
  if (names.length > 0) return { tasks: names.map((name) => join(folder, name)), isRun: true };
  throw new ConfigError(
    `Expected folders named by task ids in ${folder}, such as 107, got none. Each holds agent_response.json and network.har.`,
  );
}

function writeSummary(
  { folder, summary }: ScoredFolder,
  { versions, now }: ScoreFoldersOptions,
): void {
  const results = { timestamp: new Date(now()).toISOString(), ...versions, summary };
  writeFileWhole(join(folder, "eval_results.json"), `${JSON.stringify(results, null, 2)}\n`);
}
