/** Searches many tasks in a dream at the same time, on worker threads. The result does not depend on their number. */

import { Worker } from "node:worker_threads";
import { ModelError } from "../core/errors.ts";
import type { SearchJob, SearchTasks } from "../agent/learning/expert-iteration.ts";
import { encodeCheckpoint } from "../agent/network/checkpoint.ts";
import type { SearchResult } from "../rl/tree-search.ts";
import type { DreamWorld, SearchAnswer, SearchOrder } from "./search-worker.ts";

export interface SearchPoolOptions {
  world: DreamWorld;
  /** Worker threads. Each learns the dream for itself. */
  workers: number;
  /** Called after each task. */
  onTask?: (state: { done: number; total: number; solved: number; expansions: number }) => void;
  signal: AbortSignal;
}

export interface SearchPool extends AsyncDisposable {
  search: SearchTasks;
}

/** The workers start at once, and learn the dream while the caller does something else. */
export function openSearchPool(options: SearchPoolOptions): SearchPool {
  const { world, signal, onTask } = options;
  const workers = Array.from({ length: Math.max(1, options.workers) }, () => startWorker(world));
  /** Workers that ended while nobody asked them anything. */
  const ended = new Map<Worker, unknown>();
  for (const worker of workers) worker.once("error", (error) => ended.set(worker, error));
  return {
    async search(jobs, policy) {
      const checkpoint = encodeCheckpoint(policy);
      const results: SearchResult[] = [];
      const state = { done: 0, total: jobs.length, solved: 0, expansions: 0 };
      let next = 0;
      await Promise.all(
        workers.map(async (worker) => {
          let isNew = true;
          while (next < jobs.length) {
            signal.throwIfAborted();
            if (ended.has(worker))
              throw new ModelError(`A search worker ended: ${String(ended.get(worker))}.`);
            const index = next++;
            const job = jobs[index] as SearchJob;
            const result = await ask(
              worker,
              { index, ...job, checkpoint: isNew ? checkpoint : null },
              signal,
            );
            isNew = false;
            results[index] = result;
            state.done++;
            state.solved += Number(result.solutions.length > 0);
            state.expansions += result.expansions;
            onTask?.(state);
          }
        }),
      );
      return results;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** From the sources, a worker first registers the loader that reads TypeScript. */
function startWorker(world: DreamWorld): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./search-worker.js", import.meta.url), { workerData: world });
  const [loader, file] = ["tsx/esm/api", "./search-worker.ts"].map((name) =>
    JSON.stringify(import.meta.resolve(name)),
  );
  return new Worker(
    `import(${loader}).then(({ register }) => { register(); return import(${file}); });`,
    { eval: true, execArgv: [], workerData: world },
  );
}

/** @throws ModelError when the search failed; the signal's reason when aborted */
function ask(worker: Worker, order: SearchOrder, signal: AbortSignal): Promise<SearchResult> {
  return new Promise((resolve, reject) => {
    const fail = (reason: unknown): void =>
      settle(() =>
        reject(
          new ModelError(`The search of task "${order.task.id}" failed: ${String(reason)}.`, {
            cause: reason,
          }),
        ),
      );
    const abort = (): void => settle(() => reject(signal.reason as Error));
    const exit = (code: number): void => fail(`its worker ended with code ${code}`);
    const hear = ({ index, result, error }: SearchAnswer): void => {
      if (index !== order.index) return;
      if (result === null) fail(error);
      else settle(() => resolve(result));
    };
    const settle = (end: () => void): void => {
      worker.off("message", hear).off("error", fail).off("exit", exit);
      signal.removeEventListener("abort", abort);
      end();
    };
    worker.on("message", hear).on("error", fail).on("exit", exit);
    signal.addEventListener("abort", abort);
    worker.postMessage(order);
  });
}
