/**
 * Searches for plans of the train tasks in a dream, and notes what the dream did not know on the way. The searcher's
 * policy is a clone of the recorded successes, as in every arm of a comparison.
 */

import { createRandom } from "../core/random.ts";
import type { Action } from "../core/action.ts";
import type { Observation } from "../core/observation.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { CloneConfigSchema, cloneBehaviour } from "../agent/learning/clone-behaviour.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { type SearchConfig, SearchConfigSchema, searchTree } from "../rl/tree-search.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { createAddressKinds } from "../synthetic/measure/address-kinds.ts";
import { type CoverageReport, createCoverage } from "../synthetic/measure/coverage.ts";
import type { RetrievalModel } from "../synthetic/retrieval/retrieval-model.ts";
import { PRESETS } from "./compare-config.ts";
import { watchModel, type WatchOptions } from "./watch-model.ts";

export interface SearchCoverageOptions {
  model: RetrievalModel;
  /** What the model learned from. The policy imitates the successful ones. */
  recordings: readonly Trajectory[];
  tasks: readonly Task[];
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  search?: Partial<SearchConfig>;
  /** Default 1. The same seed gives the same report. */
  seed?: number;
  /** Paths with such an action are not noted. */
  forbids?: (observation: Observation, action: Action) => boolean;
  watch?: WatchOptions;
}

export interface SearchCoverage {
  coverage: CoverageReport;
  tasks: number;
  /** The first plan of each task that was solved in the dream. */
  plans: Trajectory[];
  /** Actions tried in the dream, over all tasks. */
  expansions: number;
}

/** @throws the signal's reason if stopped */
export async function searchCoverage(options: SearchCoverageOptions): Promise<SearchCoverage> {
  const { model, recordings, tasks, origins, seed = 1, watch, forbids = () => false } = options;
  const config = SearchConfigSchema.parse({ solutions: 1, ...options.search });
  const cloned = new CandidatePolicy({}, seed);
  watch?.report.update("learning from the recorded successes");
  await cloneBehaviour({
    policy: cloned,
    trajectories: recordings,
    config: CloneConfigSchema.parse(PRESETS.quick.clone),
    random: createRandom(seed).fork("clone"),
  });
  const policy = cloned.proposing();
  const coverage = createCoverage({
    kinds: createAddressKinds((method, url) => model.index.shapeKey(method, url)),
  });
  const result: Omit<SearchCoverage, "coverage"> = {
    tasks: tasks.length,
    plans: [],
    expansions: 0,
  };
  for (const [i, task] of tasks.entries()) {
    const report = (): void =>
      watch?.report.update(
        `searching in the dream: task ${i + 1} of ${tasks.length}, ${result.plans.length} solved`,
        { done: i, total: tasks.length },
      );
    await using env = createExperienceEnv({
      model:
        watch === undefined ? model : watchModel(model, { ...watch, report: { update: report } }),
      evaluator: createEvaluator(),
      origins,
    });
    const { solutions, expansions } = await searchTree({
      env,
      task,
      policy,
      config,
      seed,
      onVisit(visit) {
        if (visit.path.some(({ observation, action }) => forbids(observation, action))) return;
        coverage.note(task, { ...visit, env: visit.env as typeof env });
      },
      ...(watch && { signal: watch.signal }),
    });
    result.expansions += expansions;
    result.plans.push(...solutions.slice(0, 1));
  }
  return { coverage: coverage.report(), ...result };
}
