/** The exploring policy: random candidates, and on each page first those that it has not tried there. */

import type { Action } from "../../core/action.ts";
import { actionKey } from "../../core/element-reference.ts";
import type { Observation } from "../../core/observation.ts";
import type { Policy } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import { computeCandidates } from "../candidates/candidates.ts";

export interface ExplorerOptions {
  random: Random;
  /** Actions that the explorer never takes. */
  forbids: (observation: Observation, action: Action) => boolean;
}

/**
 * Random exploration: any candidate but a stop, with equal chance, until the step limit. The explorer repeats an
 * action on a page only when nothing else is left, so that an episode sees more.
 */
export function createExplorer({ random, forbids }: ExplorerOptions): Policy {
  return {
    act(input) {
      const { observation, history } = input;
      const actions = computeCandidates(input)
        .map(({ action }) => action)
        .filter(({ kind }) => kind !== "stop");
      const done = new Set(history.map((step) => actionKey(step.observation, step.action)));
      const isUntried = (action: Action): boolean => !done.has(actionKey(observation, action));
      const order = random.shuffle(actions).filter((action) => !forbids(observation, action));
      return { action: order.find(isUntried) ?? order[0] ?? { kind: "goBack" } };
    },
  };
}
