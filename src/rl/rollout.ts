/** Collecting experience: G rollouts of each task, on as many environments as there are. */

import type { Env } from "../core/env.ts";
import { runEpisode } from "../core/episode.ts";
import type { Random } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { runEpisodes } from "../core/run-episodes.ts";
import { failureOf, type Trajectory } from "../core/trajectory.ts";
import type { RolloutPolicy } from "./learner.ts";

/** Rollouts of one task. Only scored ones can teach. The others are kept apart, counted, and never trained on. */
export interface TrajectoryGroup {
  task: Task;
  /** Scored, in the order of their seeds. */
  trajectories: Trajectory[];
  /** The episode ended, but its score could not be computed. */
  unscored: Trajectory[];
  /** The infrastructure or the policy failed: see `Trajectory.failedPart`. */
  failed: Trajectory[];
}

export interface RolloutOptions {
  /** Each plays one episode at a time. */
  envs: readonly Env[];
  /** Makes the actor of one episode from the episode's own random stream, so that concurrency changes nothing. */
  policy: (random: Random) => RolloutPolicy;
  tasks: readonly Task[];
  groupSize: number;
  /** Number of first rollouts. A group whose first outcomes all agree gets no more, since it would teach little. */
  firstRollouts?: number | undefined;
  random: Random;
  /** Addresses of the environments. */
  source: Trajectory["source"];
  /** Name of the policy, for the record. */
  actor: string;
  /** Prefix of every trajectory's id; must differ between calls for ids to be unique. */
  idPrefix: string;
  /** Whether to keep the pages: a dream can learn from such rollouts. */
  record?: boolean | undefined;
  signal?: AbortSignal;
}

/**
 * Plays up to `groupSize` episodes of every task. It fills groups in two rounds, so that the choice of groups to fill
 * does not depend on the number of environments. A failed episode never cancels the others. @throws as `runEpisode`
 */
export async function collectRollouts(options: RolloutOptions): Promise<TrajectoryGroup[]> {
  const { tasks, groupSize, firstRollouts = groupSize } = options;
  const played: Trajectory[][] = tasks.map(() => []);
  const seats = (index: number, from: number, to: number): Seat[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => ({ index, member: from + i }));
  const all = [...tasks.keys()];
  await play(
    options,
    played,
    all.flatMap((index) => seats(index, 0, Math.min(firstRollouts, groupSize))),
  );
  const mixed = all.filter((index) => isMixed(played[index] as Trajectory[]));
  await play(
    options,
    played,
    mixed.flatMap((index) => seats(index, firstRollouts, groupSize)),
  );
  return tasks.map((task, index) => sortOut(task, played[index] as Trajectory[]));
}

/** One episode to play: the task, and the index of its rollout. */
interface Seat {
  index: number;
  member: number;
}

async function play(
  options: RolloutOptions,
  played: Trajectory[][],
  seats: readonly Seat[],
): Promise<void> {
  await runEpisodes({
    pool: options.envs,
    jobs: seats,
    async play({ index, member }, env) {
      const task = options.tasks[index] as Task;
      const label = `${index}-${member}`;
      const stream = options.random.fork(label);
      const seed = stream.int(2 ** 31);
      const policy = options.policy(stream.fork("policy"));
      const trajectory = await runEpisode({
        env,
        task,
        seed,
        policy,
        id: `${options.idPrefix}-${task.id}-${label}`,
        actor: options.actor,
        source: options.source,
        ...(options.record === true ? { record: true } : { isStored: false }),
        ...(options.signal && { signal: options.signal }),
      });
      policy.finish?.(trajectory);
      (played[index] as Trajectory[])[member] = trajectory;
      return failureOf(trajectory);
    },
    ...(options.signal && { signal: options.signal }),
  });
}

/** Whether scored rollouts of one task ended differently: only then can any be better than the others. */
export function isMixed(trajectories: readonly Trajectory[]): boolean {
  const scored = trajectories.filter(({ score }) => score?.status === "scored");
  return new Set(scored.map(outcomeReward)).size > 1;
}

function sortOut(task: Task, trajectories: Trajectory[]): TrajectoryGroup {
  const group: TrajectoryGroup = { task, trajectories: [], unscored: [], failed: [] };
  for (const trajectory of trajectories) {
    if (trajectory.stopReason === "error") group.failed.push(trajectory);
    else if (trajectory.score?.status === "scored") group.trajectories.push(trajectory);
    else group.unscored.push(trajectory);
  }
  return group;
}

/** The episode's return: its score's value. Only for scored trajectories. */
export function outcomeReward({ score }: Trajectory): number {
  return score?.status === "scored" ? score.value : 0;
}

/** Environment steps in groups, including those of failed and unscored episodes, which cost as much. */
export function countSteps(groups: readonly TrajectoryGroup[]): number {
  let steps = 0;
  for (const { trajectories, unscored, failed } of groups)
    for (const { transitions } of [...trajectories, ...unscored, ...failed])
      steps += transitions.length;
  return steps;
}
