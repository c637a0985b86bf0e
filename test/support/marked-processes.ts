/** Counts the processes that a call of the command line left behind, by a mark in their environment. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const MARK = "DREAMGYM_KILL_TEST";
const LONGEST_S = 10;

/** The environment of a call whose processes are to be counted. */
export function markedEnvironment(mark: string): NodeJS.ProcessEnv {
  return { ...process.env, [MARK]: mark };
}

/** How many of them still run. Those that are ending have ten seconds. */
export async function countLeftOver(mark: string): Promise<number> {
  let left = countMarked(mark);
  for (let second = 0; left > 0 && second < LONGEST_S; second++) {
    await wait(1000);
    left = countMarked(mark);
  }
  return left;
}

/** Linux: other systems do not show the environment of a process. */
function countMarked(mark: string): number {
  if (!existsSync("/proc")) return 0;
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/environ`, "utf8").includes(`${MARK}=${mark}`);
    } catch {
      return false; // it has just ended, or is not ours
    }
  }).length;
}
