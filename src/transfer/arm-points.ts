/** The points at which arms are evaluated, and what was measured there. */

import type { Evaluation } from "../real/harness/evaluate-policy.ts";
import { type Arm, armNamed, warmStartOf } from "./arms.ts";
import { type CompareConfig, evaluationSteps } from "./compare-config.ts";
import type { Outcome } from "./statistics.ts";

/** Real training steps after which an arm is evaluated, ascending. */
export function pointsOf(config: CompareConfig, arm: Arm): number[] {
  return arm.real === null ? [0] : evaluationSteps(config, arm.name);
}

/** The name that an arm was evaluated under. Before its first real step it is the arm that it starts from. */
export function evaluatedAs(arm: Arm, realSteps: number): string {
  const warmStart = warmStartOf(arm);
  return realSteps === 0 && warmStart !== null && warmStart !== "scratch" ? warmStart : arm.name;
}

/** Evaluations of an arm at a point, of all seeds. */
export function rowsAt(
  evaluations: readonly Evaluation[],
  arm: Arm,
  split: string,
  realSteps: number,
): Evaluation[] {
  const name = evaluatedAs(arm, realSteps);
  return evaluations.filter(
    (row) => row.arm === name && row.split === split && row.realSteps === realSteps,
  );
}

export function scoredOutcomes(rows: readonly Evaluation[]): Outcome[] {
  return rows.flatMap(({ taskId, templateId, seed, status }) =>
    status === "success" || status === "failure"
      ? [{ taskId, templateId, seed, success: status === "success" }]
      : [],
  );
}

/** The scored outcomes of an arm at its last point, of all seeds. */
export function lastOutcomes(
  config: CompareConfig,
  evaluations: readonly Evaluation[],
  name: string,
  split: string,
): Outcome[] {
  const arm = armNamed(name);
  return scoredOutcomes(rowsAt(evaluations, arm, split, pointsOf(config, arm).at(-1) ?? 0));
}

export function countTasks(evaluations: readonly Evaluation[], split: string): number {
  return new Set(evaluations.filter((row) => row.split === split).map(({ taskId }) => taskId)).size;
}
