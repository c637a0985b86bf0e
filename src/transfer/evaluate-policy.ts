/** Greedy evaluation of a policy on a list of tasks, outcome by outcome, so that it can go on where it was cut off. */

import { z } from "zod";
import type { Env } from "../core/env.ts";
import { runEpisode } from "../core/episode.ts";
import type { Policy } from "../core/policy.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";

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

/** Runs each task once, as many at a time as there are environments. */
export async function evaluatePolicy(options: EvaluatePolicyOptions): Promise<void> {
  const { envs, policy, point, signal } = options;
  const queue = [...options.tasks];
  const work = async (env: Env): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
      signal.throwIfAborted();
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
      options.onEvaluation(toEvaluation(trajectory, task, point));
    }
  };
  await Promise.all(envs.map(work));
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
