/** The figures of an evaluation: success with intervals, pass@k, errors by kind, groups, and cost. */

import { groupBy } from "../../core/group-by.ts";
import { createRandom, type Random } from "../../core/random.ts";
import { addUsage, NO_USAGE, type TotalUsage } from "../../core/usage.ts";
import { type EpisodeResult, ERROR_KINDS } from "../../real/harness/episode-result.ts";
import { clusteredMean, type Estimate, type Outcome, successRate } from "../statistics.ts";

export interface EvaluationSummary {
  /** Episodes that the run consists of: tasks × trials. */
  planned: number;
  tasks: number;
  trials: number;
  /** Over scored episodes. Null when none was scored, which is not a rate of 0. */
  success: Estimate | null;
  /** The rate if every planned episode without a score counted as a failure: a lower bound. Null without an episode. */
  successOfPlanned: number | null;
  /** For k up to the number of trials. */
  passAtK: { k: number; estimate: Estimate }[];
  /** Episodes by what they came to. `open`: planned, and not played yet. */
  counts: Record<"success" | "failure" | "unscored" | "error" | "open", number>;
  /** Episodes without a score because of an error, by its kind. */
  errors: Record<(typeof ERROR_KINDS)[number], number>;
  /** Episodes that stopped early, by WebArena's rules. They are scored. */
  earlyStops: number;
  /** Episodes that have a result after an attempt that failed. */
  retried: number;
  /** A task of two sites counts for both. */
  bySite: SummaryGroup[];
  /** How often the checks of each kind passed themselves, whatever the task's other checks said. */
  byCheck: SummaryGroup[];
  cost: EvaluationCost;
}

export interface SummaryGroup {
  name: string;
  estimate: Estimate | null;
  unscored: number;
  errors: number;
}

interface EvaluationCost extends TotalUsage {
  steps: number;
  /** Sum over episodes. */
  episodeSeconds: number;
  /** Time in which at least one episode ran: the wait at the screen. */
  wallSeconds: number;
}

export interface EvaluationRecord {
  planned: number;
  tasks: number;
  trials: number;
  /** Final ones. */
  results: readonly EpisodeResult[];
  /** The last error of each episode without a result. */
  openErrors: readonly EpisodeResult[];
}

export function summarizeEvaluation(record: EvaluationRecord): EvaluationSummary {
  const { planned, tasks, trials, results, openErrors } = record;
  const all = [...results, ...openErrors];
  const count = (status: EpisodeResult["status"]): number =>
    all.filter((result) => result.status === status).length;
  const success = count("success");
  const errors = Object.fromEntries(
    ERROR_KINDS.map((kind) => [kind, all.filter(({ error }) => error?.kind === kind).length]),
  ) as EvaluationSummary["errors"];
  return {
    planned,
    tasks,
    trials,
    success: successRate(outcomesOf(results), bootstrapRandom()),
    successOfPlanned: planned === 0 ? null : success / planned,
    passAtK: [...ksUpTo(trials)].flatMap((k) => {
      const estimate = passAtK(results, k);
      return estimate === null ? [] : [{ k, estimate }];
    }),
    counts: {
      success,
      failure: count("failure"),
      unscored: count("unscored"),
      error: count("error"),
      open: planned - all.length,
    },
    errors,
    earlyStops: results.filter(({ earlyStop }) => earlyStop !== null).length,
    retried: results.filter(({ attempt }) => attempt > 1).length,
    bySite: summarizeBy(all, ({ sites }) => sites),
    byCheck: summarizeBy(
      all,
      ({ checks, verdicts = {} }) => [...new Set([...checks, ...Object.keys(verdicts)])],
      statusOfCheck,
    ),
    cost: costOf(all),
  };
}

/** The scored ones. */
export function outcomesOf(results: readonly EpisodeResult[]): Outcome[] {
  return results.flatMap(({ taskId, templateId, trial, status }) =>
    status === "success" || status === "failure"
      ? [{ taskId, templateId, seed: trial, success: status === "success" }]
      : [],
  );
}

/** The same resamples for every figure. */
export function bootstrapRandom(): Random {
  return createRandom("bootstrap");
}

/** 1, 2, 4, … and the number itself. */
function ksUpTo(trials: number): Set<number> {
  const ks = new Set<number>();
  for (let k = 1; k < trials; k *= 2) ks.add(k);
  return ks.add(trials);
}

/**
 * The probability that at least one of k trials succeeds: the unbiased estimate 1 − C(n−c, k) / C(n, k) for a task with
 * c successes in n scored trials, averaged over the tasks with at least k of them (Chen et al. 2021, arXiv:2107.03374).
 */
function passAtK(results: readonly EpisodeResult[], k: number): Estimate | null {
  const byTask = groupBy(outcomesOf(results), ({ taskId }) => taskId);
  const values = [...byTask.values()].flatMap((trials) => {
    const n = trials.length;
    if (n < k) return [];
    const c = trials.filter(({ success }) => success).length;
    let missed = 1;
    for (let i = 0; i < k; i++) missed *= Math.max(0, n - c - i) / (n - i);
    return [{ templateId: trials[0].templateId, seed: 0, value: 1 - missed }];
  });
  return clusteredMean(values, [0, 1], bootstrapRandom());
}

function summarizeBy(
  results: readonly EpisodeResult[],
  namesOf: (result: EpisodeResult) => readonly string[],
  statusOf: (result: EpisodeResult, name: string) => EpisodeResult["status"] = ({ status }) =>
    status,
): SummaryGroup[] {
  const names = [...new Set(results.flatMap(namesOf))].sort();
  return names.map((name) => {
    const own = results
      .filter((result) => namesOf(result).includes(name))
      .map((result) => ({ ...result, status: statusOf(result, name) }));
    return {
      name,
      estimate: successRate(outcomesOf(own), bootstrapRandom()),
      unscored: own.filter(({ status }) => status === "unscored").length,
      errors: own.filter(({ status }) => status === "error").length,
    };
  });
}

/** A file without verdicts says only what a success, or a failure of a single kind of check, means for it. */
function statusOfCheck({ status, checks, verdicts }: EpisodeResult, kind: string) {
  if (status === "error") return status;
  const known =
    status === "success" ? true : status === "failure" && checks.length === 1 ? false : null;
  const passed = verdicts?.[kind] ?? (verdicts === undefined ? known : null);
  return passed === null ? "unscored" : passed ? "success" : "failure";
}

function costOf(results: readonly EpisodeResult[]): EvaluationCost {
  const sum = (read: (result: EpisodeResult) => number): number =>
    results.reduce((total, result) => total + read(result), 0);
  return {
    steps: sum(({ steps }) => steps),
    episodeSeconds: sum(({ seconds }) => seconds),
    wallSeconds: secondsCovered(results),
    ...results.reduce((total, { usage }) => addUsage(total, usage), NO_USAGE),
  };
}

/** Length of the union of the episodes' times. A pause between two calls of the command is not in it. */
function secondsCovered(results: readonly EpisodeResult[]): number {
  const spans = results
    .map(({ startedAt, seconds }) => ({ start: startedAt, end: startedAt + 1000 * seconds }))
    .sort((a, b) => a.start - b.start);
  let covered = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { start, end } of spans) {
    covered += Math.max(0, end - Math.max(start, until));
    until = Math.max(until, end);
  }
  return covered / 1000;
}
