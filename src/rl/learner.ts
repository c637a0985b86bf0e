/** The port to what learns. It sees policies and trajectories, never a world, so that an LLM's trainer fits as well. */

import type { Policy } from "../core/policy.ts";
import type { Random } from "../core/random.ts";
import type { TrajectoryGroup } from "./rollout.ts";

/** Figures of one update, by the field's names; each is defined in docs/algorithms. */
export type Metrics = Record<string, number>;

export interface Learner {
  /** The policy as it is now, drawing from `random`: what collects the next rollouts. */
  policy(random: Random): Policy;
  /** Learns from fresh rollouts of that policy. */
  update(groups: readonly TrajectoryGroup[], random: Random): Metrics | Promise<Metrics>;
  /** Takes `updates` gradient steps on what it replays alone, without any rollout. None where there is nothing to replay. */
  rehearse?(updates: number, random: Random): void | Promise<void>;
  /** What it remembers beside the policy's parameters, as bytes to be given back when it goes on after a stop. */
  memory?(): Uint8Array;
}
