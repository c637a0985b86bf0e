/** One client's episodes, one after the other, in one environment. */

import type { Env, StepResult } from "../../core/env.ts";
import { DreamgymError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Task } from "../../core/task.ts";
import { chooseTask } from "./choose-task.ts";
import type { EnvSlot } from "./env-slot.ts";
import { readWireAction, toWireObservation } from "./observe.ts";
import type { ServedWorld } from "./served-world.ts";
import {
  readWire,
  WireActionSchema,
  WireError,
  WireResetSchema,
  type WireResult,
  type WireState,
} from "./wire.ts";

export interface SessionOptions {
  id: string;
  world: ServedWorld;
  slot: EnvSlot;
  /** Number of the next episode of the whole server. */
  nextTurn(): number;
  /** How long one reset or step may take, in ms. */
  stepTimeoutMs: number;
}

interface Episode {
  id: string;
  task: Task;
  goal: string;
  url: string;
  steps: number;
  reward: number;
}

export class Session {
  readonly id: string;
  readonly slot: EnvSlot;
  readonly #options: SessionOptions;
  #episode: Episode | null = null;
  /** Calls wait for each other: an episode has one order of steps. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.id = options.id;
    this.slot = options.slot;
    this.#options = options;
  }

  /** Starts an episode. @throws WireError */
  reset(data: unknown): Promise<WireResult> {
    return this.#inTurn(async () => {
      const wanted = readWire(WireResetSchema, data ?? {});
      const turn = this.#options.nextTurn();
      const task = chooseTask(this.#options.world, wanted, turn);
      this.#episode = null;
      const seed = wanted.seed ?? turn;
      const { env, result: observation } = await this.#call((env, signal) =>
        env.reset({ task, seed, signal }),
      );
      const id = wanted.episode_id ?? `${task.id}-${turn}`;
      const goal = env.goal ?? task.goal;
      this.#episode = { id, task, goal, url: observation.url, steps: 0, reward: 0 };
      return this.#answer(observation, observation.lastActionError, null, false);
    });
  }

  /** @throws WireError */
  step(data: unknown): Promise<WireResult> {
    return this.#inTurn(async () => {
      const { action_str: text } = readWire(WireActionSchema, data);
      const { action, problem } = readWireAction(text);
      const { result } = await this.#call((env) => env.step(action));
      const episode = this.#episode as Episode;
      episode.steps += 1;
      episode.reward += result.reward;
      episode.url = result.observation.url;
      return this.#end(result, problem ?? result.observation.lastActionError);
    });
  }

  get state(): WireState {
    const episode = this.#episode;
    return {
      episode_id: episode?.id ?? null,
      step_count: episode?.steps ?? 0,
      benchmark: this.#options.world.name,
      task_name: episode?.task.id ?? "",
      task_id: episode?.task.id ?? null,
      goal: episode?.goal ?? "",
      current_url: episode?.url ?? "",
      max_steps: episode?.task.maxSteps ?? null,
      cum_reward: episode?.reward ?? 0,
    };
  }

  /** Resolves when no call is running. */
  async settle(): Promise<void> {
    await this.#last.catch(() => {});
  }

  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const next = this.#last.then(call, call);
    this.#last = next.catch(() => {});
    return next;
  }

  #end(
    { observation, reward, terminated, truncated, score }: StepResult,
    error: string | null,
  ): WireResult {
    const isUnscored = score?.status === "unscored";
    const result = this.#answer(
      observation,
      error,
      isUnscored ? null : reward,
      terminated || truncated,
    );
    if (!isUnscored && !truncated) return result;
    return {
      ...result,
      metadata: { ...(isUnscored && { unscored: true }), ...(truncated && { truncated: true }) },
    };
  }

  #answer(
    observation: Observation,
    error: string | null,
    reward: number | null,
    done: boolean,
  ): WireResult {
    const { goal } = this.#episode as Episode;
    return { observation: toWireObservation(goal, observation, error), reward, done };
  }

  /** A failure of the environment ends the episode. The next one plays in another environment. */
  async #call<T>(
    call: (env: Env, signal: AbortSignal) => Promise<T>,
  ): Promise<{ env: Env; result: T }> {
    const env = await this.slot.open();
    const limit = new AbortController();
    const { stepTimeoutMs } = this.#options;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(
          `The environment took more than ${stepTimeoutMs} ms. Send reset to start again.`,
        );
        limit.abort(error);
        reject(error);
      }, stepTimeoutMs);
    });
    try {
      return { env, result: await Promise.race([call(env, limit.signal), late]) };
    } catch (error) {
      const isCallers = error instanceof DreamgymError && error.code === "reset-needed";
      if (!isCallers) {
        this.#episode = null;
        await this.slot.discard();
      }
      const message = error instanceof Error ? error.message : String(error);
      throw new WireError("EXECUTION_ERROR", message, {}, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }
}
