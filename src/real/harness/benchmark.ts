/** The port between a set of tasks with environments and `dreamgym evaluate`, which plays them. */

import type { Env } from "../../core/env.ts";
import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";

/** What `dreamgym evaluate` runs: tasks, and the environments that play and score them. */
export interface Benchmark extends AsyncDisposable {
  /** A stable word: `sites`, `webarena`, `miniwob`, `infinity`. */
  readonly name: string;
  readonly tasks: readonly Task[];
  /**
   * Whether each environment has a state of its own. Absent: environments share the sites, so a task that writes to a
   * site runs alone on it.
   */
  readonly isolated?: boolean;
  /** What its episodes are. Absent: real. A dream must not be learned from as if it were the site. */
  readonly source?: "synthetic";
  /** A scripted solver of one of the tasks, for `--agent scripted`. Absent: there are none. */
  createDemonstrator?(task: Task): Policy;
  /** Opens one environment. A worker holds one at a time, and opens another after a hang. */
  openEnv(worker: number): Promise<Env>;
  /**
   * What the results depend on, for the journal: versions, checksums, viewport. The key `addresses` holds the sites'
   * URLs by name, as JSON, for exports.
   */
  readonly facts: Readonly<Record<string, string>>;
}
