/**
 * What is imitated beside reinforcement learning, so that neither the demonstrations nor a rare success is unlearned:
 * the demonstrations (DAPG, Rajeswaran et al. 2018, arXiv:1709.10087, eq. 2) and the policy's own successes
 * (self-imitation, Oh et al. 2018, arXiv:1806.05635; here the shortest ones of each task, without a value function).
 */

import type { Random } from "../core/random.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { CandidatePolicy } from "./candidate-policy.ts";
import { type CloneConfig, CloneConfigSchema } from "./clone-behaviour.ts";
import { addExampleGradient, type Example, gatherExamples } from "./examples.ts";
import { outcomeReward, type TrajectoryGroup } from "./rollout.ts";

export interface ReplayOptions {
  policy: CandidatePolicy;
  /** Only those that succeeded are imitated. */
  demonstrations: readonly Trajectory[];
  /** Of how they are imitated only; the defaults of cloning where left out. */
  clone: Partial<CloneConfig>;
  /** Own successes kept of each task, the shortest first. 0: none. */
  successes: number;
}

export interface Replay {
  /** Keeps the shortest successes of fresh rollouts. */
  record(groups: readonly TrajectoryGroup[]): void;
  /** Adds the gradient of imitating `count` remembered steps, of `weight` altogether. Returns their mean loss in nats. */
  addGradient(count: number, weight: number, random: Random): number;
  /** Whether there is nothing to imitate. */
  isEmpty(): boolean;
}

interface Success {
  length: number;
  examples: Example[];
}

export function createReplay({ policy, demonstrations, clone, successes }: ReplayOptions): Replay {
  const config = CloneConfigSchema.parse(clone);
  const demonstrated = gatherExamples(
    policy,
    demonstrations.filter((trajectory) => outcomeReward(trajectory) === 1),
  ).examples;
  const byTask = new Map<string, Success[]>();
  let own: Example[] = [];
  return {
    record(groups) {
      if (successes === 0) return;
      for (const { task, trajectories } of groups) {
        const kept = byTask.get(task.id) ?? [];
        for (const trajectory of trajectories) {
          const { length } = trajectory.transitions;
          const longest = kept[successes - 1]?.length ?? Infinity;
          // A newer one of the same length takes the place of an older: it is more like the policy.
          if (outcomeReward(trajectory) !== 1 || length > longest) continue;
          const { examples } = gatherExamples(policy, [trajectory]);
          kept.unshift({ length, examples });
          kept.sort((a, b) => a.length - b.length).splice(successes);
        }
        if (kept.length > 0) byTask.set(task.id, kept);
      }
      own = [...byTask.values()].flatMap((kept) => kept.flatMap(({ examples }) => examples));
    },
    addGradient(count, weight, random) {
      const totals = { loss: 0, correct: 0 };
      const sources = [demonstrated, own].filter((examples) => examples.length > 0);
      for (let i = 0; i < count && sources.length > 0; i++) {
        // Half of each, however many there are: otherwise many successes of easy tasks drown the demonstrations.
        const example = random.pick(sources[i % sources.length] as Example[]);
        addExampleGradient(policy, example, config, random, totals, weight / count);
      }
      return totals.loss / Math.max(count, 1);
    },
    isEmpty: () => demonstrated.length + own.length === 0,
  };
}
