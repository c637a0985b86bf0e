/** What an evaluation would do, and what it would cost, before it starts. */

import type { Task } from "../../core/task.ts";
import { addUsage, NO_USAGE, type TotalUsage } from "../../core/usage.ts";
import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import {
  createTaskOrder,
  type TaskOrderOptions,
  writesToSite,
} from "../../real/harness/task-order.ts";
import { planJobs } from "./run-evaluation.ts";
import type { EvaluationConfig } from "./evaluation-config.ts";

export interface EvaluationPreview {
  tasks: number;
  templates: number;
  /** Still to play. */
  episodes: number;
  done: number;
  bySite: Record<string, number>;
  /** Tasks that write to a site, as far as their checks show it. */
  writers: number;
  /** Whether environments have states of their own, so that no task waits for another one's site. */
  isolated: boolean;
  workers: number;
  /** Episodes one after another, if all took the same time: at least this many, whatever the number of workers. */
  rounds: number;
  /** The steps can be no more. */
  maxSteps: number;
  /** From episodes that were played before; null if there are none. */
  estimate: (TotalUsage & { seconds: number; fromEpisodes: number }) | null;
}

export interface PreviewOptions extends TaskOrderOptions {
  tasks: readonly Task[];
  config: EvaluationConfig;
  workers: number;
  /** Results of this run so far. */
  done: readonly EpisodeResult[];
  /** Episodes to estimate from. */
  like: readonly EpisodeResult[];
}

export function previewEvaluation(options: PreviewOptions): EvaluationPreview {
  const { tasks, config, workers, like } = options;
  const played = new Set(options.done.map(({ taskId, trial }) => `${trial}/${taskId}`));
  const jobs = planJobs(tasks, config).filter(
    ({ task, trial }) => !played.has(`${trial}/${task.id}`),
  );
  const rounds = countRounds(jobs, options);
  return {
    tasks: tasks.length,
    templates: new Set(tasks.map(({ templateId }) => templateId)).size,
    episodes: jobs.length,
    done: played.size,
    bySite: countBySite(tasks),
    writers: tasks.filter(writesToSite).length,
    isolated: options.isolated,
    workers,
    rounds,
    maxSteps: jobs.reduce((sum, { task }) => sum + task.maxSteps, 0),
    estimate: like.length === 0 ? null : estimate(like, jobs.length, rounds),
  };
}

type Jobs = ReturnType<typeof planJobs>;

/** Plays the schedule with episodes that all take one round. */
function countRounds(jobs: Jobs, options: PreviewOptions): number {
  const choose = createTaskOrder(options);
  const waiting = [...jobs];
  let rounds = 0;
  while (waiting.length > 0) {
    const running: Jobs = [];
    while (running.length < options.workers) {
      const next = choose(waiting, running);
      const [job] = next < 0 ? [] : waiting.splice(next, 1);
      if (job === undefined) break;
      running.push(job);
    }
    // A circle of dependencies: the run itself says so.
    if (running.length === 0) return rounds;
    rounds++;
  }
  return rounds;
}

function countBySite(tasks: readonly Task[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { sites } of tasks) for (const site of sites) counts[site] = (counts[site] ?? 0) + 1;
  return counts;
}

function estimate(
  like: readonly EpisodeResult[],
  episodes: number,
  rounds: number,
): EvaluationPreview["estimate"] {
  const seconds = like.reduce((sum, result) => sum + result.seconds, 0) / like.length;
  const total = like.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE);
  const scale = episodes / like.length;
  return {
    seconds: seconds * rounds,
    inputTokens: Math.round(total.inputTokens * scale),
    outputTokens: Math.round(total.outputTokens * scale),
    usd: total.usd * scale,
    fromEpisodes: like.length,
  };
}
