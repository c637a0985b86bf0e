/** What only live sites can say about a dream: whether its plans hold there, and how they take mistakes. */

import type { Evaluator } from "../../core/evaluator.ts";
import type { ExperienceModel } from "../../core/experience.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { type MeteredEnvPool, runMetered } from "../../real/harness/metered-env-pool.ts";
import type { LedgerEntry } from "../../store/ledger.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { type ContractReport, reportContract } from "./contract-report.ts";
import type { PlanSet } from "./dreamed-plans.ts";
import { type PlanReport, reportPlans } from "./plan-table.ts";
import { replayPlans } from "./replay-plans.ts";
import { walkContract } from "./walk-contract.ts";

/** Of the real steps: mistakes are short, plans are long. */
const CONTRACT_SHARE = 0.25;

export interface MeasureLiveOptions {
  world: MeteredEnvPool;
  model: ExperienceModel;
  evaluator: Evaluator;
  origins: Readonly<Record<string, string>>;
  plans: readonly PlanSet[];
  /** Of the held-out episodes. */
  tasks: readonly Task[];
  heldOut: readonly Trajectory[];
  /** Real steps to spend, at most. */
  budget: number;
  onProgress?: (state: string, work: { done: number; total: number }) => void;
  /** Receives the cost so far, in case the work is cut off. */
  onSpent?: (soFar: LedgerEntry) => void;
  signal?: AbortSignal;
}

export interface LiveMeasures {
  plans: PlanReport[];
  contract: ContractReport;
  cost: LedgerEntry;
}

/** Mistakes get a quarter of the budget, and each source of plans an equal part of what is left. */
export async function measureLive(options: MeasureLiveOptions): Promise<LiveMeasures> {
  const { world, model, evaluator, origins, plans, budget, onProgress, onSpent, signal } = options;
  const forContract = plans.length === 0 ? budget : Math.floor(budget * CONTRACT_SHARE);
  let left = budget - forContract;
  const { value, entry } = await runMetered(
    { world, line: "fidelity replay", arm: null, seed: null, ...(onSpent && { onSpent }) },
    async (envs) => {
      const [first] = envs;
      const actions = await walkContract({
        real: first as (typeof envs)[number],
        dream: createExperienceEnv({ model, evaluator, origins }),
        tasks: new Map(options.tasks.map((task) => [task.id, task])),
        episodes: options.heldOut,
        budget: forContract,
        onStep: (done) => onProgress?.("making mistakes", { done, total: forContract }),
        ...(signal && { signal }),
      });
      const reports: PlanReport[] = [];
      for (const [index, { source, tasks, plans: own }] of plans.entries()) {
        const share = Math.floor(left / (plans.length - index));
        left -= share;
        const outcomes = await replayPlans({
          envs,
          plans: own,
          budget: share,
          onReplay: (done, total) =>
            onProgress?.(`replaying plans (${source}): ${done} of ${total}`, { done, total }),
          ...(signal && { signal }),
        });
        reports.push(reportPlans(source, outcomes, tasks));
      }
      return { plans: reports, contract: reportContract("mistakes", actions) };
    },
  );
  return { ...value, cost: entry };
}
