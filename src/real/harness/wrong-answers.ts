/** Answers that must not pass a task. */

import type { Task } from "../../core/task.ts";

/** No answer, giving up, a word, and the right answer of another task of the template; never the right one. */
export function wrongAnswers(task: Task, others: readonly Task[]): string[] {
  const right = referenceOf(task);
  const foreign = others
    .filter((other) => other.templateId === task.templateId)
    .map(referenceOf)
    .find((reference) => reference !== null && reference !== right && reference !== "N/A");
  return ["", "N/A", "something else", foreign ?? ""].filter(
    (answer, index, all) => answer !== right && all.indexOf(answer) === index,
  );
}

function referenceOf({ checks }: Task): string | null {
  for (const check of checks)
    if (check.kind === "string_match") return check.exactMatch ?? check.mustInclude?.[0] ?? null;
  return null;
}
