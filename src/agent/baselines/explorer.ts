/** The policy that explores: random candidates, and on each page those first that were not tried there. */

import type { Action } from "../../core/action.ts";
import type { Observation } from "../../core/observation.ts";
import type { Policy } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import { computeCandidates } from "../candidates/candidates.ts";

export interface ExplorerOptions {
  random: Random;
  /** Actions that are never taken. */
  forbids: (observation: Observation, action: Action) => boolean;
}

/**
 * Random exploration: any candidate but a stop, with equal chance, until the step limit. What was done on a page
 * is not done there again while there is something else, so that an episode sees more.
 */
export function createExplorer({ random, forbids }: ExplorerOptions): Policy {
  return {
    act(input) {
      const { observation, history } = input;
      const actions = computeCandidates(input)
        .map(({ action }) => action)
        .filter(({ kind }) => kind !== "stop");
      const done = new Set(history.map((step) => describe(step.observation, step.action)));
      const isUntried = (action: Action): boolean => !done.has(describe(observation, action));
      const order = random.shuffle(actions).filter((action) => !forbids(observation, action));
      return { action: order.find(isUntried) ?? order[0] ?? { kind: "goBack" } };
    },
  };
}

/** The same for the same element of the same address in a later visit, where refs differ. */
function describe({ url, nodes }: Observation, action: Action): string {
  if (!("ref" in action)) return `${url} ${JSON.stringify(action)}`;
  const { ref, ...rest } = action;
  const node = nodes.find((candidate) => candidate.ref === ref);
  return `${url} ${node?.role} ${node?.name} ${JSON.stringify(rest)}`;
}
