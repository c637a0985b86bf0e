/** Greedy evaluation of a policy on a list of tasks, outcome by outcome, so that it can go on where it was cut off. */

import { z } from "zod";
import type { Env } from "../../core/env.ts";
import { runEpisode } from "../../core/episode.ts";
import { SiteError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";

/** One line of `evaluations.jsonl`. */
export const EvaluationSchema = z.object({
  arm: z.string(),
  /** Of the arm's training. */
  seed: z.int(),
  split: z.string(),
  realSteps: z.int(),
  taskId: z.string(),
  templateId: z.int(),
  status: z.enum(["success", "failure", "unscored", "error"]),
  steps: z.int(),
  answer: z.string(),
  /** Why it is no success, in words. */
  reason: z.string(),
});
export type Evaluation = z.infer<typeof EvaluationSchema>;

/** Which checkpoint is evaluated on what. */
export type EvaluationPoint = Pick<Evaluation, "arm" | "seed" | "split" | "realSteps">;

export interface EvaluatePolicyOptions {
  envs: readonly Env[];
  policy: Policy;
  tasks: readonly Task[];
  point: EvaluationPoint;
  onEvaluation(evaluation: Evaluation): void;
  signal: AbortSignal;
}

/** Episodes that a task gets when the infrastructure fails; what fails every time is told as `error`, last of all. */
const MAX_ATTEMPTS = 2;
/** So many failures in a row are no accident: the sites or the browsers are gone. */
const MAX_FAILURES_IN_A_ROW = 6;

/**
 * Runs each task once, as many at a time as there are environments. One that the infrastructure broke is tried again
 * after the others. Where failure follows on failure nothing is told of these tasks, so that they are evaluated when the
 * run goes on.
 *
 * @throws SiteError when episode after episode fails
 */
export async function evaluatePolicy(options: EvaluatePolicyOptions): Promise<void> {
  const { envs, policy, point, signal } = options;
  const queue = options.tasks.map((task) => ({ task, attempt: 1 }));
  const broken: Evaluation[] = [];
  let failuresInARow = 0;
  const work = async (env: Env): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal.throwIfAborted();
      const { task, attempt } = next;
      const id = `${point.arm}-${point.seed}-${point.realSteps}-${task.id}`;
      const trajectory = await runEpisode({
        env,
        policy,
        task,
        seed: 0,
        id,
        actor: point.arm,
        source: "real",
        signal,
      });
      signal.throwIfAborted();
      const evaluation = toEvaluation(trajectory, task, point);
      if (evaluation.status !== "error") {
        failuresInARow = 0;
        options.onEvaluation(evaluation);
        continue;
      }
      if (++failuresInARow >= MAX_FAILURES_IN_A_ROW)
        throw new SiteError(
          `Expected episodes to end, got ${failuresInARow} failures in a row, the last: ${evaluation.reason}. Check browser and sites, then start again: the evaluation goes on where it stopped.`,
        );
      if (attempt < MAX_ATTEMPTS) queue.push({ task, attempt: attempt + 1 });
      else broken.push(evaluation);
    }
  };
  // All are waited for, also when one fails: no episode goes on behind the back of who is told of the failure.
  const stopAll = (error: unknown): never => {
    queue.length = 0;
    throw error;
  };
  const results = await Promise.allSettled(envs.map((env) => work(env).catch(stopAll)));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  for (const evaluation of broken) options.onEvaluation(evaluation);
}

function toEvaluation(trajectory: Trajectory, task: Task, point: EvaluationPoint): Evaluation {
  const last = trajectory.transitions.at(-1)?.action;
  return {
    ...point,
    taskId: task.id,
    templateId: task.templateId,
    ...judge(trajectory),
    steps: trajectory.transitions.length,
    answer: last?.kind === "stop" ? last.answer : "",
  };
}

/** An infrastructure failure and an unscored episode are neither success nor failure. */
export function judge({ error, score }: Trajectory): Pick<Evaluation, "status" | "reason"> {
  if (error !== null) return { status: "error", reason: error };
  if (score === null) return { status: "error", reason: "the episode ended without a score" };
  if (score.status === "unscored") return { status: "unscored", reason: score.reason };
  if (score.value === 1) return { status: "success", reason: "" };
  const failed = score.checks.filter(({ passed }) => passed === false);
  return { status: "failure", reason: failed.map(({ detail }) => detail).join("; ") };
}
