/** The comparison: every arm for every seed. Each piece of work is done once, recorded, and resumed after a cut. */

import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Env } from "../core/env.ts";
import { RecordingError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../agent/network/checkpoint.ts";
import { cloneBehaviour } from "../agent/learning/clone-behaviour.ts";
import type { TrainIteration } from "../rl/train.ts";
import { ARMS, type Arm, warmStartOf } from "./arms.ts";
import { type CompareConfig, evaluationSteps } from "./compare-config.ts";
import { evaluatePolicy } from "../real/harness/evaluate-policy.ts";
import { pickTasks } from "./pick-tasks.ts";
import { trainArm, type TrainArmOptions } from "./train-arm.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import type { FinishedRecords, RunRecords } from "./run-records.ts";
import { runOnLedger } from "./run-on-ledger.ts";

export interface CompareOptions {
  config: CompareConfig;
  records: RunRecords;
  /** Tasks by split. The arms train on `train`. */
  tasks: Record<string, readonly Task[]>;
  /** The offline data. Cloning uses its successes, which are mostly demonstrations. */
  offline: readonly Trajectory[];
  world: MeteredEnvPool;
  /** Environments over the experience model, and over the same model with answers shuffled between requests. */
  imagine(kind: "dream" | "placebo", seed: number): readonly Env[];
  /** Shows the progress of a training, in words and in steps. */
  onProgress: (state: string, work: { done: number; total: number }) => void;
  /** Receives the outcome of a piece of work, in words. */
  log: (message: string) => void;
  warn: (message: string) => void;
  /** Milliseconds since 1970, by a clock that never runs backwards. */
  now: () => number;
  signal: AbortSignal;
}

/**
 * A placebo whose groups have zero variance would never reach the dream's gradient steps by its rollouts. At this many
 * times the dream's steps its rollouts end, and replayed demonstrations alone make up the missing gradient steps.
 */
const PLACEBO_PATIENCE = 2;

/** Does the remaining work of every arm and seed, in an order that ends one seed before the next begins. */
export async function compare(options: CompareOptions): Promise<void> {
  for (const seed of options.config.seeds) {
    await cloneArm(options, seed);
    scratchArm(options, seed);
    for (const kind of ["dream", "placebo"] as const) await imagineArm(options, kind, seed);
    for (const arm of ARMS) await realArm(options, arm, seed);
  }
}

/** SHA-256 of a seed's behaviour-cloned checkpoint. */
export function cloneDigest(records: FinishedRecords, seed: number): string {
  return createHash("sha256")
    .update(readStart(records, `bc-${seed}-0`))
    .digest("hex");
}

async function cloneArm(options: CompareOptions, seed: number): Promise<void> {
  const { records, config } = options;
  const name = `bc-${seed}-0`;
  if (records.readCheckpoint(name) === null) {
    const policy = new CandidatePolicy({}, seed);
    const summary = await cloneBehaviour({
      policy,
      trajectories: options.offline,
      config: config.clone,
      random: createRandom(seed).fork("clone"),
      async onEpoch() {
        await setImmediate(); // lets Ctrl-C be heard
        options.signal.throwIfAborted();
      },
    });
    records.writeCheckpoint(name, encodeCheckpoint(policy));
    const last = summary.epochs.at(-1);
    options.log(
      `bc, seed ${seed}: ${summary.steps} steps of ${summary.trajectories} successes cloned, ` +
        `${(100 * (last?.accuracy ?? 0)).toFixed(1)} % of choices as demonstrated`,
    );
  }
  await evaluateAt(options, "bc", seed, 0);
}

function scratchArm({ records }: CompareOptions, seed: number): void {
  const name = `scratch-${seed}-0`;
  if (records.readCheckpoint(name) !== null) return;
  records.writeCheckpoint(name, encodeCheckpoint(new CandidatePolicy({}, seed)));
}

async function imagineArm(
  options: CompareOptions,
  kind: "dream" | "placebo",
  seed: number,
): Promise<void> {
  const { records, config } = options;
  const { steps } = config.imagination;
  const dreamed = records.findTraining("dream", seed, steps);
  const envs = options.imagine(kind, seed);
  const target = kind === "placebo" ? steps * PLACEBO_PATIENCE : steps;
  await trainArm({
    ...trainingOptionsOf(options, kind, seed, target),
    isLast: true,
    // The placebo takes as many gradient steps as the dream did.
    gradientSteps: kind === "placebo" ? dreamed?.gradientSteps : undefined,
    start: readStart(records, `bc-${seed}-0`),
    config: config.imagination,
    cloned: { demonstrations: options.offline, clone: config.clone },
    source: "synthetic",
    lend: (work) => work(envs),
  });
  await evaluateAt(options, kind, seed, 0);
}

async function realArm(options: CompareOptions, arm: Arm, seed: number): Promise<void> {
  const warmStart = warmStartOf(arm);
  if (warmStart === null) return;
  const { records, config, world } = options;
  const start = readStart(records, imaginedCheckpoint(config, warmStart, seed));
  const targets = evaluationSteps(config);
  for (const target of targets) {
    if (target === 0) {
      if (warmStart === "scratch") {
        records.writeCheckpoint(`${arm.name}-${seed}-0`, start);
        await evaluateAt(options, arm.name, seed, 0);
      }
      continue;
    }
    await trainArm({
      ...trainingOptionsOf(options, arm.name, seed, target),
      isLast: target === targets.at(-1),
      start,
      config: config.real,
      cloned:
        warmStart === "scratch" ? {} : { demonstrations: options.offline, clone: config.clone },
      source: "real",
      lend: (work) => runOnLedger(records, { world, line: "training", arm: arm.name, seed }, work),
    });
    await evaluateAt(options, arm.name, seed, target);
  }
}

function trainingOptionsOf(
  { records, tasks, onProgress, warn, now, signal }: CompareOptions,
  arm: string,
  seed: number,
  target: number,
): Pick<
  TrainArmOptions,
  "records" | "arm" | "seed" | "target" | "tasks" | "onIteration" | "warn" | "now" | "signal"
> {
  // The same warning comes with nearly every iteration: once is enough, the figures are in metrics.jsonl.
  let isWarned = false;
  return {
    records,
    arm,
    seed,
    target,
    tasks: tasks["train"] ?? [],
    onIteration({ progress, metrics }: TrainIteration) {
      const share = (name: string): string => (100 * (metrics[name] ?? 0)).toFixed(0);
      onProgress(
        `${arm}, seed ${seed}: ${progress.environmentSteps} steps, reward ${share("reward/mean")} %`,
        { done: progress.environmentSteps, total: target },
      );
    },
    warn(message) {
      if (!isWarned) warn(`${arm}, seed ${seed}: ${message}`);
      isWarned = true;
    },
    now,
    signal,
  };
}

/** Name of the checkpoint that an arm without real RL ends with. */
export function imaginedCheckpoint(config: CompareConfig, arm: string, seed: number): string {
  const { steps } = config.imagination;
  const target = arm === "dream" ? steps : arm === "placebo" ? steps * PLACEBO_PATIENCE : 0;
  return `${arm}-${seed}-${target}`;
}

function readStart(records: FinishedRecords, name: string): Uint8Array {
  const checkpoint = records.readCheckpoint(name);
  if (checkpoint === null)
    throw new RecordingError(
      `Expected checkpoint ${name} in the run folder, got none. Delete the folder, or choose another with --out.`,
    );
  return checkpoint;
}

/** Evaluates an arm's checkpoint after `realSteps` of real training on every split that wants this point. */
async function evaluateAt(
  options: CompareOptions,
  arm: string,
  seed: number,
  realSteps: number,
): Promise<void> {
  const { config, records, world } = options;
  const isEnd = realSteps === 0 || realSteps === config.real.steps;
  for (const { split, tasks: limit, points } of config.evaluate) {
    if (points === "ends" && !isEnd) continue;
    const point = { arm, seed, split, realSteps };
    const done = records.evaluatedTasks(point);
    const picked = pickTasks(options.tasks[split] ?? [], limit);
    const tasks = picked.filter(({ id }) => !done.has(id));
    if (tasks.length === 0) continue;
    const checkpoint =
      realSteps === 0 ? imaginedCheckpoint(config, arm, seed) : `${arm}-${seed}-${realSteps}`;
    const policy = decodeCheckpoint(readStart(records, checkpoint)).greedy();
    let successes = 0;
    await runOnLedger(records, { world, line: "evaluation", arm, seed }, (envs) =>
      evaluatePolicy({
        envs,
        policy,
        tasks,
        point,
        onEvaluation(evaluation) {
          if (evaluation.status === "success") successes++;
          records.addEvaluation(evaluation);
        },
        signal: options.signal,
      }),
    );
    options.log(
      `${arm}, seed ${seed}, ${realSteps} real steps: ${successes} of ${tasks.length} on ${split}`,
    );
  }
}
