/** Replays the actions of real episodes in the dream, from the dream's own pages, and compares the scores. */

import type { Action } from "../../core/action.ts";
import { transferAction } from "../../core/element-reference.ts";
import type { Observation } from "../../core/observation.ts";
import type { Score } from "../../core/score.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { ExperienceEnv } from "../experience-env.ts";
import type { DreamedAnswer } from "../dream-transport.ts";

interface DreamedStep {
  /** The dream's page before the action. */
  observation: Observation;
  /** The action as played in the dream; null where the dream lacks its element. */
  action: Action | null;
  answers: DreamedAnswer[];
}

export interface DreamedReplay {
  real: Trajectory;
  steps: DreamedStep[];
  finalObservation: Observation;
  score: Score | null;
}

/** Plays a real episode's actions in the dream. An action whose element is missing there is a wasted step. */
export async function replayInDream(
  env: ExperienceEnv,
  task: Task,
  real: Trajectory,
): Promise<DreamedReplay> {
  let observation = await env.reset({ task, seed: real.seed });
  const steps: DreamedStep[] = [];
  let seen = 0;
  let score: Score | null = null;
  for (const transition of real.transitions) {
    const action = transferAction(transition.action, transition.observation, observation);
    const result = await env.step(action ?? { kind: "scroll", direction: "down" });
    const answers = env.answers.slice(seen);
    seen = env.answers.length;
    steps.push({ observation, action, answers });
    observation = result.observation;
    score = result.score;
    if (result.terminated || result.truncated) break;
  }
  return { real, steps, finalObservation: observation, score };
}

/** Compares dreamed scores with the real ones. A share of nothing is null. */
export interface ScoreFidelity {
  [measure: string]: number | null;
  episodes: number;
  /** Episodes scored in both worlds: the base of the next shares. */
  realFailures: number;
  realSuccesses: number;
  /** Share of episodes scored in both worlds whose scores agree. */
  scoreAgreement: number | null;
  /** Share of real failures that the dream calls a success. */
  falseSuccess: number | null;
  /** Share of real successes that the dream calls a failure. */
  falseFailure: number | null;
  /** Share of episodes that the dream does not score. */
  unscored: number | null;
  /** Share of actions whose element is not in the dream. */
  missingElements: number | null;
}

export async function measureScores(
  env: ExperienceEnv,
  tasks: ReadonlyMap<string, Task>,
  heldOut: readonly Trajectory[],
): Promise<{ fidelity: ScoreFidelity; replays: DreamedReplay[] }> {
  const replays: DreamedReplay[] = [];
  let [failures, successes, falseSuccess, falseFailure, unscored] = [0, 0, 0, 0, 0];
  let [actions, missing] = [0, 0];
  for (const real of heldOut) {
    const task = tasks.get(real.taskId);
    if (task === undefined || real.score?.status !== "scored") continue;
    const replay = await replayInDream(env, task, real);
    replays.push(replay);
    actions += replay.steps.length;
    missing += replay.steps.filter(({ action }) => action === null).length;
    if (replay.score?.status !== "scored") {
      unscored++;
      continue;
    }
    if (real.score.value === 1) {
      successes++;
      if (replay.score.value === 0) falseFailure++;
    } else {
      failures++;
      if (replay.score.value === 1) falseSuccess++;
    }
  }
  const share = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
  const scored = failures + successes;
  return {
    replays,
    fidelity: {
      episodes: replays.length,
      realFailures: failures,
      realSuccesses: successes,
      scoreAgreement: share(scored - falseSuccess - falseFailure, scored),
      falseSuccess: share(falseSuccess, failures),
      falseFailure: share(falseFailure, successes),
      unscored: share(unscored, replays.length),
      missingElements: share(missing, actions),
    },
  };
}
