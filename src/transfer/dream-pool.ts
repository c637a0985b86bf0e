/** Worker threads that search in a dream for an arm. What they found is kept, and the progress is that of a whole round. */

import type { Trajectory } from "../core/trajectory.ts";
import type { SearchTasks } from "../agent/learning/expert-iteration.ts";
import type { CompareOptions } from "./compare.ts";
import { keepSearches } from "./keep-searches.ts";
import { openSearchPool } from "./search-pool.ts";

/** Tasks in one part of a kept round: a cut-off run repeats one part at most. */
const PART_SIZE = 24;

export interface DreamPool extends AsyncDisposable {
  /** A search that is kept in this file of the run folder. */
  search(...file: string[]): SearchTasks;
}

export interface DreamPoolOptions {
  /** The dream is learned from them. */
  recordings: readonly Trajectory[];
  /** Searches in the placebo of this seed instead. */
  placeboSeed: number | null;
  /** Who searches, for the progress. */
  title: string;
}

export function openDreamPool(
  { origins, workers, onProgress, signal, file }: CompareOptions,
  { recordings, placeboSeed, title }: DreamPoolOptions,
): DreamPool {
  /** Of the parts of this round that are done. */
  let before = { done: 0, solved: 0, expansions: 0 };
  let total = 0;
  const pool = openSearchPool({
    world: { recordings, origins, placeboSeed },
    workers,
    signal,
    onTask(part) {
      const done = before.done + part.done;
      const solved = before.solved + part.solved;
      onProgress(
        `${title}: searching, ${solved} of ${done} solved, ${before.expansions + part.expansions} expansions`,
        { done, total },
      );
    },
  });
  return {
    search:
      (...names) =>
      (jobs, policy) => {
        total = jobs.length;
        return keepSearches({
          path: file(...names),
          jobs,
          partSize: PART_SIZE,
          search(part, results) {
            before = {
              done: results.length,
              solved: results.filter(({ solutions }) => solutions.length > 0).length,
              expansions: results.reduce((sum, { expansions }) => sum + expansions, 0),
            };
            return pool.search(part, policy);
          },
        });
      },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
