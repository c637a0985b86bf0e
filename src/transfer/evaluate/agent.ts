/** The port to whoever `dreamgym evaluate` measures. */

import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";

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
