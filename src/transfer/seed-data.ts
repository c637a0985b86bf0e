/** What the arms of a seed learn from: recorded once, for all seeds or for each, and the dream that is learned from it. */

import { join } from "node:path";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { CollectConfigSchema } from "../real/record/collect/collect-plan.ts";
import type { CollectSummary } from "../real/record/collect/collect-summary.ts";
import { outcomeReward } from "../rl/rollout.ts";
import type { LedgerEntry, LedgerLine } from "../store/ledger.ts";
import type { RunFolder } from "../store/run-folder.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { applyGate, assertGate } from "./check/dream-gate.ts";
import type { DreamMeasures } from "./check/dream-measures.ts";
import { measureRecorded } from "./check/measure-recorded.ts";
import type { SeedData } from "./compare.ts";
import type { CompareConfig } from "./compare-config.ts";
import type { Fidelity } from "./compare-result.ts";
import { findFidelityWarnings, measureDream } from "./dream-fidelity.ts";
import { loadRecordings } from "./load-recordings.ts";
import { type LearnedModel, learnModel } from "./pipeline.ts";
import { createPlaceboModel } from "./placebo-model.ts";
import { recordSplit, type RecordSplitOptions } from "./record-split.ts";
import { keepResult, type PhaseClock } from "./run-files.ts";
import type { RunRecords } from "./run-records.ts";
import { watchModel } from "./watch-model.ts";
import type { WorkReport } from "./work-report.ts";

export interface SeedDataOptions extends Omit<RecordSplitOptions, "config" | "split" | "folder"> {
  config: CompareConfig;
  folder: RunFolder;
  records: RunRecords;
  /** Folder of the recordings; the run folder by default. Runs of other parts of a study share it. */
  recordings?: string | undefined;
  tasks: Record<string, readonly Task[]>;
  origins: Record<string, string>;
  clock: PhaseClock;
  report: WorkReport;
  signal: AbortSignal;
}

export type PreparedSeed = SeedData & LearnedModel & { fidelity: Fidelity };

/** Null stands for the collection that all seeds share. */
type Collection = number | null;

export function collectionOf({ collections }: CompareConfig, seed: number): Collection {
  return collections === "shared" ? null : seed;
}

/** Name of a file or folder of one collection. */
export function nameOf(name: string, collection: Collection): string {
  return collection === null ? name : `${name}-${collection}`;
}

/** Prepares what a seed needs. A collection that all seeds share is prepared once. */
export function createSeedSource(
  options: SeedDataOptions,
): (seed: number) => Promise<PreparedSeed> {
  let last: { collection: Collection; prepared: Promise<PreparedSeed> } | null = null;
  return (seed) => {
    const collection = collectionOf(options.config, seed);
    // One dream at a time: each holds much memory.
    if (last === null || last.collection !== collection)
      last = { collection, prepared: prepare(options, collection) };
    return last.prepared;
  };
}

async function prepare(options: SeedDataOptions, collection: Collection): Promise<PreparedSeed> {
  const { clock, report, config } = options;
  const all = await clock.time("collect", () => recordAndRead(options, "train", collection));
  const heldOut = await clock.time("collect for fidelity", () =>
    recordAndRead(options, "dev", null),
  );
  const offline = partOf(all, config.offline);
  if (offline.every((trajectory) => outcomeReward(trajectory) !== 1))
    report.note(
      `None of the ${offline.length} recorded episodes solved its task, so there is nothing to clone: every arm starts untrained.`,
    );
  await keepResult(options.folder.file(nameOf("offline-used.json", collection)), () =>
    Promise.resolve(shareOfSteps(offline, all)),
  );
  const learned = await clock.time("learn the dream", () => learnModel(offline, options));
  const fidelity = await clock.time("check the dream", () =>
    checkDream(options, learned, heldOut, collection),
  );
  for (const doubt of findFidelityWarnings(fidelity))
    report.note(
      `the dream${collection === null ? "" : ` of seed ${collection}`} is doubtful: ${doubt}`,
    );
  const measures = await clock.time("check the dream", () =>
    measureGated(options, learned, heldOut, collection),
  );
  assertGate(applyGate(config.gate, measures));
  const { model, buffer } = learned;
  return {
    model,
    buffer,
    fidelity,
    offline,
    recordings: offline,
    imagine: (kind, seed) => [
      createExperienceEnv({
        model: kind === "dream" ? model : createPlaceboModel({ model, buffer, seed }),
        evaluator: createEvaluator(),
        origins: options.origins,
      }),
    ],
  };
}

/** The recordings that an ablation leaves. */
export function partOf(
  recordings: readonly Trajectory[],
  { share, exploration }: CompareConfig["offline"],
): Trajectory[] {
  return recordings
    .slice(0, Math.ceil(share * recordings.length))
    .filter(({ actor }) => exploration || actor !== "random");
}

/** The share of the recorded steps that is used. */
function shareOfSteps(used: readonly Trajectory[], all: readonly Trajectory[]): { share: number } {
  const steps = (some: readonly Trajectory[]): number =>
    some.reduce((sum, { transitions }) => sum + transitions.length, 0);
  return { share: steps(used) / Math.max(1, steps(all)) };
}

/** Records a split's episodes unless they exist, enters their cost once, and reads them. */
async function recordAndRead(
  options: SeedDataOptions,
  split: "train" | "dev",
  collection: Collection,
): Promise<Trajectory[]> {
  const { config, records, agent, ...recording } = options;
  const name = nameOf(split === "train" ? "offline" : "fidelity", collection);
  const folder =
    options.recordings === undefined ? options.folder.file(name) : join(options.recordings, name);
  const line: LedgerLine = split === "train" ? "collection" : "fidelity replay";
  if (!records.expenses.some((expense) => expense.line === line && expense.seed === collection)) {
    const { devEpisodes, ...offline } = config.collect;
    const plan = CollectConfigSchema.parse(
      split === "train"
        ? { ...offline, ...(collection !== null && { seed: collection }) }
        : {
            seed: offline.seed,
            episodes: devEpisodes,
            mix: { demonstrator: 1, noisyDemonstrator: 1, random: 0 },
          },
    );
    const summary = await recordSplit({
      ...recording,
      // Whoever is evaluated need not be recorded.
      ...(agent && (plan.mix.agent ?? 0) > 0 && { agent }),
      split,
      folder,
      config: plan,
    });
    records.addExpense(expenseOf(line, collection, summary));
  }
  return loadRecordings(folder);
}

/**
 * A collection has reconciled its requests with the sites' count while it ran. The request count at the moment of a
 * kill is unknown.
 */
function expenseOf(
  line: LedgerLine,
  seed: Collection,
  { episodes, steps, requests, failed, withheld, interrupted }: CollectSummary,
): LedgerEntry {
  return {
    line,
    arm: null,
    seed,
    episodes: episodes + withheld + failed + interrupted,
    steps,
    requests,
    failedEpisodes: failed + interrupted,
    countedBySite: requests,
    ...(interrupted > 0 && { isCutOff: true }),
  };
}

/** What the gate looks at. It costs no real step. */
function measureGated(
  options: SeedDataOptions,
  { model }: LearnedModel,
  heldOut: readonly Trajectory[],
  collection: Collection,
): Promise<DreamMeasures> {
  return keepResult(options.folder.file(nameOf("dream-check.json", collection)), () =>
    measureRecorded({
      model: watchModel(model, options),
      evaluator: createEvaluator(),
      origins: options.origins,
      tasks: options.tasks["dev"] ?? [],
      heldOut,
      walks: options.config.gate.walks,
      hasRecordedPlans: true,
    }),
  );
}

function checkDream(
  options: SeedDataOptions,
  { model, buffer }: LearnedModel,
  heldOut: readonly Trajectory[],
  collection: Collection,
): Promise<Fidelity> {
  return keepResult(options.folder.file(nameOf("fidelity.json", collection)), async () => {
    const { fidelity } = await measureDream({
      model: watchModel(model, options),
      buffer,
      evaluator: createEvaluator(),
      origins: options.origins,
      tasks: options.tasks["dev"] ?? [],
      heldOut,
    });
    return fidelity;
  });
}
