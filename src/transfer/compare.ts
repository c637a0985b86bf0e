/** The comparison: every arm for every seed. Each piece of work is done once, recorded, and resumed after a cut. */

import { createHash } from "node:crypto";
import type { Env } from "../core/env.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { readStart } from "./checkpoint-names.ts";
import { coevolveArm } from "./coevolve-arm.ts";
import { armsOf, type CompareConfig } from "./compare-config.ts";
import type { Agent } from "../real/harness/agent.ts";
import { evaluateAt } from "./evaluate-arm.ts";
import { finishedPart } from "./finished-seeds.ts";
import { cloneArm, imagineArm, oracleArm, scratchArm } from "./imagined-arms.ts";
import { practiseArm, searchRealArm } from "./real-arms.ts";
import type { FinishedRecords, RunRecords } from "./run-records.ts";

/** What the arms of one seed learn from. */
export interface SeedData {
  /** The offline data. Cloning uses its successes, which are mostly demonstrations. */
  offline: readonly Trajectory[];
  /** The dream is learned from them. */
  recordings: readonly Trajectory[];
  /** Holds the recordings. */
  buffer: ReplayBuffer;
  /** Environments over the experience model, and over the same model with answers shuffled between requests. */
  imagine(kind: "dream" | "placebo", seed: number): readonly [Env, ...Env[]];
}

export interface CompareOptions {
  config: CompareConfig;
  records: RunRecords;
  /** Tasks by split. The arms train on `train`. */
  tasks: Record<string, readonly Task[]>;
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  dataOf(seed: number): Promise<SeedData>;
  /** Of the arm `agent`, if the config has it. */
  agent?: Agent;
  /** Whether a text names something that `dev` or held-out tasks are about. */
  isHeldOut: (text: string) => boolean;
  /** Chromium, which evaluates. */
  world: MeteredEnvPool;
  /** Where the arms take their real steps: Chromium or the text browser, as the config says. */
  practiceWorld: () => Promise<MeteredEnvPool>;
  /** The text browser on the live sites. */
  textWorld: () => Promise<MeteredEnvPool>;
  /** Worker threads that search in a dream. */
  workers: number;
  /** Path of a file or folder in the run folder. */
  file: (...names: string[]) => string;
  /** Shows the progress of a training, in words and in steps. */
  onProgress: (state: string, work?: { done: number; total: number }) => void;
  /** Receives the outcome of a piece of work, in words. */
  log: (message: string) => void;
  warn: (message: string) => void;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  signal: AbortSignal;
}

/** Does the remaining work of every arm and seed, in an order that ends one seed before the next begins. */
export async function compare(options: CompareOptions): Promise<void> {
  const arms = armsOf(options.config);
  const has = (name: string): boolean => arms.some((arm) => arm.name === name);
  // A finished seed needs no dream.
  for (const seed of finishedPart(options).unfinishedSeeds) {
    const data = await options.dataOf(seed);
    await cloneArm(options, data, seed);
    scratchArm(options, seed);
    for (const kind of ["dream", "placebo"] as const)
      if (has(kind)) await imagineArm(options, data, kind, seed);
    if (has("oracle")) await oracleArm(options, data, seed);
    for (const arm of arms) {
      if (arm.real === "rl") await practiseArm(options, data, arm, seed);
      else if (arm.real === "coevolve") await coevolveArm(options, data, arm, seed);
      else if (arm.real === "search") await searchRealArm(options, data, arm, seed);
    }
    if (has("agent")) await evaluateAt(options, "agent", seed, 0);
  }
}

/** SHA-256 of a seed's behaviour-cloned checkpoint. */
export function cloneDigest(
  records: Pick<FinishedRecords, "readCheckpoint">,
  seed: number,
): string {
  return createHash("sha256")
    .update(readStart(records, `bc-${seed}-0`))
    .digest("hex");
}
