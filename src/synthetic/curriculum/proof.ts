/** What proves a variation, beyond that its check passes at a solution. */

import type { Env } from "../../core/env.ts";
import { isInfeasible, rightAnswer } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { type Plan, playPlan } from "./plan.ts";

/** Whether an answer given at once passes, or cannot be scored. */
export async function passes(env: Env, task: Task, answer: string): Promise<boolean> {
  const stop: Plan = [{ action: { kind: "stop", answer }, element: null }];
  const trajectory = await playPlan(env, task, stop, "wrong-answer");
  return trajectory?.score?.status !== "scored" || trajectory.score.value === 1;
}

/** The last page of a solution has to show the answer. One that says that something is missing must not show it. */
export function showsAnswer(task: Task, { transitions, finalObservation }: Trajectory): boolean {
  const right = rightAnswer(task);
  if (right === null) return true;
  if (isInfeasible(task)) return transitions.length > 1;
  const wanted = right.toLowerCase();
  return finalObservation.nodes.some(({ name, value }) =>
    `${name}\n${value ?? ""}`.toLowerCase().includes(wanted),
  );
}
