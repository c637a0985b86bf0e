/**
 * Which task may start next. On shared sites a task that writes runs alone on its sites, and tasks keep their order
 * around it, so that a parallel run gives each task the same sites as a run one by one. Besides, a task may have to
 * wait for others that a file names.
 */

import { readFileSync } from "node:fs";
import { ConfigError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";

/** The ids of the tasks that must have run before, by task id. */
export type Dependencies = ReadonlyMap<string, readonly string[]>;

export interface OrderedJob {
  task: Task;
  trial: number;
}

export interface TaskOrderOptions {
  /** Whether each environment has a state of its own: see `Benchmark`. */
  isolated: boolean;
  dependencies: Dependencies;
}

/** For `runEpisodes`: the first waiting job that may start, or −1. */
export function createTaskOrder({ isolated, dependencies }: TaskOrderOptions) {
  return (waiting: readonly OrderedJob[], running: readonly OrderedJob[]): number => {
    const open = countOpen([...waiting, ...running], dependencies);
    const claims = new Claims();
    if (!isolated) for (const { task } of running) claims.add(task);
    return waiting.findIndex((job) => {
      const { task } = job;
      const isFree = isolated || claims.allows(task);
      // A later task does not overtake one that it may influence.
      if (!isolated) claims.add(task);
      return isFree && !waitsForOther(job, dependencies, open);
    });
  };
}

/** Sites that tasks read and write. */
class Claims {
  readonly #read = new Set<string>();
  readonly #written = new Set<string>();

  allows(task: Task): boolean {
    const isWriter = writesToSite(task);
    return task.sites.every(
      (site) => !this.#written.has(site) && !(isWriter && this.#read.has(site)),
    );
  }

  add(task: Task): void {
    const isWriter = writesToSite(task);
    for (const site of task.sites) (isWriter ? this.#written : this.#read).add(site);
  }
}

/**
 * Whether a right solution changes the site, as far as the checks show it: they look at pages after the episode, or ask
 * for a request that is not a GET. WebArena marks no task as writing.
 */
export function writesToSite({ checks }: Task): boolean {
  return checks.some(
    (check) =>
      check.kind === "program_html" ||
      (check.kind === "network_event" &&
        check.events.some(({ present, method }) => present && method.toUpperCase() !== "GET")),
  );
}

/** Jobs that have not ended, of tasks that others wait for: the lowest trial by task id. */
function countOpen(jobs: readonly OrderedJob[], dependencies: Dependencies): Map<string, number> {
  const open = new Map<string, number>();
  if (dependencies.size === 0) return open;
  for (const { task, trial } of jobs)
    open.set(task.id, Math.min(trial, open.get(task.id) ?? Infinity));
  return open;
}

function waitsForOther(
  { task, trial }: OrderedJob,
  dependencies: Dependencies,
  open: Map<string, number>,
): boolean {
  return (dependencies.get(task.id) ?? []).some((id) => (open.get(id) ?? Infinity) <= trial);
}

/**
 * Reads a CSV file with the columns `task_id` and `depends_on`, as BrowserGym has one for WebArena. `depends_on` names
 * ids with blanks between them. Names such as `webarena.12` stand for their number.
 *
 * @throws ConfigError if it cannot be read or lacks a column
 */
export function readDependencies(path: string): Dependencies {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(
      `Expected a CSV file of dependencies at ${path}, got ${(error as NodeJS.ErrnoException).code}. Check the path.`,
      { cause: error },
    );
  }
  const [head = "", ...rows] = text.replace("\ufeff", "").split(/\r?\n/u);
  const columns = head.split(",").map((name) => name.trim());
  const [idColumn, dependsColumn] = ["task_id", "depends_on"].map((name) => {
    const index = columns.indexOf(name);
    if (index >= 0) return index;
    throw new ConfigError(
      `${path}: expected a column ${name}, got ${columns.join(", ")}. Name the columns in the first line.`,
    );
  }) as [number, number];
  const entries = rows
    .filter((row) => row.trim() !== "")
    .map((row): [string, string[]] => {
      const cells = row.split(",");
      const ids = (cells[dependsColumn] ?? "").split(/[\s;]+/u).filter((id) => id !== "");
      return [numberOf(cells[idColumn] ?? ""), ids.map(numberOf)];
    });
  return new Map(entries.filter(([, ids]) => ids.length > 0));
}

const numberOf = (name: string): string => name.trim().replace(/^.*\./u, "");
