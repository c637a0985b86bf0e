/** Greedy evaluation of a policy on a list of tasks. It reports each outcome, so that an interrupted run can resume. */

import { z } from "zod";
import type { Env } from "../../core/env.ts";
import type { CountingPolicy, Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import { answerOf, type Trajectory } from "../../core/trajectory.ts";
import { UsageSchema } from "../../core/usage.ts";
import { outcomeOf, playTasks } from "./play-tasks.ts";

/** One line of `evaluations.jsonl`. */
export const EvaluationSchema = z.object({
  arm: z.string(),
  /** Seed of the arm's training. */
  seed: z.int(),
  split: z.string(),
  realSteps: z.int(),
  taskId: z.string(),
  templateId: z.int(),
  status: z.enum(["success", "failure", "unscored", "error"]),
  steps: z.int(),
  answer: z.string(),
  /** Why it is not a success, in words. */
  reason: z.string(),
  /** The policy threw, hung, or gave no valid action. This counts as a failure and is marked. */
  policyFailed: z.boolean().optional(),
  /** What the policy's decisions cost, where it counts it. */
  usage: UsageSchema.required().optional(),
});
export type Evaluation = z.infer<typeof EvaluationSchema>;

/** The evaluated checkpoint and its split. */
export type EvaluationPoint = Pick<Evaluation, "arm" | "seed" | "split" | "realSteps">;

export interface EvaluatePolicyOptions {
  envs: readonly Env[];
  /** For all tasks, or a function that creates one for each episode. */
  policy: Policy | ((task: Task) => CountingPolicy);
  tasks: readonly Task[];
  /** Noted in each evaluation. An agent without an arm or training can omit it. */
  point?: EvaluationPoint;
  /** Called with each outcome as soon as it is known. */
  onEvaluation?(evaluation: Evaluation): void;
  /** The evaluation ends after this many policy failures in a row. Default 6. Infinity: never. */
  maxPolicyFailuresInARow?: number;
  /** See `EpisodeOptions`. */
  decisionTimeoutMs?: number;
  signal?: AbortSignal;
}

const NO_POINT: EvaluationPoint = { arm: "policy", seed: 0, split: "", realSteps: 0 };

/** This many failures in a row are not chance: the sites, the browsers or the policy are broken. */
const MAX_FAILURES_IN_A_ROW = 6;

/**
 * Runs each task once, as many at a time as there are environments.
 *
 * An episode that the infrastructure broke says nothing about the policy. It is retried after the others. If the retry
 * breaks too, it is an `error`, never a failure. A policy that throws, hangs or gives no valid action did not solve
 * the task: this is a `failure`, marked with `policyFailed`, without a retry. Both are reported last. If they follow
 * each other until the work ends, neither is reported, so that a resumed run evaluates these tasks.
 *
 * @throws SiteError, PolicyError after too many failures in a row; TaskError for a task of another format
 */
export async function evaluatePolicy(options: EvaluatePolicyOptions): Promise<Evaluation[]> {
  const { policy, point = NO_POINT, signal, decisionTimeoutMs } = options;
  const { maxPolicyFailuresInARow = MAX_FAILURES_IN_A_ROW } = options;
  const [evaluations, failed]: [Evaluation[], Evaluation[]] = [[], []];
  const report = (evaluation: Evaluation): void => {
    evaluations.push(evaluation);
    options.onEvaluation?.(evaluation);
  };
  const acting = new Map<Task, CountingPolicy>();
  await playTasks({
    envs: options.envs,
    jobs: options.tasks.map((task) => ({ task })),
    episodeOf({ task }) {
      const own = typeof policy === "function" ? policy(task) : policy;
      acting.set(task, own);
      return {
        policy: own,
        seed: 0,
        id: `${point.arm}-${point.seed}-${point.realSteps}-${task.id}`,
        actor: point.arm,
      };
    },
    onEnd({ task }, { trajectory, outcome, isRetried }) {
      const { usage } = acting.get(task) as CountingPolicy;
      const evaluation = { ...toEvaluation(trajectory, task, point), ...(usage && { usage }) };
      if (outcome.failure === null) report(evaluation);
      else if (!isRetried) failed.push(evaluation);
    },
    maxFailuresInARow: { env: MAX_FAILURES_IN_A_ROW, policy: maxPolicyFailuresInARow },
    ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
    ...(signal && { signal }),
  });
  for (const evaluation of failed) report(evaluation);
  return evaluations;
}

function toEvaluation(trajectory: Trajectory, task: Task, point: EvaluationPoint): Evaluation {
  return {
    ...point,
    taskId: task.id,
    templateId: task.templateId,
    ...judge(trajectory),
    steps: trajectory.transitions.length,
    answer: answerOf(trajectory),
  };
}

/** The outcome for the policy. An infrastructure failure and an unscored episode are neither success nor failure. */
export function judge(
  trajectory: Trajectory,
): Pick<Evaluation, "status" | "reason" | "policyFailed"> {
  const { status, reason, failure } = outcomeOf(trajectory);
  if (failure?.part !== "policy") return { status, reason };
  return { status: "failure", reason: `the policy failed: ${reason}`, policyFailed: true };
}
