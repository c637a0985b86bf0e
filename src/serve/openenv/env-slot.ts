/** One environment at a time, opened when it is needed, and replaced after a failure. */

import type { Env } from "../../core/env.ts";
import type { ServedWorld } from "./served-world.ts";
import { WireError } from "./wire.ts";

export class EnvSlot implements AsyncDisposable {
  readonly #world: ServedWorld;
  readonly #index: number;
  #env: Env | null = null;

  constructor(world: ServedWorld, index: number) {
    this.#world = world;
    this.#index = index;
  }

  /** @throws WireError with code FACTORY_ERROR */
  async open(): Promise<Env> {
    try {
      this.#env ??= await this.#world.openEnv(this.#index);
      return this.#env;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new WireError(
        "FACTORY_ERROR",
        reason,
        { factory_name: this.#world.name },
        { cause: error },
      );
    }
  }

  /** Gives the environment up: the next `open` makes another one. An environment that cannot even close is left alone. */
  async discard(): Promise<void> {
    const env = this.#env;
    this.#env = null;
    try {
      await env?.[Symbol.asyncDispose]();
    } catch {
      // The failure that led here has been reported.
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.discard();
  }
}
