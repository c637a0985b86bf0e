/** Files that a run folder keeps between two calls: results computed once, and the seconds of each phase. */

import { existsSync } from "node:fs";
import { readJsonFile } from "../store/json-text.ts";
import { type RunFolder, writeFileWhole } from "../store/run-folder.ts";

/** Computes once; the file holds the result for the next time. */
export async function keepResult<T>(path: string, compute: () => Promise<T>): Promise<T> {
  if (existsSync(path)) return readJsonFile(path) as T;
  const result = await compute();
  writeFileWhole(path, `${JSON.stringify(result, null, 2)}\n`);
  return result;
}

export interface PhaseClock {
  time<T>(phase: string, work: () => Promise<T>): Promise<T>;
  seconds(): Record<string, number>;
}

/** Seconds by phase, summed over the first run and every resume. */
export function createPhaseClock(folder: RunFolder, now: () => number): PhaseClock {
  const path = folder.file("seconds.json");
  const spent: Record<string, number> = existsSync(path)
    ? (readJsonFile(path) as Record<string, number>)
    : {};
  return {
    async time(phase, work) {
      const start = now();
      try {
        return await work();
      } finally {
        spent[phase] = (spent[phase] ?? 0) + (now() - start) / 1000;
        writeFileWhole(path, `${JSON.stringify(spent)}\n`);
      }
    },
    seconds: () => ({ ...spent }),
  };
}
