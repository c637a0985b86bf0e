/** One core's share of the dream's bench: a process with its own model and policy, which waits for the start signal. */

import { SITE_URLS } from "../fixtures/index.ts";
import { once } from "node:events";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { createRetrievalModel } from "../src/synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";
import { measureExpansions, measureSteps } from "./dream-passes.ts";

export interface DreamWorkerData {
  /** What the worker measures. */
  work: "steps" | "expansions";
  trajectories: Trajectory[];
  tasks: Task[];
  passes: number;
  /** Node expansions for each task. */
  expansions: number;
  /** Parameters of the policy that dreams. */
  table: Float32Array;
  head: Float32Array;
  /** Differs between workers, so that each dreams something else. */
  seed: number;
}

const tell = (message: unknown): void => {
  process.send?.(message);
};
tell("started");
const [data] = (await once(process, "message")) as [DreamWorkerData];
const { work, trajectories, tasks, passes, expansions, table, head, seed } = data;
const policy = new CandidatePolicy();
policy.network.table.set(table);
policy.network.head.set(head);
const env = createExperienceEnv({
  model: await createRetrievalModel({ buffer: new ReplayBuffer(trajectories) }),
  evaluator: createEvaluator(),
  origins: SITE_URLS,
});
tell("ready");
await once(process, "message");
const options = {
  env,
  tasks,
  passes,
  now: () => performance.now(),
  cpuNow: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
const speeds =
  work === "steps"
    ? await measureSteps({
        ...options,
        policyFor: (pass, index) => policy.sampling(createRandom(`${seed}/${pass}/${index}`)),
      })
    : await measureExpansions({ ...options, policy: policy.proposing(), expansions });
tell(speeds);
process.disconnect();
