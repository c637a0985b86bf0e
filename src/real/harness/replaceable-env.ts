/**
 * An environment that replaces what it holds: it opens the inner one when it is first needed, gives it a limit for each
 * call, and opens another one after a hang or a crash. A hung browser ends with its environment.
 */

import type { Env, ResetOptions } from "../../core/env.ts";
import { BrowserError, DreamgymError, ResetNeededError } from "../../core/errors.ts";

export interface ReplaceableEnvOptions {
  open(): Promise<Env>;
  /** A call that takes longer is a hang. It must be longer than the slowest reset. */
  hangMs: number;
  /** Called before another environment is opened. @param reason why, in words */
  onReplace?(reason: string): void;
}

/** What does not close in this time is left behind. */
const CLOSE_LIMIT_MS = 15_000;

export function createReplaceableEnv(options: ReplaceableEnvOptions): Env {
  return new ReplaceableEnv(options);
}

/** One inner environment. A late answer changes its own record alone, and not that of its successor. */
interface Held {
  env: Env | null;
  /** Why it cannot be used again; null if it can. */
  broken: string | null;
  /** Calls that have not returned. One that is left over from an aborted episode means a hang. */
  pending: number;
  isClosed: boolean;
}

const nothingHeld = (): Held => ({ env: null, broken: null, pending: 0, isClosed: false });

class ReplaceableEnv implements Env {
  readonly #options: ReplaceableEnvOptions;
  #held = nothingHeld();

  constructor(options: ReplaceableEnvOptions) {
    this.#options = options;
  }

  get startRequests() {
    return this.#held.env?.startRequests ?? [];
  }

  get goal() {
    return this.#held.env?.goal;
  }

  async reset(options: ResetOptions) {
    const { broken, pending } = this.#held;
    const reason = broken ?? (pending > 0 ? "a call of the last episode has no answer yet" : null);
    if (reason !== null) {
      this.#options.onReplace?.(reason);
      await this.#close();
    }
    return await this.#call("reset", async (held) => {
      held.env ??= await this.#open(held);
      return await held.env.reset(options);
    });
  }

  step(action: Parameters<Env["step"]>[0]) {
    return this.#call(`step ${action.kind}`, (held) => running(held).step(action));
  }

  snapshot() {
    return this.#call("snapshot", (held) => running(held).snapshot());
  }

  hideSecrets<T>(stored: T): T {
    return this.#held.env?.hideSecrets?.(stored) ?? stored;
  }

  async [Symbol.asyncDispose]() {
    await this.#close();
  }

  async #open(held: Held): Promise<Env> {
    const env = await this.#options.open();
    if (held.isClosed) await env[Symbol.asyncDispose]();
    return env;
  }

  async #close(): Promise<void> {
    const held = this.#held;
    this.#held = nothingHeld();
    held.isClosed = true;
    if (held.env === null) return;
    await within(CLOSE_LIMIT_MS, held.env[Symbol.asyncDispose]()).catch(() => null);
  }

  async #call<T>(what: string, body: (held: Held) => Promise<T>): Promise<T> {
    const { hangMs } = this.#options;
    const held = this.#held;
    held.pending++;
    const call = body(held).finally(() => held.pending--);
    try {
      const answer = await within(hangMs, call);
      if (answer !== HANG) return answer;
      throw new BrowserError(
        `${what}: expected an answer within ${hangMs / 1000} s, got none. The browser is replaced.`,
      );
    } catch (error) {
      // The failure of a site, or of a check, leaves the browser as it is.
      if (!(error instanceof DreamgymError) || error.code === "browser")
        held.broken = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }
}

function running({ env }: Held): Env {
  if (env === null) throw new ResetNeededError();
  return env;
}

const HANG = Symbol("hang");

async function within<T>(limitMs: number, call: PromiseLike<T>): Promise<T | typeof HANG> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<typeof HANG>((resolve) => {
    timer = setTimeout(() => resolve(HANG), limitMs);
  });
  try {
    return await Promise.race([call, limit]);
  } finally {
    clearTimeout(timer);
  }
}
