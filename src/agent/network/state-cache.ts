/**
 * Caches the features of repeated states. The rollouts of a group start alike, a dream shows the very same page for
 * the same request, and learning reads each state once more.
 */

import type { Observation } from "../../core/observation.ts";
import type { PastStep, PolicyInput } from "../../core/policy.ts";

/** Number of states, some 50 kB each: those of a batch of rollouts. */
const KEPT_STATES = 1000;

/** Number of texts that name goals, observations and steps in keys. */
const KEPT_NAMES = 20_000;

/**
 * `compute` must be pure, and nobody may change its results. Two pages are the same only if they are the same array
 * of nodes. When the cache is full, it is emptied.
 */
export function memoizeStates<Result>(
  compute: (input: PolicyInput) => Result,
  kept = KEPT_STATES,
): (input: PolicyInput) => Result {
  const numbers = new Map<string, number>();
  let counted = 0;
  /** The same number for the same text, and no other text ever gets it. */
  const numberOf = (text: string): number => {
    let number = numbers.get(text);
    if (number === undefined) {
      if (numbers.size >= KEPT_NAMES) numbers.clear();
      numbers.set(text, (number = counted++));
    }
    return number;
  };
  const pages = memoizeObject<Observation["nodes"]>(() => counted++);
  const observations = memoizeObject(({ nodes, ...rest }: Observation) =>
    numberOf(JSON.stringify([pages(nodes), rest])),
  );
  const steps = memoizeObject(({ observation, action }: PastStep) =>
    numberOf(`${observations(observation)} ${JSON.stringify(action)}`),
  );
  const results = new Map<string, Result>();
  return (input) => {
    const key = [
      numberOf(input.goal),
      observations(input.observation),
      ...input.history.map(steps),
    ].join(" ");
    let result = results.get(key);
    if (result === undefined) {
      result = compute(input);
      if (results.size >= kept) results.clear();
      results.set(key, result);
    }
    return result;
  };
}

function memoizeObject<Key extends object>(compute: (key: Key) => number): (key: Key) => number {
  const known = new WeakMap<Key, number>();
  return (key) => {
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = compute(key)));
    return number;
  };
}
