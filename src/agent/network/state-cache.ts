/**
 * Remembers the features of states that come again. The rollouts of a group begin alike, and a dream shows the very
 * same page for the same request; what is learned from is read once more.
 */

import type { Observation } from "../../core/observation.ts";
import type { PolicyInput } from "../../core/policy.ts";

/** Some 50 kB each: those of a batch of rollouts. */
const KEPT_STATES = 1000;

/**
 * `compute` must be a pure function of what it is given, and nobody may change what it gives. Pages count as the same
 * only where they are the same array of nodes. When the memo is full it starts anew.
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
