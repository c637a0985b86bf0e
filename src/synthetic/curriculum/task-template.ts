/** Templates of tasks, induced from sibling tasks and the replay buffer: a goal with slots, and checks with the same. */

import { groupBy } from "../../core/group-by.ts";
import { hashText } from "../../core/random.ts";
import { isInfeasible, rightAnswer } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";
import {
  answerPath,
  type CheckPattern,
  induceCheckPattern,
  renderChecks,
  type Sibling,
} from "./check-pattern.ts";
import { fillGoal, type GoalPattern, induceGoalPattern, matchGoal } from "./goal-pattern.ts";
import { inducePageAnswer, type PageAnswer, readPageAnswer } from "./page-answer.ts";
import type { SiteLexicon } from "./site-lexicon.ts";
import { induceSlots, type Slot } from "./slots.ts";

export interface TaskTemplate {
  templateId: number;
  goal: GoalPattern;
  slots: readonly Slot[];
  checks: CheckPattern;
  /** Where pages show the right answer. Null where the slots say it, or no answer is asked for. */
  answer: { path: string; place: PageAnswer } | null;
  /** Tasks that can be done, and tasks whose right answer is `N/A`. */
  siblings: readonly Sibling[];
  infeasible: readonly Sibling[];
}

/** A template for each group of sibling tasks whose checks the slots and the buffer explain. Others are left out. */
export function induceTemplates(tasks: readonly Task[], lexicon: SiteLexicon): TaskTemplate[] {
  const groups = groupBy(
    tasks,
    ({ templateId, world, sites }) => `${templateId} ${world} ${sites.join()}`,
  );
  return [...groups.values()].flatMap((group) => induceTemplate(group, lexicon) ?? []);
}

function induceTemplate(tasks: readonly Task[], lexicon: SiteLexicon): TaskTemplate | null {
  const goal = induceGoalPattern(tasks.map((task) => task.goal));
  if (goal === null) return null;
  const all = tasks.map((task): Sibling => ({ task, values: matchGoal(goal, task.goal) ?? [] }));
  const infeasible = all.filter(({ task }) => isInfeasible(task));
  const siblings = all.filter(({ task }) => !isInfeasible(task));
  const checks = siblings.length < 2 ? null : induceCheckPattern(siblings, lexicon);
  const [first] = siblings;
  if (checks === null || first === undefined) return null;
  const base = {
    templateId: first.task.templateId,
    goal,
    slots: induceSlots(siblings, lexicon),
    checks,
    siblings,
    infeasible,
  };
  if (checks.unexplained.length === 0) return { ...base, answer: null };
  const path = answerPath(first.task.checks);
  if (path === null || checks.unexplained.some((other) => other !== path)) return null;
  const answers = siblings.map(({ task }) => rightAnswer(task) ?? "");
  const place = inducePageAnswer(siblings, answers, lexicon);
  return place === null ? null : { ...base, answer: { path, place } };
}

/** The template's task for these values. @returns null where the buffer does not know what its checks need */
export function instantiate(
  template: TaskTemplate,
  values: readonly string[],
  kind: string,
  lexicon: SiteLexicon,
): Task | null {
  const { answer, checks, siblings } = template;
  const answers = new Map<string, string>();
  if (answer !== null) {
    const text = readPageAnswer(answer.place, values, lexicon);
    if (text === null) return null;
    answers.set(answer.path, text);
  }
  const body = renderChecks(checks, values, lexicon, answers);
  if (body === null) return null;
  return derivedTask((siblings[0] as Sibling).task, kind, {
    ...body,
    goal: fillGoal(template.goal, values),
    maxSteps: Math.max(...siblings.map(({ task }) => task.maxSteps)),
  });
}

/** A task made from another one. Its id depends on its content alone. */
export function derivedTask(seed: Task, kind: string, changes: Partial<Task>): Task {
  const task = { ...seed, ...changes };
  const content = JSON.stringify([task.goal, task.startUrls, task.checks]);
  const digest = hashText(content).toString(16) + hashText(content, 1).toString(16);
  return { ...task, id: `${seed.templateId}-${kind}-${digest}` };
}
