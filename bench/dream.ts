/**
 * How fast the dream is: a policy plays episodes in it, first on new pages, then on kept ones. On several cores each
 * dreams by itself, as seeds and arms do in a comparison. The sum of their simultaneous speeds counts.
 */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { DreamWorkerData } from "./dream-worker.ts";

export interface DreamBenchOptions extends Omit<DreamWorkerData, "seed"> {
  /** Number of simultaneous workers. */
  cores: number;
  onProgress: (line: string) => void;
}

export interface DreamBench {
  cores: number;
  /** All cores together, policy included, while each page is dreamed for the first time. */
  coldStepsPerSecond: number;
  /** The same once the pages are known: of each core the median of the later passes. */
  stepsPerSecond: number;
}

export async function benchDream(options: DreamBenchOptions): Promise<DreamBench> {
  const { cores, onProgress, ...data } = options;
  const on = cores === 1 ? "one core" : `${cores} cores at once`;
  onProgress(`dream: rollouts of a cloned policy on ${on} …`);
  const entry = fileURLToPath(new URL("dream-worker.ts", import.meta.url));
  const workers = Array.from({ length: cores }, () => fork(entry, { serialization: "advanced" }));
  try {
    await Promise.all(workers.map(answerOf));
    const ask = (what: (seed: number) => DreamWorkerData | string): Promise<unknown[]> =>
      Promise.all(
        workers.map((worker, seed) => {
          const answer = answerOf(worker);
          worker.send(what(seed));
          return answer;
        }),
      );
    await ask((seed) => ({ ...data, seed }));
    // All begin when the last has learned its model, or they would not share the machine.
    const rates = (await ask(() => "go")) as number[][];
    const together = (rateOf: (passes: number[]) => number): number =>
      rates.reduce((sum, passes) => sum + rateOf(passes), 0);
    return {
      cores,
      coldStepsPerSecond: together((passes) => passes[0] ?? 0),
      stepsPerSecond: together((passes) => median(passes.slice(1))),
    };
  } finally {
    for (const worker of workers) worker.kill();
  }
}

async function answerOf(worker: ChildProcess): Promise<unknown> {
  const exit = new AbortController();
  const onExit = (code: number | null): void =>
    exit.abort(new Error(`A worker of the bench ended with ${code}.`));
  worker.once("exit", onExit);
  try {
    const [answer] = (await once(worker, "message", { signal: exit.signal })) as [unknown];
    return answer;
  } finally {
    worker.off("exit", onExit);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
