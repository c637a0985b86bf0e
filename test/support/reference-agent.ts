/** An agent that knows a task's references: it answers them, and goes where the task should end. And a judge for it. */

import type { Env } from "../../src/core/env.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { Judge } from "../../src/evaluation/judge.ts";

/** It cannot change a page: checks of pages pass by chance only. */
function createReferenceAgent({ checks }: Pick<Task, "checks">): Policy {
  let answer = "";
  let url: string | null = null;
  for (const check of checks) {
    if (check.kind === "string_match")
      answer = [check.exactMatch, check.mustInclude, check.fuzzyMatch]
        .flat()
        .filter((text) => text !== undefined)
        .join(", ");
    if (check.kind === "url_match") url = check.urls[0] ?? null;
  }
  return {
    act({ history }) {
      if (url !== null && history.length === 0) return { action: { kind: "goto", url } };
      return { action: { kind: "stop", answer } };
    },
  };
}

/** Agrees with an answer that holds the reference. A deterministic stub: it understands nothing. */
export const CONTAINMENT_JUDGE: Judge = {
  judge: async ({ reference, answer }) => ({
    agrees: answer.toLowerCase().includes(reference.toLowerCase()),
    reason: "by containment",
  }),
};

/** Plays a task with the reference agent. */
export function playReference(env: Env, task: Task): Promise<Trajectory> {
  return runEpisode({
    env,
    task,
    policy: createReferenceAgent(task),
    seed: 0,
    id: task.id,
    actor: "reference",
    source: "real",
  });
}
