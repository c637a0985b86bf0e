/** One line of `results.jsonl`: what an episode of `dreamgym evaluate` came to. */

import { z } from "zod";
import type { CheckResult } from "../../core/score.ts";
import type { Task } from "../../core/task.ts";
import { answerOf, type FailedPart, type Trajectory } from "../../core/trajectory.ts";
import { type TotalUsage, UsageSchema } from "../../core/usage.ts";
import type { Outcome } from "./play-tasks.ts";

/** Whose failure an error is. None of them is a score. */
export const ERROR_KINDS = ["infrastructure", "agent", "evaluator", "limit"] as const;
const KIND_OF: Record<FailedPart, (typeof ERROR_KINDS)[number]> = {
  env: "infrastructure",
  policy: "agent",
  evaluator: "evaluator",
  limit: "limit",
};

export const EpisodeResultSchema = z.strictObject({
  taskId: z.string(),
  /** From 1. */
  trial: z.int().min(1),
  templateId: z.int(),
  sites: z.array(z.string()),
  /** Kinds of its checks. */
  checks: z.array(z.string()),
  /** Whether all checks of a kind passed, by kind; null if one could not be computed. Absent in older files. */
  verdicts: z.record(z.string(), z.boolean().nullable()).exactOptional(),
  seed: z.int(),
  status: z.enum(["success", "failure", "unscored", "error"]),
  error: z
    .strictObject({
      kind: z.enum(ERROR_KINDS),
      /** Such as `browser`, `site`, `policy`, `limit`. */
      code: z.string(),
    })
    .nullable(),
  /** Why it is not a success, in words. */
  reason: z.string(),
  answer: z.string(),
  steps: z.int(),
  /** Why the episode stopped early, in WebArena's words; null if it did not. */
  earlyStop: z.string().nullable(),
  /** Which try this was. */
  attempt: z.int().min(1),
  /** When the episode began, in milliseconds since 1970. */
  startedAt: z.number(),
  seconds: z.number(),
  usage: UsageSchema.required(),
  /** File of the trajectory, relative to the run folder. */
  episode: z.string(),
});
export type EpisodeResult = z.infer<typeof EpisodeResultSchema>;

export interface EpisodeFacts {
  task: Task;
  trial: number;
  trajectory: Trajectory;
  outcome: Outcome;
  attempt: number;
  earlyStop: string | null;
  startedAt: number;
  seconds: number;
  usage: TotalUsage;
  episode: string;
}

export function toEpisodeResult(facts: EpisodeFacts): EpisodeResult {
  const { task, trajectory, outcome, trial, attempt, earlyStop, startedAt, seconds } = facts;
  const { failure } = outcome;
  return {
    taskId: task.id,
    trial,
    templateId: task.templateId,
    sites: task.sites,
    checks: [...new Set(task.checks.map(({ kind }) => kind))],
    verdicts: verdictsOf(trajectory.score?.checks ?? []),
    seed: trajectory.seed,
    status: outcome.status,
    error:
      failure === null
        ? null
        : { kind: KIND_OF[failure.part], code: trajectory.errorCode ?? failure.part },
    reason: outcome.reason,
    answer: answerOf(trajectory),
    steps: trajectory.transitions.length,
    earlyStop,
    attempt,
    startedAt,
    seconds,
    usage: facts.usage,
    episode: facts.episode,
  };
}

/** Checks of one kind are one verdict: it fails if one of them fails. */
function verdictsOf(checks: readonly CheckResult[]): Record<string, boolean | null> {
  const verdicts: Record<string, boolean | null> = {};
  for (const { kind, passed } of checks) {
    const before = verdicts[kind];
    verdicts[kind] = before === false || passed === false ? false : before === null ? null : passed;
  }
  return verdicts;
}
