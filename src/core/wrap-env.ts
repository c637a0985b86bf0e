import type { Env } from "./env.ts";

/**
 * The same environment, except for the methods that `own` replaces. Every wrapper is made here, so that none loses an
 * optional part of the port.
 */
export function wrapEnv(env: Env, own: Partial<EnvMethods>): Env {
  return {
    get startRequests() {
      return env.startRequests ?? [];
    },
    get goal() {
      return env.goal;
    },
    reset: (options) => env.reset(options),
    step: (action) => env.step(action),
    snapshot: () => env.snapshot(),
    hideSecrets: (stored) => env.hideSecrets?.(stored) ?? stored,
    [Symbol.asyncDispose]: () => env[Symbol.asyncDispose](),
    ...own,
  };
}

type EnvMethods = Pick<Env, "reset" | "step" | "snapshot" | typeof Symbol.asyncDispose>;
