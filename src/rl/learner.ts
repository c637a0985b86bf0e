/** The port of a learner. It sees policies and trajectories but never a world, so an LLM's trainer fits as well. */

import type { Policy } from "../core/policy.ts";
import type { Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { TrajectoryGroup } from "./rollout.ts";

/** Figures of one update, by the field's names; each is defined in docs/algorithms. */
export type Metrics = Record<string, number>;

/** The actor of one rollout. */
export interface RolloutPolicy extends Policy {
  /** Receives the episode that it played, before the learner sees it. */
  finish?(trajectory: Trajectory): void;
}

export interface Learner {
  /** The current policy, which draws from `random`. It collects the next rollouts. */
  policy(random: Random): RolloutPolicy;
  /** Learns from fresh rollouts of that policy. */
  update(groups: readonly TrajectoryGroup[], random: Random): Metrics | Promise<Metrics>;
  /** Takes `updates` gradient steps of imitation alone, without rollouts. Does nothing if there is nothing to imitate. */
  rehearse?(updates: number, random: Random): void | Promise<void>;
  /** The learner's state other than the policy's parameters, as bytes. A resumed run gives them back. */
  state?(): Uint8Array;
}
