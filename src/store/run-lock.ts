/**
 * A lock file that keeps two processes from writing into one run folder. It names its holder. A process takes over
 * the lock of a holder that was killed.
 */

import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import { readJsonFile } from "./json-text.ts";

const HolderSchema = z.strictObject({
  pid: z.int(),
  host: z.string(),
  /** When the process started, in kernel ticks. Null if the system does not say. Systems reuse process ids. */
  started: z.string().nullable(),
});
type Holder = z.infer<typeof HolderSchema>;

/** Field 22 of Linux's `/proc/<pid>/stat`. The name in field 2 may itself contain blanks and parentheses. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return holder.started === null || startOf(holder.pid) === holder.started;
}

/** null if there is no lock, or its writer was killed during the write. */
function readHolder(path: string): Holder | null {
  try {
    return HolderSchema.parse(readJsonFile(path));
  } catch {
    return null;
  }
}

function tryCreate(path: string, holder: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(holder), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves a dead holder's lock aside. Returns false and restores the lock if another process locked first. */
function removeStale(path: string, stale: Holder | null): boolean {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return false;
  }
  const moved = readHolder(aside);
  if (JSON.stringify(moved) === JSON.stringify(stale)) {
    rmSync(aside, { force: true });
    return true;
  }
  renameSync(aside, path);
  return false;
}

/**
 * Takes the lock.
 *
 * @throws ConfigError if a living process holds it
 */
export function takeRunLock(path: string): Disposable {
  const self: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  for (let attempt = 0; attempt < 5; attempt++) {
    if (tryCreate(path, self)) {
      return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
    }
    const holder = readHolder(path);
    if (holder !== null && holder.host !== self.host) {
      throw new ConfigError(
        `Process ${holder.pid} on ${holder.host} has locked the run folder. If it no longer runs, delete ${path}.`,
      );
    }
    if (holder !== null && isAlive(holder)) {
      throw new ConfigError(
        `Process ${holder.pid} is writing to the run folder (its lock is ${path}). Wait until it ends, or choose another folder with --out.`,
      );
    }
    removeStale(path, holder);
  }
  throw new ConfigError(`Another process locked ${path} first. Try again.`);
}
