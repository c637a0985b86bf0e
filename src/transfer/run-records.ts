/** The records that a comparison has written so far, and how it resumes: finished work is never repeated. */

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type TrainProgress, TrainProgressSchema } from "../rl/train.ts";
import type { Metrics } from "../rl/learner.ts";
import { type EventFile, openEventFile } from "../store/event-file.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";
import { type RunFolder, writeFileWhole } from "../store/run-folder.ts";
import { LEDGER_FILE, type LedgerEntry, LedgerEntrySchema, readLedger } from "../store/ledger.ts";
import {
  type Evaluation,
  type EvaluationPoint,
  EvaluationSchema,
} from "../real/harness/evaluate-policy.ts";

/** One finished training, in imagination or real. */
const TrainingSchema = z.object({
  arm: z.string(),
  seed: z.int(),
  /** The target of environment steps since the arm's own start, in whichever world it trains. */
  target: z.int(),
  /** The steps taken: the last iteration may overshoot. */
  steps: z.int(),
  gradientSteps: z.int(),
  /** Of these, steps of replay alone. They make up for gradient steps that the rollouts did not give. */
  rehearsedSteps: z.int().default(0),
  unscoredEpisodes: z.int(),
  episodes: z.int(),
  /** Mean over iterations; null without one. */
  fracRewardZeroStd: z.number().nullable(),
  seconds: z.number(),
});
export type Training = z.infer<typeof TrainingSchema>;

const RunningSchema = z.object({
  progress: TrainProgressSchema,
  /** `frac_reward_zero_std` of each iteration. */
  zeroVarianceShares: z.array(z.number()),
});
/** A training between two iterations: the next point of the same arm resumes from it, too. */
type RunningTraining = z.infer<typeof RunningSchema> & { checkpoint: Uint8Array };

/** The cost so far of a running piece of work, and its future line on the ledger. */
const SpentSchema = z.object({ index: z.int(), soFar: LedgerEntrySchema });

export interface RunRecords extends Disposable {
  evaluations: readonly Evaluation[];
  expenses: readonly LedgerEntry[];
  trainings: readonly Training[];
  addEvaluation(evaluation: Evaluation): void;
  addExpense(expense: LedgerEntry): void;
  /** Saves the cost so far of the running piece of work. If the run is killed, the next one adds it. */
  keepSpent: (soFar: LedgerEntry) => void;
  addTraining(training: Training): void;
  /** Into `metrics.jsonl`, and for TensorBoard into `tensorboard/<arm>-<seed>`. @param now milliseconds since 1970 */
  addMetrics(
    arm: string,
    seed: number,
    progress: TrainProgress,
    metrics: Metrics,
    now: number,
  ): void;
  /** Ids of the tasks that have an outcome at this point. */
  evaluatedTasks(point: EvaluationPoint): Set<string>;
  findTraining(arm: string, seed: number, target: number): Training | undefined;
  /** A finished checkpoint, or null. */
  readCheckpoint(name: string): Uint8Array | null;
  writeCheckpoint(name: string, checkpoint: Uint8Array): void;
  readRunning(arm: string, seed: number): RunningTraining | null;
  writeRunning(arm: string, seed: number, running: RunningTraining): void;
  /** For an arm whose last checkpoint is written. */
  removeRunning(arm: string, seed: number): void;
}

/** The readable part, also while another process writes. */
export type FinishedRecords = Pick<
  RunRecords,
  "evaluations" | "expenses" | "trainings" | "readCheckpoint"
>;

/** @param path of the run folder */
export async function readRunRecords(
  path: string,
): Promise<
  FinishedRecords & { evaluations: Evaluation[]; expenses: LedgerEntry[]; trainings: Training[] }
> {
  return {
    evaluations: await readJsonLines(join(path, "evaluations.jsonl"), EvaluationSchema),
    expenses: await readLedger(path),
    trainings: await readJsonLines(join(path, "trainings.jsonl"), TrainingSchema),
    readCheckpoint: (name) => readIfThere(join(path, "checkpoints", `${name}.bin`)),
  };
}

function readIfThere(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null;
}

export async function openRunRecords(folder: RunFolder): Promise<RunRecords> {
  const { evaluations, expenses, trainings, readCheckpoint } = await readRunRecords(folder.path);
  const evaluationFile = openJsonLines(folder.file("evaluations.jsonl"));
  const expenseFile = openJsonLines(folder.file(LEDGER_FILE));
  const trainingFile = openJsonLines(folder.file("trainings.jsonl"));
  const metricsFile = openJsonLines(folder.file("metrics.jsonl"));
  const curves = new Map<string, EventFile>();
  mkdirSync(folder.file("checkpoints"), { recursive: true });
  const checkpointPath = (name: string): string => folder.file("checkpoints", `${name}.bin`);
  const runningPath = (arm: string, seed: number): string =>
    folder.file("checkpoints", `${arm}-${seed}.running`);
  const addTo =
    <T>(list: T[], file: { append(value: unknown): void }) =>
    (value: T): void => {
      list.push(value);
      file.append(value);
    };
  const addExpense = addTo(expenses, expenseFile);
  const spentPath = folder.file("spent.json");
  const spent = readIfThere(spentPath);
  if (spent !== null) {
    const { index, soFar } = SpentSchema.parse(JSON.parse(spent.toString("utf8")));
    // The work was killed just after its line was written, so the ledger has it already.
    if (index === expenses.length) addExpense(soFar);
    rmSync(spentPath);
  }
  return {
    evaluations,
    expenses,
    trainings,
    addEvaluation: addTo(evaluations, evaluationFile),
    addExpense(expense) {
      addExpense(expense);
      rmSync(spentPath, { force: true });
    },
    keepSpent: (soFar) =>
      writeFileWhole(spentPath, JSON.stringify({ index: expenses.length, soFar })),
    addTraining: addTo(trainings, trainingFile),
    addMetrics(arm, seed, { iteration, environmentSteps }, metrics, now) {
      metricsFile.append({ arm, seed, iteration, environmentSteps, ...metrics });
      const path = folder.file("tensorboard", `${arm}-${seed}`, "events.out.tfevents");
      const curve = curves.get(path) ?? openEventFile(path);
      curves.set(path, curve);
      curve.addScalars(environmentSteps, metrics, now);
    },
    evaluatedTasks: (point) =>
      new Set(evaluations.filter((row) => isAt(row, point)).map(({ taskId }) => taskId)),
    findTraining: (arm, seed, target) =>
      trainings.find((row) => row.arm === arm && row.seed === seed && row.target === target),
    readCheckpoint,
    writeCheckpoint: (name, checkpoint) => writeFileWhole(checkpointPath(name), checkpoint),
    // One file, so that progress and checkpoint cannot be of different iterations: a line of JSON, then the bytes.
    readRunning(arm, seed) {
      const bytes = readIfThere(runningPath(arm, seed));
      if (bytes === null) return null;
      const lineEnd = bytes.indexOf("\n");
      const line = JSON.parse(bytes.toString("utf8", 0, lineEnd)) as Record<string, unknown>;
      // `silence`: the earlier name of the shares.
      const state = RunningSchema.parse({ zeroVarianceShares: line["silence"], ...line });
      return { ...state, checkpoint: bytes.subarray(lineEnd + 1) };
    },
    writeRunning: (arm, seed, { checkpoint, ...state }) =>
      writeFileWhole(
        runningPath(arm, seed),
        Buffer.concat([Buffer.from(`${JSON.stringify(state)}\n`), checkpoint]),
      ),
    removeRunning: (arm, seed) => rmSync(runningPath(arm, seed), { force: true }),
    [Symbol.dispose]() {
      const lists = [evaluationFile, expenseFile, trainingFile, metricsFile];
      for (const file of [...lists, ...curves.values()]) file[Symbol.dispose]();
    },
  };
}

function isAt(row: EvaluationPoint, point: EvaluationPoint): boolean {
  return (
    row.arm === point.arm &&
    row.seed === point.seed &&
    row.split === point.split &&
    row.realSteps === point.realSteps
  );
}
