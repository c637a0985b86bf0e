/** Turns the records of a comparison into `compare.json`. Pure; the order of the records does not matter. */

import { createRandom, type Random } from "../core/random.ts";
import { totalsByLine } from "../store/ledger.ts";
import { countTasks, pointsOf, rowsAt, scoredOutcomes } from "./arm-points.ts";
import { armNamed } from "./arms.ts";
import { armsOf, type CompareConfig } from "./compare-config.ts";
import type { CompareResult, Fidelity } from "./compare-result.ts";
import { describeArm } from "./describe-arm.ts";
import type { FinishedRecords } from "./run-records.ts";
import { pairedDifference, successRate } from "./statistics.ts";
import { type CurvePoint, stepRatios, stepsToMatch } from "./steps-to-match.ts";

export interface SummarizeOptions {
  config: CompareConfig;
  records: Pick<FinishedRecords, "evaluations" | "expenses" | "trainings" | "rounds">;
  bcCheckpoint: CompareResult["bcCheckpoint"];
  /** By seed; all the same for a shared collection. */
  fidelities: Record<string, Fidelity>;
  /** Share of the recorded steps that was learned from; 1 by default. */
  usedShare?: number;
  seconds: CompareResult["seconds"];
  /** Name of the agent, if one is compared. */
  agent?: string;
  /** Seeds that config and records leave out (`finishedPart`); none by default. */
  unfinishedSeeds?: number[];
}

/** The main question is the first of these whose arms both run. */
const QUESTIONS = [
  ["dream-real", "bc-real"],
  ["dream", "bc-real"],
  ["dream", "bc"],
] as const;

/** The differences to report. The oracle is in none of them. */
const COMPARISONS: [treatment: string, control: string][] = [
  ["dream-real", "bc-real"],
  ["dream-real", "placebo-real"],
  ["dream", "bc"],
  ["dream", "placebo"],
  ["dream", "bc-real"],
  ["dream", "search-real"],
  ["dream-coevolve", "dream-real"],
  ["dream-coevolve", "bc-real"],
  ["search-real", "bc-real"],
  ["bc-real", "bc"],
  ["dream", "agent"],
  ["agent", "bc"],
];

/** The comparisons of steps: how many real steps does an arm need to reach the last point of the target? */
const MATCHES: [arm: string, target: string][] = [
  ["bc-real", "bc-real"],
  ["dream-real", "bc-real"],
  ["placebo-real", "bc-real"],
  ["real-scratch", "bc-real"],
  ["bc-real", "dream"],
  ["bc-real", "dream-real"],
  ["bc-real", "dream-coevolve"],
  ["search-real", "dream"],
];

export function summarize(options: SummarizeOptions): CompareResult {
  const { config, records } = options;
  const splits = config.evaluate.map(({ split }) => split);
  const comparisons = splits.flatMap((split) =>
    COMPARISONS.flatMap(([treatment, control]) => compareArms(options, treatment, control, split)),
  );
  const ledger = totalsByLine(records.expenses);
  const [questionSplit = ""] = splits;
  const [mainTreatment, mainControl] =
    QUESTIONS.find((names) => names.every((name) => isCompared(config, name))) ?? QUESTIONS[0];
  const question = comparisons.find(
    ({ treatment, control, split }) =>
      treatment === mainTreatment && control === mainControl && split === questionSplit,
  );
  return {
    preset: config.preset,
    sites: config.sites,
    seeds: config.seeds,
    unfinishedSeeds: options.unfinishedSeeds ?? [],
    tasks: Object.fromEntries(
      splits.map((split) => [split, countTasks(records.evaluations, split)]),
    ),
    collections: config.collections,
    confirmed: config.real.confirm,
    offline: offlineCost(options),
    bcCheckpoint: options.bcCheckpoint,
    ...(options.agent !== undefined && { agent: options.agent }),
    arms: config.seeds.flatMap((seed) =>
      armsOf(config).map((arm) => describeArm(options, arm, seed)),
    ),
    paired: {
      treatment: mainTreatment,
      control: mainControl,
      split: questionSplit,
      difference: question?.estimate.mean ?? null,
      ci95: question?.estimate.ci95 ?? null,
      n: question?.estimate.n ?? 0,
    },
    comparisons,
    searches: records.rounds.map(({ arm, seed, round, solved, tasks, plans, expansions }) => ({
      arm,
      seed,
      round,
      solved,
      tasks,
      plans,
      expansions,
    })),
    stepsToMatch: MATCHES.filter((names) => names.every((name) => isCompared(config, name))).map(
      ([arm, target]) => matchArm(options, arm, target, questionSplit),
    ),
    summary: splits.flatMap((split) =>
      armsOf(config).flatMap((arm) =>
        pointsOf(config, arm).flatMap((realSteps) => {
          const rows = rowsAt(records.evaluations, arm, split, realSteps);
          const estimate = successRate(scoredOutcomes(rows), bootstrapRandom());
          return estimate === null ? [] : [{ arm: arm.name, split, realSteps, estimate }];
        }),
      ),
    ),
    fidelity: options.fidelities[String(config.seeds[0])] ?? { model: {}, baselines: {} },
    fidelities: config.collections === "per-seed" ? options.fidelities : {},
    ledger,
    seconds: options.seconds,
  };
}

/** The same resamples for every figure, so that no interval depends on the name of an arm or a split. */
function bootstrapRandom(): Random {
  return createRandom("bootstrap");
}

/** One difference, or none when the arms have no scored task in common. */
function compareArms(
  options: SummarizeOptions,
  treatment: string,
  control: string,
  split: string,
): CompareResult["comparisons"] {
  const end = lastPoint(options, treatment, split);
  const other = lastPoint(options, control, split);
  const estimate = pairedDifference(end.outcomes, other.outcomes, bootstrapRandom());
  return estimate === null
    ? []
    : [
        {
          treatment,
          control,
          split,
          realSteps: end.realSteps,
          controlSteps: other.realSteps,
          estimate,
        },
      ];
}

function matchArm(
  options: SummarizeOptions,
  name: string,
  targetName: string,
  split: string,
): CompareResult["stepsToMatch"][number] {
  const target = lastPoint(options, targetName, split);
  const curve = pointsOf(options.config, armNamed(name)).map((realSteps) =>
    pointAt(options, name, split, realSteps),
  );
  const match = stepsToMatch(curve, target.outcomes, bootstrapRandom());
  const measured = curve.findLast(({ outcomes }) => outcomes.length > 0)?.realSteps ?? 0;
  const { realSteps: collected } = offlineCost(options);
  const offlineOf = (arm: string): number => (armNamed(arm).cloned ? collected : 0);
  return {
    arm: name,
    target: { arm: targetName, realSteps: target.realSteps },
    split,
    ...match,
    measured,
    ratios: stepRatios({
      realSteps: match.realSteps,
      measured,
      targetSteps: target.realSteps,
      offline: { arm: offlineOf(name), target: offlineOf(targetName) },
    }),
  };
}

function isCompared(config: CompareConfig, name: string): boolean {
  return armsOf(config).some((arm) => arm.name === name);
}

/** What one collection cost, as far as it was learned from: the mean over the collections. */
function offlineCost({ records, usedShare = 1 }: SummarizeOptions): CompareResult["offline"] {
  const collections = records.expenses.filter(({ line }) => line === "collection");
  const mean = (read: (expense: (typeof collections)[number]) => number): number =>
    Math.round(
      (usedShare * collections.reduce((sum, expense) => sum + read(expense), 0)) /
        Math.max(1, collections.length),
    );
  return {
    realSteps: mean(({ steps }) => steps),
    episodes: mean(({ episodes }) => episodes),
    requests: mean(({ requests }) => requests),
  };
}

function pointAt(
  { records }: SummarizeOptions,
  name: string,
  split: string,
  realSteps: number,
): CurvePoint {
  const rows = rowsAt(records.evaluations, armNamed(name), split, realSteps);
  return { realSteps, outcomes: scoredOutcomes(rows) };
}

function lastPoint(options: SummarizeOptions, name: string, split: string): CurvePoint {
  return pointAt(options, name, split, pointsOf(options.config, armNamed(name)).at(-1) ?? 0);
}
