/**
 * A trajectory on disk: JSON Lines with a header line, one line per transition, and an end line. Each episode has its
 * own file, which gets its name once it is whole. So a killed recorder leaves only whole episodes, several recorders
 * need no lock, and people can read, copy or delete single episodes.
 */

import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { boundary, RecordingError } from "../core/errors.ts";
import { type Trajectory, TrajectorySchema, TransitionSchema } from "../core/trajectory.ts";
import { parseJsonLine } from "./json-lines.ts";
import { splitJsonLines, toJsonLine } from "./json-text.ts";

/** Rises when a reader of the old format cannot read the new one. Version 2 adds `thought` and `failedPart`,
 * version 3 adds `errorCode` and two failed parts. Version 4 adds what a recorder knows of a step. */
const TRAJECTORY_VERSION = 4;
/** Files of every version stay readable. */
const READABLE_VERSIONS = [1, 2, 3, TRAJECTORY_VERSION];

/** What some file system does not take in a name, what leads to another folder, and what hides a file. */
const UNSAFE = /^\.|[/\\:*?"<>|%\p{Cc}]/gu;

/** The file of a trajectory. Every id has one of its own, in the folder: unsafe characters are written as `%2F`. */
export function trajectoryFile(id: string): string {
  const hex = (char: string): string => (char.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `${id.replace(UNSAFE, (char) => `%${hex(char).padStart(2, "0")}`)}.jsonl`;
}

const { id, taskId, goal, templateId, world, source, actor, seed, ...ending } =
  TrajectorySchema.shape;
const { transitions: _transitions, startRequests, ...end } = ending;

const HeaderLineSchema = z.strictObject({
  kind: z.literal("header"),
  version: z.literal(READABLE_VERSIONS, {
    error: ({ input }) =>
      `expected ${READABLE_VERSIONS.slice(0, -1).join(", ")} or ${TRAJECTORY_VERSION}, got ${JSON.stringify(input) ?? "none"}. A newer dreamgym may have written the file: update dreamgym.`,
  }),
  id,
  taskId,
  goal,
  templateId,
  world,
  source,
  actor,
  seed,
  startRequests,
});
const TransitionLineSchema = TransitionSchema.extend({ kind: z.literal("transition") });
const EndLineSchema = z.strictObject({
  kind: z.literal("end"),
  /** Number of transition lines, so that a reader notices missing ones. */
  steps: z.int().min(0),
  ...end,
});

function toLines(trajectory: Trajectory, path: string): string {
  const {
    transitions,
    finalObservation,
    finalPage,
    stopReason,
    score,
    error,
    failedPart,
    errorCode,
    finalScreenshot,
    uncaptured,
    ...header
  } = trajectory;
  const lines: z.input<
    typeof HeaderLineSchema | typeof TransitionLineSchema | typeof EndLineSchema
  >[] = [
    { kind: "header", version: TRAJECTORY_VERSION, ...header },
    ...transitions.map(({ logprob, ...transition }) => ({
      kind: "transition" as const,
      ...transition,
      // JSON has no word for the others, and they say no more than that nobody knows it.
      ...(Number.isFinite(logprob) && { logprob }),
    })),
    {
      kind: "end",
      steps: transitions.length,
      finalObservation,
      ...(finalPage === undefined ? {} : { finalPage }),
      stopReason,
      score,
      error,
      ...(failedPart === undefined ? {} : { failedPart }),
      ...(errorCode === undefined ? {} : { errorCode }),
      ...(finalScreenshot === undefined ? {} : { finalScreenshot }),
      ...(uncaptured === undefined ? {} : { uncaptured }),
    },
  ];
  return lines.map((line, index) => toJsonLine(line, `${path}:${index + 1}`)).join("");
}

/**
 * Writes `<folder>/<id>.jsonl` atomically, and replaces an older file. Returns its path. A log-probability that is not
 * finite is left out.
 *
 * @throws RecordingError if the id is empty, the trajectory could not be read back, or the write fails
 */
export async function writeTrajectory(folder: string, trajectory: Trajectory): Promise<string> {
  if (trajectory.id === "")
    throw new RecordingError("Expected a trajectory id, got an empty text. It names the file.");
  const path = join(folder, trajectoryFile(trajectory.id));
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

function parseTrajectory(text: string, path: string): Trajectory {
  const lines = splitJsonLines(text);
  const parse = <T>(at: { line: string; number: number } | undefined, schema: z.ZodType<T>): T =>
    parseJsonLine(at?.line ?? "", schema, `${path}:${at?.number ?? lines.length + 1}`);
  const { kind: _header, version: _version, ...header } = parse(lines[0], HeaderLineSchema);
  const transitions = lines.slice(1, -1).map((line) => {
    const { kind: _kind, ...transition } = parse(line, TransitionLineSchema);
    return transition;
  });
  const { kind: _end, steps, ...ending } = parse(lines.slice(1).at(-1), EndLineSchema);
  if (steps !== transitions.length) {
    throw new RecordingError(
      `${path}: expected ${steps} transition lines, got ${transitions.length}. Delete the file to record it again.`,
    );
  }
  return { ...header, transitions, ...ending };
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

/** Names of the whole trajectory files in a folder, sorted. Empty for a missing folder. */
export async function listTrajectories(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new RecordingError(`Expected to read ${folder}, got: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return names.filter((name) => name.endsWith(".jsonl")).toSorted();
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
