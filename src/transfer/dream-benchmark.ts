/** The tasks of a site module in a dream: no site runs. A score is that of the dream's pages, not of the real ones. */

import type { Evaluator } from "../core/evaluator.ts";
import type { ExperienceModel } from "../core/experience.ts";
import type { Task } from "../core/task.ts";
import type { Benchmark } from "../real/harness/benchmark.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { type CheckedSiteModule, originsOf } from "./site-module.ts";

export interface DreamBenchmarkOptions {
  model: ExperienceModel;
  /** Names in the results' facts what the model learned from. */
  recordings: string;
  site: CheckedSiteModule;
  tasks: readonly Task[];
  evaluator: Evaluator;
  /** Names the evaluator's judge in the results' facts. */
  judgeName: string;
}

export function openDreamBenchmark(options: DreamBenchmarkOptions): Benchmark {
  const { model, recordings, site, tasks, evaluator, judgeName } = options;
  const origins = originsOf(site);
  return {
    name: "sites-dream",
    tasks,
    isolated: true,
    source: "synthetic",
    ...(site.createDemonstrator && { createDemonstrator: site.createDemonstrator }),
    openEnv: async () => createExperienceEnv({ model, evaluator, origins }),
    facts: {
      world: "dream",
      recordings,
      sites: Object.keys(origins).join(","),
      addresses: JSON.stringify(origins),
      judge: judgeName,
    },
    async [Symbol.asyncDispose]() {},
  };
}
