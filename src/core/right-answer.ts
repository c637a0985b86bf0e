/** The answer that a task's checks want, and answers that must not pass. */

import type { Task } from "./task.ts";

/** WebArena's answer to a task that cannot be done. */
export const NOT_ACHIEVABLE = "N/A";

/** The answer that the check wants. @returns null where none is wanted */
export function rightAnswer({ checks }: Task): string | null {
  for (const check of checks)
    if (check.kind === "string_match") return check.exactMatch ?? check.mustInclude?.[0] ?? null;
  return null;
}

export function isInfeasible(task: Task): boolean {
  return rightAnswer(task) === NOT_ACHIEVABLE;
}

/** No answer, giving up, a word, and the right answer of one of the others; never the right one. */
export function wrongAnswersOf(task: Task, others: readonly Task[]): string[] {
  const right = rightAnswer(task);
  const foreign = others
    .map(rightAnswer)
    .find((answer) => answer !== null && answer !== right && answer !== NOT_ACHIEVABLE);
  return [...new Set(["", NOT_ACHIEVABLE, "something else", foreign ?? ""])].filter(
    (answer) => answer !== right,
  );
}
