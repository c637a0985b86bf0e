/** Tries a call again that may succeed later: with a growing, random pause, or the one that the server asked for. */

import { DreamgymError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { CallError } from "./call-error.ts";

/** @throws the signal's reason when aborted */
export type Sleep = (ms: number, signal: AbortSignal | undefined) => Promise<void>;

export interface RetryOptions {
  /** How often a call is made, at most. */
  attempts: number;
  sleep: Sleep;
  random: Random;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
/** A server that asks for more is out of order for now: its error says how long. */
const LONGEST_REQUESTED_MS = 120_000;

/** @throws the error of the last try. When aborted, the signal's reason. */
export async function retry<T>(
  call: () => Promise<T>,
  { attempts, sleep, random }: RetryOptions,
  signal: AbortSignal | undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DreamgymError) || !error.retryable || attempt >= attempts) throw error;
      const requested = error instanceof CallError ? error.retryAfterMs : null;
      if (requested !== null && requested > LONGEST_REQUESTED_MS) throw error;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      // Full jitter between half and all of it, so that calls that failed together do not come back together.
      await sleep(requested ?? pause * (0.5 + random.next() / 2), signal);
    }
  }
}
