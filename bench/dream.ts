/**
 * How fast the dream is: a policy plays episodes in it, and expands nodes as a tree search does, first on new pages,
 * then on kept ones. On several cores each dreams by itself, as seeds and arms do in a comparison. The sum of their
 * simultaneous speeds counts.
 */

import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { PassSpeed } from "./dream-passes.ts";
import type { DreamWorkerData } from "./dream-worker.ts";

export interface DreamBenchOptions extends Omit<DreamWorkerData, "seed" | "work"> {
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
  coldExpansionsPerSecond: number;
  expansionsPerSecond: number;
  /** Computing time of one, mean of the cores, in ms. */
  cpuMs: { coldStep: number; step: number; coldExpansion: number; expansion: number };
}

export async function benchDream(options: DreamBenchOptions): Promise<DreamBench> {
  const { cores, onProgress, ...data } = options;
  const on = cores === 1 ? "one core" : `${cores} cores at once`;
  onProgress(`dream: rollouts of a cloned policy on ${on} …`);
  const steps = summarize(await measure(cores, { ...data, work: "steps" }));
  onProgress(`dream: node expansions on ${on} …`);
  const expansions = summarize(await measure(cores, { ...data, work: "expansions" }));
  return {
    cores,
    coldStepsPerSecond: steps.cold.perSecond,
    stepsPerSecond: steps.warm.perSecond,
    coldExpansionsPerSecond: expansions.cold.perSecond,
    expansionsPerSecond: expansions.warm.perSecond,
    cpuMs: {
      coldStep: steps.cold.cpuMs,
      step: steps.warm.cpuMs,
      coldExpansion: expansions.cold.cpuMs,
      expansion: expansions.warm.cpuMs,
    },
  };
}

/** The passes of each worker. Each kind of work gets new workers, to which all pages are new. */
async function measure(cores: number, data: Omit<DreamWorkerData, "seed">): Promise<PassSpeed[][]> {
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
    return (await ask(() => "go")) as PassSpeed[][];
  } finally {
    for (const worker of workers) worker.kill();
  }
}

/** Of each worker the first pass, and the median of the later ones. */
function summarize(workers: readonly PassSpeed[][]): { cold: PassSpeed; warm: PassSpeed } {
  const together = (of: (passes: PassSpeed[], key: keyof PassSpeed) => number): PassSpeed => ({
    perSecond: workers.reduce((sum, passes) => sum + of(passes, "perSecond"), 0),
    cpuMs: workers.reduce((sum, passes) => sum + of(passes, "cpuMs"), 0) / workers.length,
  });
  return {
    cold: together((passes, key) => passes[0]?.[key] ?? 0),
    warm: together((passes, key) => median(passes.slice(1).map((pass) => pass[key]))),
  };
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
