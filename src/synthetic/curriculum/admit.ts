/** The gate of the curriculum: a variation enters if it can be solved, cannot be passed for nothing, and is new. */

import type { Env } from "../../core/env.ts";
import { wrongAnswersOf } from "../../core/right-answer.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createGoalSimilarity } from "./goal-similarity.ts";
import { isSolved, type Plan, planOf, playPlan, shortenPlan } from "./plan.ts";
import { passes, showsAnswer } from "./proof.ts";
import type { ProposedTask, Variation, VariationConfig } from "./variation.ts";

/** A solver, such as a tree search. @returns a solution of the task in the same world; null where it finds none */
type Solve = (task: Task) => Promise<Trajectory | null>;

export interface AdmissionOptions {
  /** Where variations are proved: the dream. */
  env: Env;
  /** The tasks that exist already. */
  tasks: readonly Task[];
  config: Pick<VariationConfig, "maxSimilarity">;
  /** Whether a text of a task names something that is held out for measuring. */
  isHeldOut(text: string): boolean;
  /** Tried where none of a proposal's own plans succeeds. */
  solve?: Solve;
}

/** Why a proposal stays out. */
export type Rejection =
  | "held out"
  | "duplicate"
  | "not solved"
  /** The last page of the solution does not show the answer. */
  | "not shown"
  /** A wrong answer at the start passes, or cannot be scored. */
  | "passes for nothing";

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #tasks: Task[];
  readonly #similarity: (a: string, b: string) => number;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#tasks = [...options.tasks];
    this.#similarity = createGoalSimilarity(options.tasks.map(({ goal }) => goal));
  }

  /** The proved variation, which from now on is a known task, or why it stays out. */
  async admit(proposal: ProposedTask): Promise<Variation | Rejection> {
    const { env } = this.#options;
    const { task, kind, seedIds } = proposal;
    if (textsOf(task).some((text) => this.#options.isHeldOut(text))) return "held out";
    if (this.#isDuplicate(task)) return "duplicate";
    for (const answer of wrongAnswersOf(task, this.#tasks))
      if (await passes(env, task, answer)) return "passes for nothing";
    const solution = await this.#solve(proposal);
    if (solution === null) return "not solved";
    if (!showsAnswer(task, solution)) return "not shown";
    this.#tasks.push(task);
    return { kind, task, seedIds, solution };
  }

  #isDuplicate(task: Task): boolean {
    const { maxSimilarity } = this.#options.config;
    const starts = task.startUrls.join();
    return this.#tasks.some(
      (other) =>
        other.startUrls.join() === starts &&
        this.#similarity(other.goal, task.goal) >= maxSimilarity,
    );
  }

  async #solve({ kind, task, plans }: ProposedTask): Promise<Trajectory | null> {
    const { env, solve } = this.#options;
    for (const plan of plans) {
      const solution =
        kind === "hindsight"
          ? await shorten(env, task, plan)
          : await playPlan(env, task, plan, kind);
      if (isSolved(solution)) return solution;
    }
    const found = (await solve?.(task)) ?? null;
    return isSolved(found) ? found : null;
  }
}

/** An episode that happened to reach a goal has steps that do not lead there. */
async function shorten(env: Env, task: Task, plan: Plan): Promise<Trajectory | null> {
  const patient = { ...task, maxSteps: Math.max(task.maxSteps, plan.length) };
  const found = await shortenPlan(
    env,
    patient,
    plan,
    "hindsight",
    (trajectory) =>
      isSolved(trajectory) && trajectory.transitions.length > 1 && showsAnswer(task, trajectory),
  );
  if (found === null || found.plan.length > task.maxSteps) return null;
  return playPlan(env, task, planOf(found.trajectory), "hindsight");
}

function textsOf({ goal, startUrls, checks }: Task): string[] {
  const texts = [goal, ...startUrls];
  JSON.stringify(checks, (_, value: unknown) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return texts;
}
