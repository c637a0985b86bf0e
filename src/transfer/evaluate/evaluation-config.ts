/** What defines an evaluation, and what its folder keeps of it. */

import { createHash } from "node:crypto";
import { z } from "zod";
import type { Task } from "../../core/task.ts";
import { type Agent, identityOfAgent } from "../../real/harness/agent.ts";

export const EvaluationConfigSchema = z.strictObject({
  trials: z.int().min(1).default(1).describe("episodes of each task"),
  seed: z.int().min(0).default(0).describe("seed of the first trial; each further one adds 1"),
  maxSteps: z.int().min(1).nullable().default(null).describe("instead of the tasks' own limits"),
  maxRepeats: z.int().min(0).default(3).describe("equivalent actions before an early stop"),
  maxParseFailures: z.int().min(0).default(3).describe("answers without an action before a stop"),
  maxTokens: z.int().min(0).default(0).describe("of an episode; 0: no limit"),
  timeLimitSeconds: z.number().positive().default(1800).describe("wall clock of an episode"),
});
export type EvaluationConfig = z.infer<typeof EvaluationConfigSchema>;

/** Content of `config.json`: the same command gives the same content, and resumes. */
export const EvaluationIdentitySchema = EvaluationConfigSchema.extend({
  benchmark: z.string(),
  agent: z.string(),
  agentFacts: z.record(z.string(), z.string()),
  tasks: z.int(),
  tasksSha256: z.string(),
});
export type EvaluationIdentity = z.infer<typeof EvaluationIdentitySchema>;

/** Keys of `config.json` that a later call may raise. */
export const MAY_GROW = ["trials"];

export function identityOf(
  benchmark: string,
  tasks: readonly Task[],
  agent: Agent,
  config: EvaluationConfig,
): EvaluationIdentity {
  return {
    benchmark,
    ...identityOfAgent(agent),
    tasks: tasks.length,
    tasksSha256: digest(tasks),
    ...config,
  };
}

function digest(tasks: readonly Task[]): string {
  return createHash("sha256").update(JSON.stringify(tasks)).digest("hex");
}
