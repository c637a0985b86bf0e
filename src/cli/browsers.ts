/** Which browser to use, and how many of them. */

import { availableParallelism, totalmem } from "node:os";
import { ConfigError } from "../core/errors.ts";
import { ensureBrowser } from "../real/browser/install/install-browser.ts";
import type { CliContext } from "./context.ts";

/** More for each core only wait for one another. */
const BROWSERS_PER_CORE = 4;
/** A headless Chromium with one page and its share of the sites. */
const BYTES_PER_BROWSER = 400 * 2 ** 20;

/** Browser to use: the flag, else `DREAMGYM_BROWSER`, else one that is found or can be had. */
export async function browserFor(
  context: CliContext,
  flag: string | undefined,
): ReturnType<typeof ensureBrowser> {
  return ensureBrowser({
    configuredPath: flag ?? context.environment.browser,
    searchPath: context.environment.path,
    log: (line) => context.progress.note(line),
    signal: context.signal,
  });
}

interface Machine {
  cores: number;
  memoryBytes: number;
}

/**
 * How many browsers to start: never more than there is work for.
 *
 * @param work episodes or tasks
 * @throws ConfigError for more than the machine can carry
 */
export function countBrowsers(
  wanted: number,
  work: number,
  machine: Machine = { cores: availableParallelism(), memoryBytes: totalmem() },
): number {
  const count = Math.min(wanted, work);
  const { cores, memoryBytes } = machine;
  const byMemory = Math.floor(memoryBytes / BYTES_PER_BROWSER);
  const limit = Math.max(1, Math.min(cores * BROWSERS_PER_CORE, byMemory));
  if (count <= limit) return count;
  const gibibytes = (memoryBytes / 2 ** 30).toFixed(0);
  throw new ConfigError(
    `Expected --browsers up to ${limit}, got ${wanted}. This machine has ${cores} cores (${BROWSERS_PER_CORE} browsers each) and ${gibibytes} GiB of memory (${BYTES_PER_BROWSER / 2 ** 20} MiB a browser). Lower --browsers.`,
  );
}
