/** Runs `dreamgym evaluate` again and again, and kills it at random moments until it may finish. */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../src/core/random.ts";
import { countLeftOver, markedEnvironment } from "./marked-processes.ts";
import { ROOT } from "./read-sources.ts";

export interface KillOptions {
  /** Flags of `evaluate`, without --out. */
  flags: readonly string[];
  folder: string;
  kills: number;
  /** Each kill comes so many milliseconds after the first episode starts, drawn uniformly. */
  betweenMs: readonly [number, number];
  signal?: NodeJS.Signals;
  random: Random;
  log?: (line: string) => void;
}

export interface KilledRun {
  /** Results on disk after each kill. */
  resultsAtKill: number[];
  /** Processes of the killed calls that still ran 10 s later. */
  leftOver: number;
  /** Exit code of the last call, which nobody kills. */
  code: number | null;
  stderr: string;
}

const MOST_FAILED_STARTS = 5;

export async function killAndResume(options: KillOptions): Promise<KilledRun> {
  const { folder, kills, betweenMs, random, log = () => {}, signal = "SIGKILL" } = options;
  const mark = `${process.pid}-${random.int(2 ** 30)}`;
  const start = () =>
    spawn(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", "evaluate", ...options.flags, "--out", folder],
      { cwd: ROOT, env: markedEnvironment(mark), stdio: ["ignore", "ignore", "pipe"] },
    );
  const resultsAtKill: number[] = [];
  let failedStarts = 0;
  while (resultsAtKill.length < kills) {
    const child = start();
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const said = collect(child.stderr);
    const [from, to] = betweenMs;
    const delay = from + random.next() * (to - from);
    await Promise.race([saysFirst(child.stderr, "evaluate: 0 of"), ended]);
    await Promise.race([wait(delay), ended]);
    if (child.exitCode !== null) {
      // On a machine that is too busy to start the sites, the next call may do better.
      if (child.exitCode === 0 || ++failedStarts > MOST_FAILED_STARTS)
        throw new Error(`A call ended after ${resultsAtKill.length} kills, unkilled: ${said()}`);
      continue;
    }
    child.kill(signal);
    await ended;
    resultsAtKill.push(countLines(join(folder, "results.jsonl")));
    log(`kill ${resultsAtKill.length}: ${resultsAtKill.at(-1)} results`);
  }
  const last = start();
  const said = collect(last.stderr);
  const code = await new Promise<number | null>((resolve) => last.once("exit", resolve));
  const leftOver = await countLeftOver(mark);
  return { resultsAtKill, leftOver, code, stderr: said() };
}

/** @returns what the stream has said so far */
function collect(stream: Readable): () => string {
  let said = "";
  stream.on("data", (chunk) => (said += String(chunk)));
  return () => said;
}

/** Resolves once the stream says the text, on one piece of it. */
function saysFirst(stream: Readable, text: string): Promise<void> {
  return new Promise((resolve) => {
    stream.on("data", (chunk) => {
      if (String(chunk).includes(text)) resolve();
    });
  });
}

function countLines(path: string): number {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0;
}
