/** A demonstrator that is disturbed at random, so that recordings also show what happens off its path. */

import type { Policy, PolicyInput } from "../../../core/policy.ts";
import type { Random } from "../../../core/random.ts";

export interface NoisyPolicyOptions {
  demonstrator: Policy;
  /** Takes the random steps, and the rest of an episode in which the demonstrator is lost. */
  explorer: Policy;
  random: Random;
  /** Chance of a random action in place of the demonstrator's, at each step, 0–1. */
  noise: number;
}

/**
 * A demonstrator that now and then does something random. Where that led away it goes back, as a person would,
 * and then goes on; once it finds itself lost for good, the rest of the episode is exploration.
 */
export function createNoisyPolicy(options: NoisyPolicyOptions): Policy {
  const { demonstrator, explorer, noise, random } = options;
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
