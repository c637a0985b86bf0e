/** One decision of a policy, with everything that can go wrong in a user's code: it throws, hangs, or gives no action. */

import { CALLER_MISTAKES, DreamgymError, PolicyError } from "./errors.ts";
import { findOutputProblem, type Policy, type PolicyInput, type PolicyOutput } from "./policy.ts";

export interface DecideOptions {
  /** How long the policy may take. A policy that never returns to the event loop cannot be stopped. */
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

/** Whatever comes first: the value, the end of the time, or the signal. */
async function withLimit<T>(
  value: Promise<T>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort = (): void => {};
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new PolicyError(`The policy took more than ${timeoutMs} ms for one decision.`)),
      timeoutMs,
    );
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
