/**
 * A trajectory in a folder of its own, with pictures next to it. It is written as it happens: a killed recorder loses
 * at most the step in progress, and another one may resume. The file gets its last name once it is whole.
 */

import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { RecordingError } from "../core/errors.ts";
import type { Trajectory, Transition } from "../core/trajectory.ts";
import { type JsonLinesFile, openJsonLines } from "./json-lines.ts";
import { splitJsonLines } from "./json-text.ts";
import { writeFileWhole } from "./run-folder.ts";
import { readTrajectory, TRAJECTORY_NAME, trajectoryName } from "./trajectory-file.ts";
import {
  endLine,
  headerLine,
  parseUnfinished,
  type TrajectoryEnding,
  type TrajectoryHeader,
  transitionLine,
} from "./trajectory-lines.ts";

const UNFINISHED = `${TRAJECTORY_NAME}.unfinished`;
const PICTURES = "screenshots";

export class RecordingFolder implements Disposable {
  readonly path: string;
  readonly #transitions: Transition[];
  /** Length of the file before each step. */
  readonly #starts: number[] = [];
  #file: JsonLinesFile;
  /** Masks secrets before a line is written. What holds none stays the same object. */
  readonly #mask: <T>(value: T) => T;

  private constructor(path: string, transitions: Transition[], mask: <T>(value: T) => T) {
    this.path = path;
    this.#transitions = transitions;
    this.#mask = mask;
    this.#file = openJsonLines(join(path, UNFINISHED), { sync: "each" });
  }

  /** @throws RecordingError if there is such a recording, or its id is empty */
  static create(
    root: string,
    header: TrajectoryHeader,
    mask: <T>(value: T) => T = (value) => value,
  ): RecordingFolder {
    const path = join(root, trajectoryName(header.id));
    if (existsSync(path))
      throw new RecordingError(
        `Expected no recording at ${path} yet. Choose another --id, or resume it with --resume.`,
      );
    mkdirSync(join(path, PICTURES), { recursive: true });
    const folder = new RecordingFolder(path, [], mask);
    folder.#file.append(mask(headerLine(header)));
    return folder;
  }

  /** Continues a recording that was not finished. @throws RecordingError if it was, or there is none */
  static resume(
    path: string,
    mask: <T>(value: T) => T = (value) => value,
  ): { folder: RecordingFolder; header: TrajectoryHeader } {
    const file = join(path, UNFINISHED);
    if (!existsSync(file))
      throw new RecordingError(
        `Expected a recording to resume at ${path}, got ${existsSync(join(path, TRAJECTORY_NAME)) ? "a finished one" : "none"}. Check the path.`,
      );
    const { header, transitions } = parseUnfinished(readFileSync(file, "utf8"), file);
    const folder = new RecordingFolder(path, transitions, mask);
    let start = 0;
    for (const { length } of readFileSync(file, "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => Buffer.from(`${line}\n`))) {
      if (start > 0) folder.#starts.push(start);
      start += length;
    }
    return { folder, header };
  }

  get transitions(): readonly Transition[] {
    return this.#transitions;
  }

  /** @param screenshot PNG of the page before the action */
  addStep(transition: Transition, screenshot: Buffer | null): void {
    const step = this.#mask({
      ...transition,
      ...(screenshot && { screenshot: this.#addPicture(this.#transitions.length, screenshot) }),
    });
    this.#starts.push(statSync(this.#file.path).size);
    this.#file.append(transitionLine(step));
    this.#transitions.push(step);
  }

  /** Removes the last step, if there is one. */
  undo(): Transition | null {
    const start = this.#starts.pop();
    const last = this.#transitions.pop();
    if (start === undefined || last === undefined) return null;
    this.#file[Symbol.dispose]();
    truncateSync(this.#file.path, start);
    this.#file = openJsonLines(this.#file.path, { sync: "each" });
    if (last.screenshot !== undefined) rmSync(join(this.path, last.screenshot), { force: true });
    return last;
  }

  /** @returns the path of the whole file */
  finish(ending: TrajectoryEnding, screenshot: Buffer | null): string {
    const steps = this.#transitions.length;
    const picture = screenshot && { finalScreenshot: this.#addPicture(steps, screenshot) };
    this.#file.append(this.#mask(endLine(steps, { ...ending, ...picture })));
    this.#file[Symbol.dispose]();
    this.#maskAgain();
    const whole = join(this.path, TRAJECTORY_NAME);
    renameSync(this.#file.path, whole);
    return whole;
  }

  /** A secret may have become known after a step that shows it. The picture of such a step is deleted. */
  #maskAgain(): void {
    const { path } = this.#file;
    const lines = splitJsonLines(readFileSync(path, "utf8")).map(({ line }) => line);
    const masked = lines.map((line) => {
      const entry = JSON.parse(line) as { screenshot?: string };
      const hidden = this.#mask(entry);
      if (hidden === entry) return line;
      const { screenshot, ...others } = hidden;
      if (screenshot !== undefined) rmSync(join(this.path, screenshot), { force: true });
      return JSON.stringify(others);
    });
    if (masked.some((line, number) => line !== lines[number]))
      writeFileWhole(path, `${masked.join("\n")}\n`);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #addPicture(number: number, picture: Buffer): string {
    const name = `${PICTURES}/${String(number).padStart(4, "0")}.png`;
    writeFileSync(join(this.path, name), picture);
    return name;
  }
}

/**
 * Reads a trajectory from a file or from a folder of its own. Of a recording that was not finished, it gives the whole
 * steps, with an `error` that says so.
 *
 * @throws RecordingError
 */
export async function readRecording(path: string): Promise<Trajectory> {
  if (basename(path).endsWith(".jsonl")) return await readTrajectory(path);
  const whole = join(path, TRAJECTORY_NAME);
  const unfinished = join(path, UNFINISHED);
  if (existsSync(whole) || !existsSync(unfinished)) return await readTrajectory(whole);
  const { header, transitions } = parseUnfinished(readFileSync(unfinished, "utf8"), unfinished);
  const last = transitions.at(-1);
  return {
    ...header,
    transitions,
    finalObservation: last?.observation ?? NO_PAGE,
    stopReason: "error",
    score: null,
    error: "The recording was not finished.",
    failedPart: "env",
  };
}

const NO_PAGE = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };
