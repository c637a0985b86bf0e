/** One decision of a policy. It handles every mistake in a user's code: it throws, hangs, or returns no action. */

import {
  CALLER_MISTAKES,
  ConfigError,
  DreamgymError,
  LimitError,
  ModelError,
  PolicyError,
} from "./errors.ts";
import { findOutputProblem, type Policy, type PolicyInput, type PolicyOutput } from "./policy.ts";

export interface DecideOptions {
  /**
   * How long the policy may take. Infinity means no limit. A policy that blocks the event loop cannot be stopped.
   */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/**
 * @throws PolicyError for every mistake of the policy. LimitError of a policy that counts its tokens. A retryable
 * ModelError: the server of its model is down. ConfigError, TaskError, ResetNeededError and BudgetError pass unchanged:
 * every other episode would fail the same way. When aborted, the signal's reason.
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
    if (error instanceof PolicyError || error instanceof LimitError) throw error;
    if (error instanceof ModelError && error.retryable) throw error;
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

/** `setTimeout` fires at once for a longer delay, since it stores delays as signed 32-bit numbers. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Resolves with the first to come: the value, the timeout, or the signal. */
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
