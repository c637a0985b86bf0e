/** A demonstrator with random detours, so that recordings also show pages off its path. */

import type { Policy, PolicyInput } from "../../../core/policy.ts";
import type { Random } from "../../../core/random.ts";

export interface NoisyPolicyOptions {
  demonstrator: Policy;
  /** Takes the random steps, and the rest of an episode once the demonstrator is lost. */
  explorer: Policy;
  random: Random;
  /** Chance of a random action instead of the demonstrator's, at each step, 0–1. */
  noise: number;
}

/**
 * A demonstrator that sometimes acts at random. If that led away, it goes back, as a person would, and then resumes.
 * If the demonstrator cannot find its way again, it explores for the rest of the episode.
 */
export function createNoisyPolicy(options: NoisyPolicyOptions): Policy {
  const { demonstrator, explorer, noise, random } = options;
  let isLost = false;
  /** Where the last random action happened, until its effect is handled. */
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
