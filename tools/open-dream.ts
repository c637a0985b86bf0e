/** A dream to train in, with the live sites to measure on, for tools that compare ways of learning. Never held-out data. */

import { loadBundledTasks, SITE_URLS } from "../fixtures/index.ts";
import {
  type CloneConfig,
  CloneConfigSchema,
  cloneBehaviour,
} from "../src/agent/learning/clone-behaviour.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import { evaluatePolicy } from "../src/real/harness/evaluate-policy.ts";
import { createExperienceEnv, type ExperienceEnv } from "../src/synthetic/experience-env.ts";
import { type ArmTrainingConfig, PracticeSchema, PRESETS } from "../src/transfer/compare-config.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";

interface Dream extends Pick<ArmTrainingConfig, "grpo" | "ppo" | "rollouts"> {
  recordings: readonly Trajectory[];
  clone: CloneConfig;
  env: ExperienceEnv;
  /** Of `train`. */
  tasks: readonly Task[];
  /** The policy cloned from the recordings. */
  start(seed: number): Promise<CandidatePolicy>;
  /** Greedy success on `dev` on the live sites, over the text browser. */
  measure(policy: CandidatePolicy): Promise<number>;
}

/**
 * @param run a folder of `collect`; its dream has the settings of `--preset quick`
 * @param every takes each n-th task of `train` and of `dev`
 */
export async function openDream(
  run: string,
  sites: readonly string[],
  every: number,
): Promise<Dream> {
  const recordings = await loadRecordings(run);
  const { model } = await learnModel(recordings);
  const tasksOf = (split: string): Task[] =>
    loadBundledTasks(split, sites)
      .filter((_, i) => i % every === 0)
      .map((config) => toTask(config, SITE_URLS));
  const clone = CloneConfigSchema.parse(PRESETS.quick.clone);
  const { envs } = await openSitesOverHttp(sites);
  const dev = tasksOf("dev");
  const { search: _, ...practice } = PRESETS.quick.imagination;
  return {
    ...PracticeSchema.parse(practice),
    recordings,
    clone,
    env: createExperienceEnv({ model, evaluator: createEvaluator(), origins: SITE_URLS }),
    tasks: tasksOf("train"),
    async start(seed) {
      const policy = new CandidatePolicy({}, seed);
      const random = createRandom(seed).fork("clone");
      await cloneBehaviour({ policy, trajectories: recordings, config: clone, random });
      return policy;
    },
    async measure(policy) {
      const evaluations = await evaluatePolicy({ envs, policy: policy.greedy(), tasks: dev });
      return evaluations.filter(({ status }) => status === "success").length / dev.length;
    },
  };
}
