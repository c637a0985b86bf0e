/** What a server offers: tasks, and environments to play them in. A dream and real browsers both fit. */

import type { Env } from "../../core/env.ts";
import type { Task } from "../../core/task.ts";

export interface ServedWorld {
  /** A word for URLs: `dream`, `real`. */
  readonly name: string;
  /** For people, in a sentence or two. */
  readonly description: string;
  /** Tasks by split, in a fixed order. No split is empty. */
  readonly splits: Readonly<Record<string, readonly Task[]>>;
  /** Opens one environment. A slot holds one at a time, and opens another after a failure. */
  openEnv(slot: number): Promise<Env>;
}

/** All tasks, split after split. */
export function tasksOfWorld({ splits }: Pick<ServedWorld, "splits">): readonly Task[] {
  return Object.values(splits).flat();
}
