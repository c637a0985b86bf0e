/** Expert iteration of one arm, round by round, recorded so that a cut-off run repeats no finished search. */

import { setImmediate } from "node:timers/promises";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { type Trajectory, TrajectorySchema } from "../core/trajectory.ts";
import { cloneBehaviour, type CloneConfig } from "../agent/learning/clone-behaviour.ts";
import {
  type ExpertIterationConfig,
  type ExpertRound,
  iterateExpert,
  type SearchTasks,
  type SiftPlans,
} from "../agent/learning/expert-iteration.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../agent/network/checkpoint.ts";
import { outcomeReward } from "../rl/rollout.ts";
import { pack, unpack } from "./keep-searches.ts";
import type { RunRecords } from "./run-records.ts";

export interface SearchArmOptions {
  records: RunRecords;
  arm: string;
  seed: number;
  /** Name of the checkpoint that the last round leaves. */
  name: string;
  /** The checkpoint whose policy guides the first search. */
  start: Uint8Array;
  demonstrations: readonly Trajectory[];
  /** Solutions found before the search, such as those of hindsight goals. They are cloned like demonstrations. */
  derived?: readonly Trajectory[];
  tasks: readonly Task[];
  config: ExpertIterationConfig;
  clone: CloneConfig;
  /** See `iterateExpert`. */
  sift?: SiftPlans | undefined;
  /** Searches the tasks of one round. @param round starts at 1 */
  search: (round: number) => SearchTasks;
  /** Gradient steps that the last cloning takes at least: it passes over its data more often. */
  cloneSteps?: number | undefined;
  /** After each round. */
  onRound?: (round: ExpertRound) => void | Promise<void>;
  onProgress: (state: string, work: { done: number; total: number }) => void;
  log: (message: string) => void;
  now: () => number;
  signal: AbortSignal;
}

/** The policy after the last round, and the plans it was cloned from. */
interface SearchedArm {
  checkpoint: Uint8Array;
  plans: readonly Trajectory[];
}

/** Searches and clones, and leaves a checkpoint. Does nothing if that checkpoint exists. */
export async function searchArm(options: SearchArmOptions): Promise<SearchedArm> {
  const { records, arm, seed, name, derived = [], config, clone, signal } = options;
  const demonstrations = [...options.demonstrations, ...derived];
  const done = readSearched(records, name);
  if (done !== null) return done;
  const random = createRandom(seed).fork(`${arm} search`);
  let round = 0;
  let startedAt = options.now();
  const { policy, chosen } = await iterateExpert({
    policy: decodeCheckpoint(options.start),
    demonstrations: demonstrations.filter((trajectory) => outcomeReward(trajectory) === 1),
    tasks: options.tasks,
    search: (jobs, policy) => options.search(++round)(jobs, policy),
    ...(options.sift && { sift: options.sift }),
    config,
    clone,
    seed,
    random,
    async onFit(fitted, total) {
      options.onProgress(`${arm}, seed ${seed}: choosing plans`, { done: fitted, total });
      await breathe(signal);
    },
    async onRound(result) {
      record(options, result, (options.now() - startedAt) / 1000);
      await options.onRound?.(result);
      startedAt = options.now();
      await breathe(signal);
    },
  });
  const trained =
    policy.network.updates >= (options.cloneSteps ?? 0)
      ? policy
      : await cloneLonger(options, [...derived, ...chosen]);
  const searched = { checkpoint: encodeCheckpoint(trained), plans: [...derived, ...chosen] };
  records.writeCheckpoint(`${name}-plans`, Buffer.from(pack(searched.plans)));
  records.writeCheckpoint(name, searched.checkpoint);
  return searched;
}

/** What `searchArm` left under this name; null before it is done. */
export function readSearched(
  records: Pick<RunRecords, "readCheckpoint">,
  name: string,
): SearchedArm | null {
  const checkpoint = records.readCheckpoint(name);
  const plans = records.readCheckpoint(`${name}-plans`);
  if (checkpoint === null || plans === null) return null;
  return {
    checkpoint,
    plans: unpack(TrajectorySchema.array(), Buffer.from(plans).toString("utf8")),
  };
}

/** Lets Ctrl-C be heard. */
export async function breathe(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}

function record(
  { records, arm, seed, name, log }: SearchArmOptions,
  { round, solved, tasks, plans, expansions, planLogprob, policy }: ExpertRound,
  seconds: number,
): void {
  if (records.findRound(name, round) !== undefined) return;
  records.addRound({
    name,
    arm,
    seed,
    round,
    solved,
    tasks,
    plans,
    expansions,
    planLogprob,
    cloneSteps: policy.network.updates,
    seconds,
  });
  log(
    `${arm}, seed ${seed}: search ${round} has ${plans} plans for ${solved} of ${tasks} tasks after ${expansions} expansions`,
  );
}

async function cloneLonger(
  { seed, arm, demonstrations, clone, cloneSteps = 0, signal }: SearchArmOptions,
  plans: readonly Trajectory[],
): Promise<CandidatePolicy> {
  const policy = new CandidatePolicy({}, seed);
  await cloneBehaviour({
    policy,
    trajectories: demonstrations,
    plans,
    config: { ...clone, epochs: cloneSteps },
    random: createRandom(seed).fork(`${arm} longer clone`),
    async onEpoch() {
      await breathe(signal);
      return policy.network.updates > 0 && policy.network.updates < cloneSteps;
    },
  });
  return policy;
}
