/** The port to whoever is measured, recorded or compared: `--agent` of the commands. */

import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import { type LimitedPolicy, limitPolicy, type PolicyLimits } from "./limit-policy.ts";

interface EpisodeStart {
  /** For scripted solvers alone. A policy sees the goal and the pages, nothing else of the task. */
  task: Task;
  /** From 1. */
  trial: number;
  seed: number;
}

export interface Agent {
  readonly name: string;
  /** What it consists of, for the journal: a path, a checksum. */
  readonly facts: Readonly<Record<string, string>>;
  /** How long a decision may take, in milliseconds. Absent: see `EpisodeOptions`. */
  readonly decisionTimeoutMs?: number;
  /** The policy of one episode. */
  policyFor(episode: EpisodeStart): Policy;
}

/** WebArena's early stops, and no limit of tokens. */
const WEBARENA_LIMITS: PolicyLimits = { maxRepeats: 3, maxParseFailures: 3, maxTokens: 0 };

/** The policy of one episode under WebArena's limits. */
export const startAgent = (
  agent: Agent,
  { task, seed }: Pick<EpisodeStart, "task" | "seed">,
): LimitedPolicy => limitPolicy(agent.policyFor({ task, trial: 1, seed }), WEBARENA_LIMITS);

/** Its part of a run's `config.json`: another agent cannot resume the run. */
export function identityOfAgent(agent: Agent): {
  agent: string;
  agentFacts: Record<string, string>;
} {
  return { agent: agent.name, agentFacts: { ...agent.facts } };
}
