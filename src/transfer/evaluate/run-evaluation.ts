/** Evaluates an agent on a benchmark, into a run folder. The same call again resumes. */

import { createHash } from "node:crypto";
import type { Env } from "../../core/env.ts";
import type { Task } from "../../core/task.ts";
import type { Benchmark } from "../../real/harness/benchmark.ts";
import { toEpisodeResult } from "../../real/harness/episode-result.ts";
import { type LimitedPolicy, limitPolicy } from "../../real/harness/limit-policy.ts";
import { type EndedEpisode, playTasks } from "../../real/harness/play-tasks.ts";
import { createReplaceableEnv } from "../../real/harness/replaceable-env.ts";
import {
  EPISODES_FOLDER,
  openResultStore,
  type ResultStore,
} from "../../real/harness/result-store.ts";
import { createTaskOrder, type Dependencies } from "../../real/harness/task-order.ts";
import { openJsonLines } from "../../store/json-lines.ts";
import { openRunFolder, type RunFolder, writeFileWhole } from "../../store/run-folder.ts";
import { SILENT_REPORT, type WorkReport } from "../work-report.ts";
import type { Agent } from "../../real/harness/agent.ts";
import { type EvaluationConfig, identityOf, MAY_GROW } from "./evaluation-config.ts";
import { type EvaluationSummary, summarizeEvaluation } from "./evaluation-summary.ts";
import { JOURNAL_FILE, type JournalFacts, toJournalLine } from "./journal.ts";

export interface RunEvaluationOptions {
  benchmark: Benchmark;
  /** Those of the benchmark that are played, in this order. */
  tasks: readonly Task[];
  agent: Agent;
  config: EvaluationConfig;
  folder: string;
  /** Whether the episodes keep each page's HTML, for a dream to learn from. */
  record?: boolean;
  /** How many episodes run at the same time, at most. */
  workers: number;
  dependencies?: Dependencies;
  /** The evaluation stops when the infrastructure or the checks break more than this share of the episodes, 0–1. */
  maxErrorShare: number;
  /** A call to an environment that takes longer is a hang, in milliseconds. */
  hangMs: number;
  versions: JournalFacts["versions"];
  report?: WorkReport;
  now: () => number;
  signal?: AbortSignal;
}

interface Job {
  task: Task;
  trial: number;
}

/** An episode that runs. */
interface Running {
  policy: LimitedPolicy;
  startedAt: number;
}

/** This many failures in a row are not chance. */
const MAX_FAILURES_IN_A_ROW = 6;
/** Fewer episodes say nothing about a share. */
const MIN_EPISODES = 20;

/** @throws SiteError, PolicyError, EvaluatorError after too many errors; RecordingError if the folder cannot be written */
export async function runEvaluation(options: RunEvaluationOptions): Promise<EvaluationSummary> {
  const { benchmark, agent, config, report = SILENT_REPORT, now } = options;
  const identity = identityOf(benchmark.name, options.tasks, agent, config);
  using run = openRunFolder(options.folder, identity, { mayGrow: MAY_GROW });
  report.keepLog(run.file("log.txt"));
  using store = await openResultStore(run);
  const jobs = planJobs(options.tasks, config);
  const left = jobs.filter(({ task, trial }) => !store.has({ taskId: task.id, trial }));
  if (left.length < jobs.length)
    report.note(`Resuming: ${jobs.length - left.length} of ${jobs.length} episodes are done.`);
  await playJobs(left, store, options);
  store.settle();
  const summary = summarizeEvaluation({
    planned: jobs.length,
    tasks: options.tasks.length,
    trials: config.trials,
    results: store.results,
    openErrors: store.openErrors(),
  });
  writeFileWhole(run.file("summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  if (left.length > 0)
    noteInJournal(
      run,
      toJournalLine({
        identity,
        summary,
        workers: options.workers,
        facts: benchmark.facts,
        versions: options.versions,
        at: now(),
      }),
    );
  return summary;
}

function noteInJournal(run: RunFolder, line: object): void {
  using journal = openJsonLines(run.file(JOURNAL_FILE));
  journal.append(line);
}

/** All tasks once, then all a second time, and so on: a run that is cut short has whole trials. */
export function planJobs(
  tasks: readonly Task[],
  { trials, maxSteps }: Pick<EvaluationConfig, "trials" | "maxSteps">,
): Job[] {
  const played = tasks.map((task) => (maxSteps === null ? task : { ...task, maxSteps }));
  return Array.from({ length: trials }, (_, index) =>
    played.map((task) => ({ task, trial: index + 1 })),
  ).flat();
}

async function playJobs(
  jobs: readonly Job[],
  store: ResultStore,
  options: RunEvaluationOptions,
): Promise<void> {
  const { benchmark, agent, config, report = SILENT_REPORT, now, signal } = options;
  if (jobs.length === 0) return;
  await using envs = openEnvs(options, Math.min(options.workers, jobs.length));
  const running = new Map<Job, Running>();
  const progress = createProgressLine(jobs.length, report);
  await playTasks<Job>({
    envs: envs.all,
    jobs,
    episodeOf(job) {
      const { task, trial } = job;
      const seed = config.seed + trial - 1;
      const policy = limitPolicy(agent.policyFor({ task, trial, seed }), config);
      running.set(job, { policy, startedAt: now() });
      return {
        policy,
        seed,
        id: episodeId(task, trial),
        actor: agent.name,
        record: options.record === true,
        ...(benchmark.source && { source: benchmark.source }),
      };
    },
    async onEnd(job, ended) {
      const { policy, startedAt } = running.get(job) as Running;
      const result = toEpisodeResult({
        ...job,
        ...ended,
        earlyStop: policy.earlyStop,
        usage: policy.usage,
        startedAt,
        seconds: (now() - startedAt) / 1000,
        episode: `${EPISODES_FOLDER}/${episodeId(job.task, job.trial)}.jsonl`,
      });
      await store.add(result, ended.trajectory);
      progress(job, ended);
    },
    chooseNext: createTaskOrder({
      isolated: benchmark.isolated ?? false,
      dependencies: options.dependencies ?? new Map(),
    }),
    timeLimitMs: 1000 * config.timeLimitSeconds,
    ...(agent.decisionTimeoutMs !== undefined && { decisionTimeoutMs: agent.decisionTimeoutMs }),
    maxFailuresInARow: {
      env: MAX_FAILURES_IN_A_ROW,
      policy: MAX_FAILURES_IN_A_ROW,
      evaluator: MAX_FAILURES_IN_A_ROW,
    },
    maxFailureShare: {
      parts: ["env", "evaluator"],
      share: options.maxErrorShare,
      minEpisodes: MIN_EPISODES,
    },
    ...(signal && { signal }),
  });
}

/** The id with the trial as a file name: an id of a task may hold any character. */
function episodeId({ id }: Task, trial: number): string {
  const name = id.replaceAll(/[^\w.-]/gu, "_").replace(/^\.+/u, "_");
  const isChanged = name !== id;
  const mark = isChanged ? `-${createHash("sha256").update(id).digest("hex").slice(0, 8)}` : "";
  return `${name}${mark}-${trial}`;
}

function openEnvs(
  { benchmark, hangMs, report = SILENT_REPORT }: RunEvaluationOptions,
  count: number,
): AsyncDisposable & { all: readonly Env[] } {
  const all = Array.from({ length: count }, (_, worker) =>
    createReplaceableEnv({
      open: () => benchmark.openEnv(worker),
      hangMs,
      onReplace: (reason) => report.note(`worker ${worker + 1} gets a new browser: ${reason}`),
    }),
  );
  return {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((env) => env[Symbol.asyncDispose]()));
    },
  };
}

function createProgressLine(
  total: number,
  report: WorkReport,
): (job: Job, ended: EndedEpisode) => void {
  let [done, solved, errors] = [0, 0, 0];
  report.update(`evaluate: 0 of ${total} episodes`, { done, total });
  return ({ task, trial }, { outcome: { status, reason }, isRetried }) => {
    const name = trial === 1 ? task.id : `${task.id}, trial ${trial}`;
    if (status === "error")
      report.note(`task ${name}: ${isRetried ? "again later: " : ""}${reason}`);
    else report.log(`task ${name}: ${status}${reason === "" ? "" : `: ${reason}`}`);
    if (isRetried) return;
    done++;
    if (status === "success") solved++;
    if (status === "error") errors++;
    const trouble = errors === 0 ? "" : `, ${errors} errors`;
    report.update(`evaluate: ${done} of ${total} episodes, ${solved} solved${trouble}`, {
      done,
      total,
    });
  };
}
