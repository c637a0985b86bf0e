/**
 * Forks of a world that cannot be copied: a fork keeps the actions that led to it, and the world is reset and replays
 * them when the fork is stepped. So a tree search runs in any world that can be reset. It pays for each replayed step.
 */

import type { Action } from "../core/action.ts";
import { transferAction } from "../core/element-reference.ts";
import type { Env, ForkableEnv, ResetOptions, StepResult } from "../core/env.ts";
import { ResetNeededError } from "../core/errors.ts";
import type { Observation } from "../core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";

export interface ReplayingEnvOptions {
  /** The world. Nobody else may use it meanwhile. */
  env: Env;
  /** Steps after which each further step ends its episode, unscored, without touching the world. */
  maxSteps?: number;
}

export interface ReplayingEnv extends ForkableEnv {
  /** Steps that the world took so far, replayed ones included. */
  readonly worldSteps: number;
}

/** All forks share one world, so only one of them may be stepped at a time. Disposal leaves the world as it is. */
export function createReplayingEnv(options: ReplayingEnvOptions): ReplayingEnv {
  return new Branch(new SharedWorld(options), null);
}

/** One action of an episode, and the page that it was chosen on. */
interface Taken {
  observation: Observation;
  action: Action;
}

class SharedWorld {
  readonly #env: Env;
  readonly #maxSteps: number;
  #episode: ResetOptions | null = null;
  /** What the world's own episode has done so far. Null if it ended. */
  #done: readonly Taken[] | null = null;
  #observation: Observation | null = null;
  startRequests: readonly SiteRequest[] = [];
  steps = 0;

  constructor({ env, maxSteps = Infinity }: ReplayingEnvOptions) {
    this.#env = env;
    this.#maxSteps = maxSteps;
  }

  async start(episode: ResetOptions): Promise<Observation> {
    this.#episode = episode;
    const observation = await this.#env.reset(episode);
    this.startRequests = [...(this.#env.startRequests ?? [])];
    this.#done = [];
    this.#observation = observation;
    return observation;
  }

  /** Whether the world can still go to `path` and take one more step. */
  canStep(path: readonly Taken[]): boolean {
    const replayed = path.length - (this.#isOnTheWay(path) ? (this.#done?.length ?? 0) : 0);
    return this.steps + replayed + 1 <= this.#maxSteps;
  }

  /** @returns false if the world ended the episode on the way: it did not repeat what it did before */
  async goTo(path: readonly Taken[]): Promise<boolean> {
    if (this.#episode === null) throw new ResetNeededError();
    if (!this.#isOnTheWay(path)) await this.start(this.#episode);
    for (const taken of path.slice(this.#done?.length ?? 0)) {
      const { terminated, truncated } = await this.take(taken);
      if (terminated || truncated) return false;
    }
    return true;
  }

  async take(taken: Taken): Promise<StepResult> {
    const { observation, action } = taken;
    const here = this.#observation ?? observation;
    this.steps++;
    const result = await this.#env.step(
      here === observation ? action : (transferAction(action, observation, here) ?? action),
    );
    const isOver = result.terminated || result.truncated;
    this.#done = isOver ? null : [...(this.#done ?? []), taken];
    this.#observation = result.observation;
    return result;
  }

  snapshot(): Promise<PageSnapshot> {
    return this.#env.snapshot();
  }

  /** Whether `path` continues what the world has done. */
  #isOnTheWay(path: readonly Taken[]): boolean {
    const done = this.#done;
    return (
      done !== null && done.length <= path.length && done.every((taken, i) => taken === path[i])
    );
  }
}

class Branch implements ReplayingEnv {
  readonly #world: SharedWorld;
  /** Null before the first reset. */
  #at: { path: readonly Taken[]; observation: Observation } | null;

  constructor(world: SharedWorld, at: { path: readonly Taken[]; observation: Observation } | null) {
    this.#world = world;
    this.#at = at;
  }

  get worldSteps(): number {
    return this.#world.steps;
  }

  get startRequests(): readonly SiteRequest[] {
    return this.#world.startRequests;
  }

  async reset(options: ResetOptions): Promise<Observation> {
    const observation = await this.#world.start(options);
    this.#at = { path: [], observation };
    return observation;
  }

  async step(action: Action): Promise<StepResult> {
    if (this.#at === null) throw new ResetNeededError();
    const { path, observation } = this.#at;
    if (!this.#world.canStep(path))
      return unscored(observation, "the steps of the world are spent");
    if (!(await this.#world.goTo(path)))
      return unscored(observation, "the world did not repeat the episode");
    const taken = { observation, action };
    const result = await this.#world.take(taken);
    const isOver = result.terminated || result.truncated;
    this.#at = isOver ? null : { path: [...path, taken], observation: result.observation };
    return result;
  }

  fork(): ReplayingEnv {
    if (this.#at === null) throw new ResetNeededError();
    return new Branch(this.#world, this.#at);
  }

  async snapshot(): Promise<PageSnapshot> {
    if (this.#at === null) throw new ResetNeededError();
    await this.#world.goTo(this.#at.path);
    return await this.#world.snapshot();
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The end of an episode that the world was not asked about. */
function unscored(observation: Observation, reason: string): StepResult {
  return {
    observation,
    reward: 0,
    terminated: false,
    truncated: true,
    score: { status: "unscored", reason, checks: [] },
    requests: [],
  };
}
