/** Solutions of tasks from solutions of their siblings: a demonstration of one task is a plan for all of its template. */

import type { Env } from "../../core/env.ts";
import { isInfeasible, rightAnswer } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { plansByAnalogy } from "./analogy.ts";
import { induceGoalPattern, matchGoal } from "./goal-pattern.ts";
import { isSolved, planOf, playPlan } from "./plan.ts";
import { showsAnswer } from "./proof.ts";
import { SiteLexicon } from "./site-lexicon.ts";

export interface SolveByAnalogyOptions {
  buffer: ReplayBuffer;
  tasks: readonly Task[];
  /** Episodes on these tasks, or on others of their templates. */
  episodes: readonly Trajectory[];
  /** Where the plans are tried: the dream. */
  env: Env;
}

/** A solution for each task that has none among the episodes, where a sibling's plan also solves it. */
export async function solveByAnalogy(options: SolveByAnalogyOptions): Promise<Trajectory[]> {
  const { buffer, tasks, episodes, env } = options;
  const lexicon = new SiteLexicon(buffer);
  const solved = episodes.filter(isSolved);
  const done = new Set(solved.map(({ taskId }) => taskId));
  const found: Trajectory[] = [];
  for (const templateId of new Set(tasks.map((task) => task.templateId))) {
    const siblings = tasks.filter((task) => task.templateId === templateId);
    const pattern = induceGoalPattern(siblings.map(({ goal }) => goal));
    if (pattern === null) continue;
    const solutions = solved.flatMap((episode) => {
      const values = episode.templateId === templateId ? matchGoal(pattern, episode.goal) : null;
      return values === null ? [] : [{ values, plan: planOf(episode) }];
    });
    for (const task of siblings.filter(({ id }) => !done.has(id))) {
      const values = matchGoal(pattern, task.goal) ?? [];
      const plans = plansByAnalogy(solutions, values, rightAnswer(task) ?? "", lexicon);
      for (const plan of isInfeasible(task) ? [] : plans) {
        const trajectory = await playPlan(env, task, plan, "analogy");
        if (!isSolved(trajectory) || !showsAnswer(task, trajectory)) continue;
        found.push(trajectory);
        break;
      }
    }
  }
  return found;
}
