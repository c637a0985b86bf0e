/**
 * A trajectory on disk: JSON Lines, a header line, one transition a line, an end line. One file an episode,
 * which comes to be by a rename once it is whole: a killed recorder leaves whole episodes and nothing else,
 * several recorders need no lock between them, and one episode can be read, copied or thrown away alone.
 */

import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { boundary, RecordingError } from "../core/errors.ts";
import { type Trajectory, TrajectorySchema, TransitionSchema } from "../core/trajectory.ts";
import { parseJsonLine } from "./json-lines.ts";

/** Rises when a reader of the old form can no longer read the new one. 2: `thought`, `failedPart`. */
const TRAJECTORY_VERSION = 2;

const { id, taskId, goal, templateId, world, source, actor, seed, ...ending } =
  TrajectorySchema.shape;
const { transitions: _transitions, startRequests, ...end } = ending;

const HeaderLineSchema = z.strictObject({
  kind: z.literal("header"),
  version: z.literal([1, TRAJECTORY_VERSION]),
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
  /** How many transition lines there are: a file with lines missing is found out. */
  steps: z.int().min(0),
  ...end,
});

function toLines(trajectory: Trajectory): string {
  const {
    transitions,
    finalObservation,
    finalPage,
    stopReason,
    score,
    error,
    failedPart,
    ...header
  } = trajectory;
  const lines: z.input<
    typeof HeaderLineSchema | typeof TransitionLineSchema | typeof EndLineSchema
  >[] = [
    { kind: "header", version: TRAJECTORY_VERSION, ...header },
    ...transitions.map((transition) => ({ kind: "transition" as const, ...transition })),
    {
      kind: "end",
      steps: transitions.length,
      finalObservation,
      ...(finalPage === undefined ? {} : { finalPage }),
      stopReason,
      score,
      error,
      ...(failedPart === undefined ? {} : { failedPart }),
    },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** Writes `<folder>/<id>.jsonl`, whole or not at all, replacing an older one. Returns its path. */
export async function writeTrajectory(folder: string, trajectory: Trajectory): Promise<string> {
  const path = join(folder, `${trajectory.id}.jsonl`);
  return boundary(RecordingError, `Expected to write ${path}`, async () => {
    await mkdir(folder, { recursive: true });
    const unfinished = `${path}.unfinished`;
    await writeFile(unfinished, toLines(trajectory), { flush: true });
    await rename(unfinished, path);
    return path;
  });
}

/** @throws RecordingError naming file and line of what does not fit */
export async function readTrajectory(path: string): Promise<Trajectory> {
  const text = await boundary(RecordingError, `Expected to read ${path}`, () =>
    readFile(path, "utf8"),
  );
  const lines = text.split("\n").filter((line) => line !== "");
  const [first = "", ...rest] = lines;
  const last = rest.pop() ?? "";
  const {
    kind: _header,
    version: _version,
    ...header
  } = parseJsonLine(first, HeaderLineSchema, `${path}:1`);
  const transitions = rest.map((line, index) => {
    const { kind: _kind, ...transition } = parseJsonLine(
      line,
      TransitionLineSchema,
      `${path}:${index + 2}`,
    );
    return transition;
  });
  const {
    kind: _end,
    steps,
    ...ending
  } = parseJsonLine(last, EndLineSchema, `${path}:${lines.length}`);
  if (steps !== transitions.length) {
    throw new RecordingError(
      `${path}: expected ${steps} transition lines, got ${transitions.length}. Delete the file to record it again.`,
    );
  }
  return { ...header, transitions, ...ending };
}

/** Longer than any start of an end line, shorter than most of them: pages make lines long. */
const TAIL_BYTES = 64 * 1024;

/**
 * Whether the last line of a file is a whole end line. Nothing before it is read: a file that was cut short, and one
 * whose end is damaged, are found out; damage in the middle is found out by `readTrajectory`.
 */
export async function hasWholeEnd(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    let tail = Buffer.alloc(0);
    let start = (await file.stat()).size;
    // The last line begins after the last line break but one.
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

/** Names of the whole trajectory files in a folder, sorted; none when the folder is not there. */
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

/** All trajectories of a folder in the order of their ids, one at a time: a folder may hold more than fits in memory. */
export async function* readTrajectories(folder: string): AsyncGenerator<Trajectory, void, void> {
  for (const name of await listTrajectories(folder)) yield await readTrajectory(join(folder, name));
}

/** Removes what a killed recorder left half written. */
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
