/**
 * Caches the features of repeated states. The rollouts of a group start alike, a dream shows the very same page for
 * the same request, and learning reads each state once more.
 */

import type { Observation } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";

/** Number of states, some 50 kB each: those of a batch of rollouts. */
const KEPT_STATES = 1000;

/**
 * `compute` must be pure, and nobody may change its results. Two pages are the same only if they are the same array
 * of nodes. When the cache is full, it is emptied.
 */
export function memoizeStates<Result>(
  compute: (input: PolicyInput) => Result,
  kept = KEPT_STATES,
): (input: PolicyInput) => Result {
  const names = new WeakMap<Observation, string>();
  const pages = new WeakMap<Observation["nodes"], number>();
  let seen = 0;
  const nameOf = (observation: Observation): string => {
    let name = names.get(observation);
    if (name === undefined) {
      const { nodes, ...rest } = observation;
      let page = pages.get(nodes);
      if (page === undefined) pages.set(nodes, (page = seen++));
      name = JSON.stringify([page, rest]);
      names.set(observation, name);
    }
    return name;
  };
  const results = new Map<string, Result>();
  return (input) => {
    const past = input.history.map(
      ({ observation, action }) => nameOf(observation) + JSON.stringify(action),
    );
    const key = JSON.stringify(input.goal) + past.join("") + nameOf(input.observation);
    let result = results.get(key);
    if (result === undefined) {
      result = compute(input);
      if (results.size >= kept) results.clear();
      results.set(key, result);
    }
    return result;
  };
}
