/**
 * Chooses which plan of each task to clone. A search finds several plans, and some of them reach the reward by luck: an
 * answer that happens to stand on another page. A plan generalises if a policy that learned from *other* tasks' plans
 * finds it probable. So each task's plan is a latent variable, fitted by expectation maximisation (Dempster et al. 1977)
 * with cross-fitting:
 *
 *     M: for each fold k, clone π_k from the demonstrations and the plans of all tasks outside k, weighted by q
 *     E: q(p) ∝ π_k(p)^β = exp(β Σ_t log π_k(a_t | s_t))      for the plans p of each task in fold k
 *
 * It starts from equal weights. Luck differs from task to task, while what is common to a kind of task adds up.
 */

import { z } from "zod";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { logProbabilities } from "../network/distribution.ts";
import { type CloneConfig, fitExamples } from "./clone-behaviour.ts";
import { type Example, gatherExamples } from "./examples.ts";

export const PlanChoiceConfigSchema = z.strictObject({
  folds: z.int().min(2).default(2).describe("parts of the tasks; each is judged by the others"),
  rounds: z.int().min(0).default(3).describe("of expectation and maximisation; 0: the first plan"),
  sharpness: z.number().positive().default(1).describe("β: above 1 the likeliest plan gains"),
  epochs: z.int().min(1).default(4).describe("of cloning the policies that judge"),
});
type PlanChoiceConfig = z.infer<typeof PlanChoiceConfigSchema>;

/** The plans that a search found for one task, at least one, the cheapest first. */
export interface TaskPlans {
  taskId: string;
  templateId: number;
  plans: readonly Trajectory[];
}

export interface ChosenPlan {
  plan: Trajectory;
  /** log π(plan) in nats, by a policy that does not know the task. Null without rounds. */
  logprob: number | null;
}

export interface ChoosePlansOptions {
  demonstrations: readonly Trajectory[];
  found: readonly TaskPlans[];
  config: PlanChoiceConfig;
  /** Settings of cloning, except the number of epochs. */
  clone: CloneConfig;
  seed: number;
  random: Random;
  /** Awaited after each policy that was fitted. */
  onFit?: (done: number, total: number) => void | Promise<void>;
}

/** One chosen plan a task, in the order of `found`. */
export async function choosePlans(options: ChoosePlansOptions): Promise<ChosenPlan[]> {
  const { found, config, random } = options;
  const reader = new CandidatePolicy({}, options.seed);
  const read = (plan: Trajectory): Example[] => gatherExamples(reader, [plan]).examples;
  const shown = options.demonstrations.flatMap(read).map((example) => ({ example, weight: 1 }));
  const examples = found.map(({ plans }) => plans.map(read));
  const folds = assignFolds(found, config.folds, random.fork("folds"));
  let weights = found.map(({ plans }) => plans.map(() => 1 / plans.length));
  let logs = found.map(({ plans }): (number | null)[] => plans.map(() => null));
  for (let round = 0; round < config.rounds; round++) {
    const judges: CandidatePolicy[] = [];
    for (let fold = 0; fold < config.folds; fold++) {
      const others = examples.flatMap((plans, task) =>
        folds[task] === fold
          ? []
          : plans.flatMap((steps, plan) => weigh(steps, weights[task]?.[plan] ?? 0)),
      );
      const judge = new CandidatePolicy({}, options.seed);
      await fitExamples({
        policy: judge,
        examples: [...shown, ...others],
        config: { ...options.clone, epochs: config.epochs },
        random: random.fork(`judge ${round} ${fold}`),
      });
      judges.push(judge);
      await options.onFit?.(round * config.folds + fold + 1, config.rounds * config.folds);
    }
    const judged = examples.map((plans, task) =>
      plans.map((steps) => logOf(judges[folds[task] as number] as CandidatePolicy, steps)),
    );
    weights = judged.map((of) =>
      Array.from(logProbabilities(Float64Array.from(of), 1 / config.sharpness), Math.exp),
    );
    logs = judged;
  }
  return found.map(({ plans }, task) => {
    const best = likeliest(weights[task] as number[]);
    return { plan: plans[best] as Trajectory, logprob: logs[task]?.[best] ?? null };
  });
}

/** Plans less likely than this teach nothing that is worth their time. */
const LEAST_WEIGHT = 0.02;

function weigh(steps: readonly Example[], weight: number): { example: Example; weight: number }[] {
  return weight < LEAST_WEIGHT ? [] : steps.map((example) => ({ example, weight }));
}

/** Spreads the tasks of each template over all folds. */
function assignFolds(found: readonly TaskPlans[], folds: number, random: Random): number[] {
  const fold = found.map(() => 0);
  const seen = new Map<number, number>();
  for (const task of random.shuffle([...found.keys()])) {
    const { templateId } = found[task] as TaskPlans;
    const count = seen.get(templateId) ?? 0;
    seen.set(templateId, count + 1);
    fold[task] = count % folds;
  }
  return fold;
}

/** log π(plan) over its steps that can be imitated. */
function logOf({ network }: CandidatePolicy, steps: readonly Example[]): number {
  return steps.reduce(
    (sum, { state, chosen }) => sum + (logProbabilities(network.forward(state))[chosen] as number),
    0,
  );
}

/** The first among equals: the cheapest to find. */
function likeliest(weights: readonly number[]): number {
  return weights.reduce((best, weight, i) => (weight > (weights[best] as number) ? i : best), 0);
}
