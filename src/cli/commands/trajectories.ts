/** `dreamgym trajectories`: lists, shows, edits, merges and checks recordings. The originals stay. */

import { cpSync, existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { ConfigError, DreamgymError } from "../../core/errors.ts";
import { failureOf, type Trajectory } from "../../core/trajectory.ts";
import { printAction } from "../../page/action-text.ts";
import {
  editTrajectory,
  findFaults,
  mergeTrajectories,
  type TrajectoryEdit,
} from "../../store/edit-trajectory.ts";
import { readRecording } from "../../store/recording-folder.ts";
import { TRAJECTORY_NAME, writeTrajectory } from "../../store/trajectory-file.ts";
import { trajectoryJsonSchema } from "../../store/trajectory-lines.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { countFromOne, pathName } from "../flags.ts";
import { addMakeTask } from "./make-task.ts";
import { formatTable } from "../text/text-table.ts";

type Flags = Omit<TrajectoryEdit, "id" | "verdict"> & {
  out: string;
  success?: true;
  failure?: true;
};

export const addTrajectories: AddCommand = (program, context) => {
  const command = program
    .command("trajectories")
    .description("List, show, edit, merge and check recordings. The originals stay.")
    .addHelpText(
      "after",
      `
Examples:
  dreamgym trajectories list runs/record
  dreamgym trajectories show runs/record/1
  dreamgym trajectories edit runs/record/1 --drop 3,4 --success --out runs/record/1-short
  dreamgym trajectories make-task runs/record/1 --out my-tasks.json
  dreamgym trajectories validate runs/record/1`,
    );
  command
    .command("list <folder>")
    .description("one line for each recording")
    .action((folder: string) => list(context, folder));
  command
    .command("show <recording>")
    .description("its steps")
    .action((path: string) => show(context, path));
  addEdit(command, context);
  addMakeTask(command, context);
  command
    .command("merge <recordings...>")
    .description("one recording out of several, in this order")
    .requiredOption("--out <path>", "the new recording: a folder", pathName)
    .action((paths: string[], flags: Flags) => merge(context, paths, flags));
  command
    .command("validate <recordings...>")
    .description("exit 1 if one of them is damaged")
    .action((paths: string[]) => validate(context, paths));
  command
    .command("schema")
    .description("print the JSON Schema of a trajectory's lines")
    .action(() => context.print(JSON.stringify(trajectoryJsonSchema(), null, 2)));
};

function addEdit(command: Command, context: CliContext): void {
  command
    .command("edit <recording>")
    .description("a new recording without some steps, or with another goal, answer or verdict")
    .requiredOption("--out <path>", "the new recording: a folder", pathName)
    .option("--drop <steps>", "steps to leave out, from 1, separated by commas", stepList)
    .option("--from <step>", "the first step to keep", countFromOne)
    .option("--to <step>", "the last step to keep", countFromOne)
    .option("--goal <text>", "another goal")
    .option("--answer <text>", "another answer")
    .option("--success", "mark it as a success")
    .option("--failure", "mark it as a failure")
    .action((path: string, flags: Flags) => edit(context, path, flags));
}

function stepList(text: string): number[] {
  const steps = text.split(",").map(Number);
  if (steps.some((step) => !Number.isInteger(step) || step < 1))
    throw new InvalidArgumentError("Expected numbers of steps, such as 3,4.");
  return steps;
}

async function list({ print }: CliContext, folder: string): Promise<void> {
  const rows: string[][] = [];
  for (const path of recordingsIn(folder)) {
    const one = await readRecording(path);
    const failure = failureOf(one);
    const score = one.score?.status === "scored" ? String(one.score.value) : "-";
    const outcome = failure === null ? one.stopReason : shorten(failure.reason);
    rows.push([
      basename(path),
      String(one.transitions.length),
      score,
      one.source,
      outcome,
      shorten(one.goal),
    ]);
  }
  if (rows.length === 0) throw new ConfigError(`Expected recordings in ${folder}, got none.`);
  print(formatTable(["name", "steps", "score", "source", "outcome", "goal"], rows).join("\n"));
}

/** Of a cell. `trajectories show` prints the whole text. */
const LONGEST_CELL = 60;

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/gu, " ");
  return line.length > LONGEST_CELL ? `${line.slice(0, LONGEST_CELL - 1)}…` : line;
}

function recordingsIn(folder: string): string[] {
  if (!existsSync(folder)) throw new ConfigError(`Expected a folder at ${folder}, got none.`);
  return readdirSync(folder)
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => join(folder, name))
    .filter((path) =>
      statSync(path).isDirectory()
        ? [TRAJECTORY_NAME, `${TRAJECTORY_NAME}.unfinished`].some((name) =>
            existsSync(join(path, name)),
          )
        : path.endsWith(".jsonl"),
    );
}

async function show({ print }: CliContext, path: string): Promise<void> {
  const { goal, transitions, score, uncaptured = [], ...one } = await readRecording(path);
  const lines = transitions.map(({ action, observation }, index) => {
    const node =
      "ref" in action ? observation.nodes.find(({ ref }) => ref === action.ref) : undefined;
    const target = node === undefined ? "" : `  (${node.role} "${node.name}")`;
    return `${index + 1}. ${printAction(action).slice(0, 200)}${target}  ${observation.url}`;
  });
  print(
    [
      `${one.id}: ${goal || "no goal"}`,
      ...lines,
      `End: ${one.error ?? one.stopReason}${score?.status === "scored" ? `, score ${score.value}` : ""}.`,
      ...uncaptured.map((sentence) => `Not captured: ${sentence}`),
    ].join("\n"),
  );
}

async function edit({ print }: CliContext, path: string, flags: Flags): Promise<void> {
  if (flags.success && flags.failure)
    throw new ConfigError("Expected one of --success and --failure, got both. Remove one of them.");
  const verdict = flags.success ? "success" : flags.failure ? "failure" : undefined;
  const { out, success: _success, failure: _failure, ...changes } = flags;
  const edited = editTrajectory(await readRecording(path), {
    ...changes,
    ...(verdict && { verdict }),
    id: basename(out),
  });
  await writeNext(path, out, edited);
  print(`Wrote ${edited.transitions.length} steps to ${out}.`);
}

async function merge(
  { print }: CliContext,
  paths: readonly string[],
  { out }: Flags,
): Promise<void> {
  const parts: Trajectory[] = [];
  for (const path of paths) parts.push(await readRecording(path));
  // Each recording has pictures of the same names, so a merged one has none.
  const bare = parts.map((part) => ({
    ...part,
    transitions: part.transitions.map(({ screenshot: _screenshot, ...rest }) => rest),
  }));
  const { finalScreenshot: _final, ...merged } = mergeTrajectories(bare, basename(out));
  assertFree(out);
  await writeTrajectory(out, merged, TRAJECTORY_NAME);
  print(`Wrote ${merged.transitions.length} steps to ${out}.`);
}

async function validate({ print }: CliContext, paths: readonly string[]): Promise<void> {
  let isDamaged = false;
  for (const path of paths) {
    const faults = await faultsOf(path);
    isDamaged ||= faults.length > 0;
    print(faults.length === 0 ? `${path}: valid` : `${path}: ${faults.join("; ")}`);
  }
  if (isDamaged) throw new CommandFailed();
}

async function faultsOf(path: string): Promise<string[]> {
  try {
    const folder = path.endsWith(".jsonl") ? dirname(path) : path;
    return findFaults(await readRecording(path), (name) => existsSync(join(folder, name)));
  } catch (error) {
    if (error instanceof DreamgymError) return [error.message];
    throw error;
  }
}

/** Copies the pictures of a recording next to its new trajectory. */
async function writeNext(from: string, out: string, trajectory: Trajectory): Promise<void> {
  assertFree(out);
  const pictures = join(from, "screenshots");
  if (existsSync(pictures)) cpSync(pictures, join(out, "screenshots"), { recursive: true });
  await writeTrajectory(out, trajectory, TRAJECTORY_NAME);
}

function assertFree(out: string): void {
  if (existsSync(out))
    throw new ConfigError(
      `Expected nothing at ${out} yet. Choose another --out: the original stays.`,
    );
}
