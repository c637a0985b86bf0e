/** Who acts while experience is collected: demonstrators that are disturbed, and nobody in particular. */

import type { Action } from "../../core/action.ts";
import type { Observation } from "../../core/observation.ts";
import type { Policy, PolicyInput } from "../../core/policy.ts";
import type { Random } from "../../core/random.ts";
import { computeCandidates } from "../../page/candidates.ts";

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

export interface NoisyPolicyOptions extends ExplorerOptions {
  demonstrator: Policy;
  /** Chance of a random action in place of the demonstrator's, at each step, 0–1. */
  noise: number;
}

/**
 * A demonstrator that now and then does something random. Where that led away it goes back, as a person would,
 * and then goes on; once it finds itself lost for good, the rest of the episode is exploration.
 */
export function createNoisyPolicy(options: NoisyPolicyOptions): Policy {
  const { demonstrator, noise, random } = options;
  const explorer = createExplorer(options);
  let isLost = false;
  /** Where the last random action was taken, until its effect is dealt with. */
  let strayedFrom: string | null = null;
  return {
    async act(input: PolicyInput) {
      if (isLost) return explorer.act(input);
      const isAway = strayedFrom !== null && input.observation.url !== strayedFrom;
      strayedFrom = null;
      if (isAway) return { action: { kind: "goBack" } };
      if (random.next() < noise) {
        strayedFrom = input.observation.url;
        return explorer.act(input);
      }
      try {
        return await demonstrator.act(input);
      } catch {
        isLost = true;
        return explorer.act(input);
      }
    },
  };
}
