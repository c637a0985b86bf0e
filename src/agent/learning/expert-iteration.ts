/**
 * Expert iteration (Anthony et al. 2017, arXiv:1705.08439): a tree search guided by the policy is the expert, cloning
 * what it found is the apprentice, and the better policy guides the next search.
 *
 *     π_0: cloned from the demonstrations
 *     round i: search every task with π_i; sift the plans; choose one a task (`choosePlans`);
 *              clone π_{i+1} from demonstrations and plans
 *
 * Each round starts cloning from fresh weights, so that a dropped plan leaves nothing behind. Tasks
 * without a plan get a larger budget in each round.
 */

import { z } from "zod";
import { actionKey } from "../../core/element-reference.ts";
import type { Random } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { meanOf } from "../../rl/mean.ts";
import { SearchConfigSchema, type SearchConfig, type SearchResult } from "../../rl/tree-search.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { choosePlans, PlanChoiceConfigSchema, type TaskPlans } from "./choose-plans.ts";
import { cloneBehaviour, type CloneConfig } from "./clone-behaviour.ts";

export const ExpertIterationConfigSchema = z.strictObject({
  rounds: z.int().min(0).default(2).describe("searches of all tasks, each followed by cloning"),
  search: SearchConfigSchema.prefault({}),
  budgetGrowth: z
    .number()
    .min(1)
    .default(2)
    .describe("factor of the budget of unsolved tasks, from round to round"),
  plansKept: z.int().min(1).default(8).describe("different plans kept of each task"),
  choice: PlanChoiceConfigSchema.prefault({}),
});
export type ExpertIterationConfig = z.infer<typeof ExpertIterationConfigSchema>;

/** One task to search, with its budget. */
export interface SearchJob {
  task: Task;
  config: SearchConfig;
}

/**
 * Which plans count, by task, the best first. It may drop plans that succeeded by luck, and add plans of tasks that the
 * search left open.
 */
export type SiftPlans = (
  plans: readonly Trajectory[],
) => Promise<ReadonlyMap<string, readonly Trajectory[]>>;

/** Searches each task with a policy. The results have the order of the jobs. */
export type SearchTasks = (
  jobs: readonly SearchJob[],
  policy: CandidatePolicy,
) => Promise<SearchResult[]>;

export interface ExpertIterationOptions {
  /** Guides the first search. It is not changed. */
  policy: CandidatePolicy;
  /** The successful ones are cloned in every round. */
  demonstrations: readonly Trajectory[];
  tasks: readonly Task[];
  search: SearchTasks;
  /** After each search. By default every plan counts. */
  sift?: SiftPlans;
  config: ExpertIterationConfig;
  clone: CloneConfig;
  /** Of the network's start. */
  seed: number;
  random: Random;
  onRound?: (round: ExpertRound) => void | Promise<void>;
  /** Awaited after each policy that is fitted within a round. */
  onFit?: (done: number, total: number) => void | Promise<void>;
}

/** What one round of search and cloning gave. */
export interface ExpertRound {
  /** Starts at 1. */
  round: number;
  /** Tasks with a plan that counts, from this or an earlier round. */
  solved: number;
  tasks: number;
  /** Different plans of all tasks. */
  plans: number;
  /** Actions tried in this round. */
  expansions: number;
  /** Mean log probability of the chosen plans, by policies that do not know their tasks, in nats. */
  planLogprob: number | null;
  policy: CandidatePolicy;
  /** The cloned plans, one a solved task. */
  chosen: readonly Trajectory[];
}

/** The policy after the last round, and the plans that it was cloned from. */
export async function iterateExpert(
  options: ExpertIterationOptions,
): Promise<{ policy: CandidatePolicy; chosen: readonly Trajectory[]; expansions: number }> {
  const { tasks, config, demonstrations, clone, seed, random } = options;
  const found = new Map<string, Trajectory[]>();
  let counting: ReadonlyMap<string, readonly Trajectory[]> = found;
  let { policy } = options;
  let chosen: Trajectory[] = [];
  let expansions = 0;
  for (let round = 0; round < config.rounds; round++) {
    const jobs = tasks.map((task) => ({
      task,
      config: budgetOf(config, round, counting.has(task.id)),
    }));
    const results = await options.search(jobs, policy);
    for (const [i, { solutions }] of results.entries())
      keepPlans(found, tasks[i] as Task, solutions, config.plansKept);
    counting = (await options.sift?.([...found.values()].flat())) ?? found;
    const ordered = tasks.flatMap(({ id, templateId }): TaskPlans[] => {
      const plans = counting.get(id)?.slice(0, config.plansKept) ?? [];
      return plans.length === 0 ? [] : [{ taskId: id, templateId, plans }];
    });
    const choice = await choosePlans({
      demonstrations,
      found: ordered,
      config: config.choice,
      clone,
      seed,
      random: random.fork(`choice ${round}`),
      ...(options.onFit && { onFit: options.onFit }),
    });
    chosen = choice.map(({ plan }) => plan);
    policy = new CandidatePolicy(policy.network.config, seed);
    await cloneBehaviour({
      policy,
      trajectories: demonstrations,
      plans: chosen,
      config: clone,
      random: random.fork(`clone ${round}`),
    });
    const tried = results.reduce((sum, result) => sum + result.expansions, 0);
    expansions += tried;
    await options.onRound?.({
      round: round + 1,
      solved: ordered.length,
      tasks: tasks.length,
      plans: ordered.reduce((sum, { plans }) => sum + plans.length, 0),
      expansions: tried,
      planLogprob: meanOf(choice.flatMap(({ logprob }) => logprob ?? [])),
      policy,
      chosen,
    });
  }
  return { policy, chosen, expansions };
}

function budgetOf(
  { search, budgetGrowth }: ExpertIterationConfig,
  round: number,
  isSolved: boolean,
): SearchConfig {
  const growth = isSolved ? 1 : budgetGrowth ** round;
  return { ...search, expansions: Math.round(search.expansions * growth) };
}

/** Keeps the plans of the newest search first: the better policy found them. */
function keepPlans(
  found: Map<string, Trajectory[]>,
  { id }: Task,
  fresh: readonly Trajectory[],
  kept: number,
): void {
  const plans = new Map<string, Trajectory>();
  for (const plan of [...fresh, ...(found.get(id) ?? [])]) {
    const key = plan.transitions
      .map(({ observation, action }) => actionKey(observation, action))
      .join("\n");
    if (!plans.has(key)) plans.set(key, plan);
  }
  if (plans.size === 0) return;
  found.set(id, [...plans.values()].slice(0, kept));
}
