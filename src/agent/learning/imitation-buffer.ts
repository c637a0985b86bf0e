/**
 * The steps that a policy imitates during reinforcement learning, so that it unlearns neither the demonstrations nor a
 * rare success: the demonstrations (DAPG, Rajeswaran et al. 2018, arXiv:1709.10087, eq. 2) and its own successes
 * (self-imitation, Oh et al. 2018, arXiv:1806.05635; here the shortest ones of each task, without a value function).
 */

import type { Random } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { type CloneConfig, CloneConfigSchema } from "./clone-behaviour.ts";
import { addExampleGradient, type Example, gatherExamples } from "./examples.ts";
import { decodeSuccesses, encodeSuccesses, type Success } from "./imitation-bytes.ts";
import { outcomeReward, type TrajectoryGroup } from "../../rl/rollout.ts";

export interface ReplayOptions {
  policy: CandidatePolicy;
  /** Only the successful ones are imitated. */
  demonstrations: readonly Trajectory[];
  /** Plans that a search chose, whatever their score: see `CloneOptions`. */
  plans?: readonly Trajectory[];
  /** Settings of imitation alone. Absent settings take the defaults of cloning. */
  clone: Partial<CloneConfig>;
  /** Own successes kept of each task, the shortest first. 0: none. */
  successes: number;
  /** The state that an interrupted run saved. */
  learnerState?: Uint8Array;
}

export interface Replay {
  /** Keeps the shortest successes of fresh rollouts. */
  record(groups: readonly TrajectoryGroup[]): void;
  /**
   * Adds the gradient of imitating `count` remembered steps, with total weight `weight`.
   * Returns their mean loss in nats.
   */
  addGradient(count: number, weight: number, random: Random): number;
  /** Whether there is nothing to imitate. */
  isEmpty(): boolean;
  /** The kept successes as bytes. A run that resumes from them is exact. */
  state(): Uint8Array;
}

export function createReplay(options: ReplayOptions): Replay {
  const { policy, successes } = options;
  const config = CloneConfigSchema.parse(options.clone);
  const demonstrated = gatherExamples(policy, [
    ...options.demonstrations.filter((trajectory) => outcomeReward(trajectory) === 1),
    ...(options.plans ?? []),
  ]).examples;
  const kept = options.learnerState === undefined ? [] : decodeSuccesses(options.learnerState);
  let own = nestByTemplate(kept);
  return {
    record(groups) {
      if (successes === 0) return;
      for (const { task, trajectories } of groups) keepShortest(task, trajectories);
      own = nestByTemplate(kept);
    },
    addGradient(count, weight, random) {
      const draws: (() => Example)[] = [];
      if (demonstrated.length > 0) draws.push(() => random.pick(demonstrated));
      // Template first, then task, then step: otherwise the many easy ones drown the rare.
      if (own.length > 0) draws.push(() => random.pick(random.pick(random.pick(own))));
      const totals = { loss: 0, correct: 0 };
      for (let i = 0; i < count && draws.length > 0; i++) {
        // Half of each source, however much it holds.
        const example = (draws[i % draws.length] as () => Example)();
        addExampleGradient(policy, example, config, random, totals, weight / count);
      }
      return totals.loss / Math.max(count, 1);
    },
    isEmpty: () => demonstrated.length + own.length === 0,
    state: () => encodeSuccesses(kept),
  };

  function keepShortest(task: Task, trajectories: readonly Trajectory[]): void {
    const ofTask = kept.filter(({ taskId }) => taskId === task.id);
    for (const trajectory of trajectories) {
      const { length } = trajectory.transitions;
      const longest = ofTask[successes - 1]?.length ?? Infinity;
      if (outcomeReward(trajectory) !== 1 || length > longest) continue;
      const { examples } = gatherExamples(policy, [trajectory]);
      // A newer success replaces an older one of the same length: it is closer to the policy.
      ofTask.unshift({ taskId: task.id, templateId: task.templateId, length, examples });
      ofTask.sort((a, b) => a.length - b.length).splice(successes);
    }
    const others = kept.filter(({ taskId }) => taskId !== task.id);
    kept.splice(0, kept.length, ...others, ...ofTask);
  }
}

/** The examples of each task of each template. */
function nestByTemplate(successes: readonly Success[]): Example[][][] {
  const templates = new Map<number, Map<string, Example[]>>();
  for (const { templateId, taskId, examples } of successes) {
    if (examples.length === 0) continue;
    const tasks = templates.get(templateId) ?? new Map<string, Example[]>();
    templates.set(templateId, tasks.set(taskId, [...(tasks.get(taskId) ?? []), ...examples]));
  }
  return [...templates.values()].map((tasks) => [...tasks.values()]);
}
