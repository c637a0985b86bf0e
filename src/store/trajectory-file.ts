/**
 * A trajectory on disk: JSON Lines with a header line, one line per transition, and an end line. Each episode has its
 * own file, which gets its name once it is whole. So a killed recorder leaves only whole episodes, several recorders
 * need no lock, and people can read, copy or delete single episodes.
 */

import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boundary, RecordingError } from "../core/errors.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { parseJsonLine } from "./json-lines.ts";
import { EndLineSchema, parseTrajectory, toLines } from "./trajectory-lines.ts";

/** What some file system does not take in a name, what leads to another folder, and what hides a file. */
const UNSAFE = /^\.|[/\\:*?"<>|%\p{Cc}]/gu;

/**
 * What the file or folder of a trajectory is called. Each id has a name of its own, which never leads out of the
 * folder: unsafe characters are written as `%2F`.
 *
 * @throws RecordingError for an empty id
 */
export function trajectoryName(id: string): string {
  if (id === "")
    throw new RecordingError("Expected a trajectory id, got an empty text. It names the file.");
  const hex = (char: string): string => (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return id.replace(UNSAFE, (char) => `%${hex(char).padStart(2, "0")}`);
}

/**
 * Writes `<folder>/<id>.jsonl` (or another name) atomically, and replaces an older file. Returns its path. A
 * log-probability that is not finite is left out.
 *
 * @throws RecordingError if the id is empty, the trajectory could not be read back, or the write fails
 */
export async function writeTrajectory(
  folder: string,
  trajectory: Trajectory,
  name = `${trajectoryName(trajectory.id)}.jsonl`,
): Promise<string> {
  const path = join(folder, name);
  return boundary(RecordingError, `Expected to write ${path}`, async () => {
    const text = toLines(trajectory, path);
    assertReadable(text, path);
    await mkdir(folder, { recursive: true });
    const unfinished = `${path}.unfinished`;
    await writeFile(unfinished, text, { flush: true });
    await rename(unfinished, path);
    return path;
  });
}

function assertReadable(text: string, path: string): void {
  try {
    parseTrajectory(text, path);
  } catch (error) {
    const { message } = error as Error;
    throw new RecordingError(`${message}. Nothing was written.`, { cause: error });
  }
}

/** @throws RecordingError with file and line of the first fault */
export async function readTrajectory(path: string): Promise<Trajectory> {
  const text = await boundary(RecordingError, `Expected to read ${path}`, () =>
    readFile(path, "utf8"),
  );
  return parseTrajectory(text, path);
}

/** Longer than the start of any end line, but shorter than most lines: pages make lines long. */
const TAIL_BYTES = 64 * 1024;

/**
 * Whether the last line of a file is a whole end line. It reads nothing before that line, so it finds a truncated
 * file and a damaged end. `readTrajectory` finds damage in the middle.
 */
export async function hasWholeEnd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    let tail = Buffer.alloc(0);
    let start = (await file.stat()).size;
    // The last line starts after the second-to-last line break.
    while (start > 0 && tail.indexOf("\n") >= tail.length - 1) {
      const length = Math.min(TAIL_BYTES, start);
      start -= length;
      const { buffer } = await file.read(Buffer.alloc(length), 0, length, start);
      tail = Buffer.concat([buffer, tail]);
    }
    const lines = tail.toString("utf8").split("\n");
    if (lines.pop() !== "") return false;
    parseJsonLine(lines.pop() ?? "", EndLineSchema, path);
    return true;
  } catch (error) {
    if (error instanceof RecordingError) return false;
    throw error;
  } finally {
    await file.close();
  }
}

/** In a folder of its own, next to pictures and traces. */
export const TRAJECTORY_NAME = "trajectory.jsonl";

/** Paths of the whole trajectory files in a folder and in folders of its own, sorted. Empty for a missing folder. */
export async function listTrajectories(folder: string): Promise<string[]> {
  let names: string[];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    names = entries.map((entry) =>
      entry.isDirectory() ? `${entry.name}/${TRAJECTORY_NAME}` : entry.name,
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new RecordingError(`Expected to read ${folder}, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return names
    .filter((name) => name.endsWith(".jsonl") && existsSync(join(folder, name)))
    .toSorted();
}

/** All trajectories of a folder by name, one at a time: a folder may be larger than memory. */
export async function* readTrajectories(folder: string): AsyncGenerator<Trajectory, void, void> {
  for (const name of await listTrajectories(folder)) yield await readTrajectory(join(folder, name));
}

/** Removes the half-written files of a killed recorder. */
export async function removeUnfinished(folder: string): Promise<void> {
  let names: string[] = [];
  try {
    names = await readdir(folder);
  } catch {
    return; // no folder, nothing unfinished
  }
  const unfinished = names.filter((name) => name.endsWith(".unfinished"));
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
}
