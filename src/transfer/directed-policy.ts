/** Follows a searched path on the real site, as far as it exists there. */

import type { Action } from "../core/action.ts";
import { findElement } from "../core/element-reference.ts";
import type { Observation } from "../core/observation.ts";
import type { Policy } from "../core/policy.ts";
import type { DirectedStep } from "../synthetic/measure/coverage.ts";

/**
 * @param path from a search in the dream
 * @param forbids actions that recordings must not contain: the policy stops before one
 */
export function createDirectedPolicy(
  path: readonly DirectedStep[],
  forbids: (observation: Observation, action: Action) => boolean,
): Policy {
  return {
    act({ history, observation }) {
      const action = actionOn(path[history.length], observation);
      const isPossible = action !== null && !forbids(observation, action);
      return { action: isPossible ? action : { kind: "stop", answer: "" } };
    },
  };
}

function actionOn(step: DirectedStep | undefined, observation: Observation): Action | null {
  if (step === undefined) return null;
  const { action, element } = step;
  if (!("ref" in action)) return action;
  const found = element === null ? null : findElement(element, observation);
  return found === null ? null : { ...action, ref: found.ref };
}
