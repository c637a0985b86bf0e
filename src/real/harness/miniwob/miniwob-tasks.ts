/** The tasks of MiniWoB++: a page with a seed that chooses its problem. */

import { ConfigError } from "../../../core/errors.ts";
import { hashText } from "../../../core/random.ts";
import type { Task } from "../../../core/task.ts";
import { PAGE_NEEDS } from "./page-needs.ts";

export const MINIWOB_ORIGIN = "http://miniwob.test";
export const MINIWOB_SITE = "miniwob";

/** A task, and the problem of its page. */
export interface MiniwobTask {
  task: Task;
  page: string;
  seed: number;
}

export interface ListTasksOptions {
  /** Names of all pages. */
  pages: readonly string[];
  /** Names of the wanted pages, or null for all that the agent's actions can solve. */
  wanted: readonly string[] | null;
  /** Seeds of each page's problems. */
  seeds: readonly number[];
  maxSteps: number;
}

/** Tasks of one page follow each other, since the same page starts its next problem without a load. */
export function listTasks({ pages, wanted, seeds, maxSteps }: ListTasksOptions): MiniwobTask[] {
  for (const name of wanted ?? [])
    if (!pages.includes(name))
      throw new ConfigError(
        `Expected the name of a page in the folder, such as ${pages.slice(0, 3).join(", ")}, got "${name}".`,
      );
  const chosen = wanted ?? pages.filter((name) => PAGE_NEEDS[name] === undefined);
  return chosen.flatMap((page) =>
    seeds.map((seed) => ({ page, seed, task: toTask(page, seed, maxSteps) })),
  );
}

/** The page states the goal once its problem has started. */
function toTask(page: string, seed: number, maxSteps: number): Task {
  return {
    id: `miniwob.${page}.${seed}`,
    goal: `The goal that the page ${page} states for seed ${seed}.`,
    startUrls: [pageUrl(page)],
    sites: [MINIWOB_SITE],
    maxSteps,
    checks: [],
    templateId: hashText(page),
    world: "",
  };
}

function pageUrl(page: string): string {
  return `${MINIWOB_ORIGIN}/miniwob/${page}.html`;
}
