/** Playing and training in the tiny world, for proofs that a learner learns. */

import { runEpisode } from "../../src/core/episode.ts";
import type { Policy } from "../../src/core/policy.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { CandidatePolicy } from "../../src/agent/network/candidate-policy.ts";
import type { Learner } from "../../src/rl/learner.ts";
import { outcomeReward } from "../../src/rl/rollout.ts";
import { type TrainIteration, trainPolicy } from "../../src/rl/train.ts";
import { demonstrate, type Thing, TinyEnv } from "./tiny-world.ts";

/** One episode of every task. */
export async function play(
  things: readonly Thing[],
  tasks: readonly Task[],
  policyOf: (task: Task) => Policy,
): Promise<Trajectory[]> {
  const env = new TinyEnv(things);
  const trajectories: Trajectory[] = [];
  for (const task of tasks) {
    const policy = policyOf(task);
    const options = { env, policy, task, seed: 0, id: task.id, actor: "x" };
    trajectories.push(await runEpisode({ ...options, source: "synthetic" }));
  }
  return trajectories;
}

export const demonstrations = (
  things: readonly Thing[],
  tasks: readonly Task[],
): Promise<Trajectory[]> =>
  play(things, tasks, (task) => ({
    act: ({ observation }) => ({ action: demonstrate(task, observation) }),
  }));

/** Share of the tasks that the policy solves greedily. */
export async function successRate(
  things: readonly Thing[],
  tasks: readonly Task[],
  policy: CandidatePolicy,
): Promise<number> {
  const trajectories = await play(things, tasks, () => policy.greedy());
  return trajectories.filter((trajectory) => outcomeReward(trajectory) === 1).length / tasks.length;
}

/** Eight rollouts of four tasks an iteration. */
export async function trainInTinyWorld(
  learner: Learner,
  tasks: readonly Task[],
  env: TinyEnv,
  environmentSteps: number,
  { seed = 3, onIteration }: TinyTrainingOptions = {},
): Promise<void> {
  await trainPolicy({
    learner,
    envs: [env],
    tasks,
    config: { environmentSteps, groupSize: 8, tasksPerIteration: 4 },
    random: createRandom(seed),
    source: "synthetic",
    actor: "learner",
    ...(onIteration && { onIteration }),
  });
}

interface TinyTrainingOptions {
  seed?: number;
  onIteration?: (iteration: TrainIteration) => void | Promise<void>;
}
