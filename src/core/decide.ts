/** One decision of a policy, with everything that can go wrong in a user's code: it throws, hangs, or gives no action. */

import { CALLER_MISTAKES, ConfigError, DreamgymError, PolicyError } from "./errors.ts";
import { findOutputProblem, type Policy, type PolicyInput, type PolicyOutput } from "./policy.ts";

export interface DecideOptions {
  /**
   * How long the policy may take; Infinity: for ever. A policy that never returns to the event loop cannot be stopped.
   */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/**
 * @throws PolicyError for whatever the policy did wrong; ConfigError, TaskError, ResetNeededError as they come: every
 * other episode would fail the same way; the signal's reason
 */
export async function decide(
  policy: Policy,
  input: PolicyInput,
  { timeoutMs, signal }: DecideOptions,
): Promise<PolicyOutput> {
  if (!(timeoutMs > 0))
    throw new ConfigError(`Expected decisionTimeoutMs to be above 0, got ${timeoutMs}.`);
  let output: PolicyOutput;
  try {
    const answer = policy.act(input);
    output = isPromise(answer) ? await withLimit(answer, timeoutMs, signal) : answer;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof PolicyError) throw error;
    if (error instanceof DreamgymError && CALLER_MISTAKES.has(error.code)) throw error;
    throw new PolicyError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const problem = findOutputProblem(output);
  if (problem !== null) throw new PolicyError(problem);
  return output;
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

/** A longer timer ends at once: its delay is a signed number of 32 bits. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Whatever comes first: the value, the end of the time, or the signal. */
async function withLimit<T>(
  value: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = (): void => {};
  const limit = new Promise<never>((_, reject) => {
    const end = (): void =>
      reject(new PolicyError(`The policy took more than ${timeoutMs} ms for one decision.`));
    if (timeoutMs <= MAX_TIMER_MS) timer = setTimeout(end, timeoutMs);
    abort = () => reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([value, limit]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
