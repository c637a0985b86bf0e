/** Greedy evaluation of a policy on a list of tasks. It reports each outcome, so that an interrupted run can resume. */

import { z } from "zod";
import type { Env } from "../../core/env.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Policy } from "../../core/policy.ts";
import { runEpisodes } from "../../core/run-episodes.ts";
import { assertTasks, type Task } from "../../core/task.ts";
import { type EpisodeFailure, failureOf, type Trajectory } from "../../core/trajectory.ts";

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
});
export type Evaluation = z.infer<typeof EvaluationSchema>;

/** The evaluated checkpoint and its split. */
export type EvaluationPoint = Pick<Evaluation, "arm" | "seed" | "split" | "realSteps">;

export interface EvaluatePolicyOptions {
  envs: readonly Env[];
  policy: Policy;
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

/** Episodes that a task gets if the infrastructure fails. */
const MAX_ATTEMPTS = 2;
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
  assertTasks(options.tasks);
  const [evaluations, failed]: [Evaluation[], Evaluation[]] = [[], []];
  const report = (evaluation: Evaluation): void => {
    evaluations.push(evaluation);
    options.onEvaluation?.(evaluation);
  };
  await runEpisodes({
    pool: options.envs,
    jobs: options.tasks,
    async play(task: Task, env: Env, attempt) {
      const trajectory = await runEpisode({
        env,
        policy,
        task,
        seed: 0,
        id: `${point.arm}-${point.seed}-${point.realSteps}-${task.id}`,
        actor: point.arm,
        source: "real",
        ...(signal && { signal }),
        ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
      });
      signal?.throwIfAborted();
      const evaluation = toEvaluation(trajectory, task, point);
      const failure = failureOf(trajectory) ?? scoreless(evaluation);
      if (failure === null) report(evaluation);
      else if (failure.part === "policy" || attempt === MAX_ATTEMPTS) failed.push(evaluation);
      return failure;
    },
    isRetried: ({ part }, _task, attempt) => part === "env" && attempt < MAX_ATTEMPTS,
    maxFailuresInARow: { env: MAX_FAILURES_IN_A_ROW, policy: maxPolicyFailuresInARow },
    ...(signal && { signal }),
  });
  for (const evaluation of failed) report(evaluation);
  return evaluations;
}

/** An episode that ended without a score broke the environment's contract. */
function scoreless({ status, reason }: Evaluation): EpisodeFailure | null {
  return status === "error" ? { part: "env", reason } : null;
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

/** The outcome for the policy. An infrastructure failure and an unscored episode are neither success nor failure. */
export function judge(
  trajectory: Trajectory,
): Pick<Evaluation, "status" | "reason" | "policyFailed"> {
  const failure = failureOf(trajectory);
  if (failure?.part === "policy")
    return {
      status: "failure",
      reason: `the policy failed: ${failure.reason}`,
      policyFailed: true,
    };
  if (failure !== null) return { status: "error", reason: failure.reason };
  const { score } = trajectory;
  if (score === null) return { status: "error", reason: "the episode ended without a score" };
  if (score.status === "unscored") return { status: "unscored", reason: score.reason };
  if (score.value === 1) return { status: "success", reason: "" };
  const failed = score.checks.filter(({ passed }) => passed === false);
  return { status: "failure", reason: failed.map(({ detail }) => detail).join("; ") };
}
