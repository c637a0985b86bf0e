/** WebArena-Verified's own files, which stand beside a checkout, and the reference itself, where it is installed. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { loadVerifiedTasks } from "../../src/real/harness/verified/load-verified-tasks.ts";
import type { VerifiedTask } from "../../src/evaluation/verified/task.ts";
import type { VerifiedEpisode } from "./verified-gold.ts";

export const DATA = join(import.meta.dirname, "../../../shared/data/webarena-verified");
export const TASK_FILE = join(DATA, "webarena-verified.json");
export const hasData = existsSync(TASK_FILE);

/** Made by `tools/install-verified.ts`. */
const VENV = process.env["DREAMGYM_VERIFIED_VENV"];
const PYTHON = join(VENV ?? "", "bin", "python");
const SCRIPT = join(import.meta.dirname, "verified-reference.py");
export const hasReference = VENV !== undefined && existsSync(PYTHON);

export function allTasks(): VerifiedTask[] {
  return [...loadVerifiedTasks(TASK_FILE).byId.values()];
}

export function readDemo(name: string): string {
  return readFileSync(join(DATA, "demo-107", name), "utf8");
}

export interface ReferenceVerdict {
  status: string;
  score: number;
  error: string | null;
  checks: { name: string; status: string; error: string | null; assertions: string[] }[];
  /** Computing time of the evaluation alone. */
  cpu_ms: number;
}

export interface ReferenceOptions {
  addresses: Readonly<Record<string, readonly string[]>>;
  /** Instead of the package's own tasks. */
  taskFile?: string;
}

type ReferenceEpisode = Pick<VerifiedEpisode, "task" | "response"> &
  ({ entries: VerifiedEpisode["entries"] } | { har: string });

/** Scores all episodes in one process of the reference. */
export async function scoreWithReference(
  episodes: readonly ReferenceEpisode[],
  { addresses, taskFile }: ReferenceOptions,
): Promise<ReferenceVerdict[]> {
  const reference = spawn(PYTHON, [SCRIPT], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const verdicts: ReferenceVerdict[] = [];
  const ended = new Promise<number | null>((resolve) => reference.on("close", resolve));
  const lines = createInterface({ input: reference.stdout });
  lines.on("line", (line) => verdicts.push(JSON.parse(line) as ReferenceVerdict));
  reference.stdin.write(`${JSON.stringify({ addresses, task_file: taskFile ?? null })}\n`);
  // A process that has ended says why on its own; the code below reports that it did.
  reference.stdin.on("error", () => {});
  let before: unknown;
  for (const { task, response, ...traffic } of episodes) {
    const isSame = "entries" in traffic && traffic.entries === before;
    const line = { task_id: task.task_id, response, ...(isSame ? {} : traffic) };
    reference.stdin.write(`${JSON.stringify(line)}\n`);
    before = "entries" in traffic ? traffic.entries : undefined;
  }
  reference.stdin.end();
  const code = await ended;
  if (code !== 0 || verdicts.length !== episodes.length)
    throw new Error(
      `The reference ended with ${code} after ${verdicts.length} of ${episodes.length} verdicts.`,
    );
  return verdicts;
}

/** The reference's own command on the folder of a run. @returns its computing time, without Python's start */
export function timeReferenceCommand(folder: string, config: string): number {
  const { stdout } = spawnSync(PYTHON, [SCRIPT], {
    input: `${JSON.stringify({ folder, config })}\n`,
    encoding: "utf8",
  });
  return (JSON.parse(stdout) as { cpu_ms: number }).cpu_ms;
}
