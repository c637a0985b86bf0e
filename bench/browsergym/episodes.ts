/** The same episodes in BrowserGym, with and without its fixed waits, and here: one after the other, by turns. */

import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { median } from "../real.ts";
import type { Gym, GymOptions } from "./worker.ts";

export type Move = (page: Observation, goal: string) => Action;

/** Times of one way to run episodes, in milliseconds. */
export class Times {
  readonly resets: number[] = [];
  readonly steps: number[] = [];
  readonly episodes: number[] = [];

  add(resetMs: number, steps: readonly number[]): void {
    this.resets.push(resetMs);
    this.steps.push(...steps);
    this.episodes.push(resetMs + sum(steps));
  }

  /** Steps per second counts steps alone. Medians of the rest. */
  summarize(): Record<"stepsPerSecond" | "stepMs" | "resetMs" | "episodeMs", number> {
    return {
      stepsPerSecond: (1_000 * this.steps.length) / sum(this.steps),
      stepMs: median(this.steps),
      resetMs: median(this.resets),
      episodeMs: median(this.episodes),
    };
  }
}

interface Played {
  goal: string;
  pageSeed: number;
  reward: number;
}

export async function playInGym(
  gym: Gym,
  options: GymOptions,
  seed: number,
  moves: readonly Move[],
  times: Times,
): Promise<Played> {
  await gym.open(options);
  const start = await gym.reset(seed);
  let { observation } = start;
  const steps: number[] = [];
  let reward = 0;
  for (const move of moves) {
    const answer = await gym.step(move(observation, start.goal));
    steps.push(answer.seconds * 1_000);
    ({ observation, reward } = answer);
    if (answer.terminated) break;
  }
  times.add(start.seconds * 1_000, steps);
  return { goal: start.goal, pageSeed: start.pageSeed, reward };
}

export async function playHere(
  env: Env,
  task: Task,
  moves: readonly Move[],
  times: Times,
  now: () => number,
): Promise<Omit<Played, "pageSeed">> {
  const began = now();
  let observation = await env.reset({ task, seed: 0 });
  const resetMs = now() - began;
  const steps: number[] = [];
  let reward = 0;
  for (const move of moves) {
    const stepBegan = now();
    const result = await env.step(move(observation, env.goal ?? ""));
    steps.push(now() - stepBegan);
    ({ observation, reward } = result);
    if (observation.lastActionError !== null) throw new Error(observation.lastActionError);
    if (result.terminated || result.truncated) break;
  }
  times.add(resetMs, steps);
  return { goal: env.goal ?? "", reward };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
