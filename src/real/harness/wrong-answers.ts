import { wrongAnswersOf } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";

/** Answers that must not pass a task. One of them is the right answer of another task of the template, if there is one. */
export function wrongAnswers(task: Task, others: readonly Task[]): string[] {
  return wrongAnswersOf(
    task,
    others.filter(({ templateId }) => templateId === task.templateId),
  );
}
