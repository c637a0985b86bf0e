/** The embedded policy: π(a | s) = softmax over candidates of the network's scores. Small, trained on the CPU. */

import { createRandom, type Random } from "../../core/random.ts";
import type { Policy, PolicyInput, ProposingPolicy } from "../../core/policy.ts";
import type { Action } from "../../core/action.ts";
import { findCandidate } from "../candidates/candidates.ts";
import { greedy, logProbabilities, sample, withinCutoff } from "./distribution.ts";
import { createFeaturizer, type FeaturizedState, type Featurizer } from "./features.ts";
import { memoizeStates } from "./state-cache.ts";
import { Network, NetworkConfigSchema, type NetworkConfig } from "./network.ts";
import type { ValueHead } from "./value-head.ts";

export class CandidatePolicy {
  readonly network: Network;
  /** V(s), which an actor–critic learner adds and trains. It never acts. */
  valueHead: ValueHead | null = null;
  readonly #featurize: Featurizer;

  /** @param seed of the hidden layer's start; a new policy is uniform over candidates, whatever the seed */
  constructor(config: Partial<NetworkConfig> = {}, seed = 0) {
    const full = NetworkConfigSchema.parse(config);
    this.network = new Network(full, createRandom(seed).fork("network"));
    this.#featurize = memoizeStates(createFeaturizer(full.tableBits));
  }

  featurize(input: PolicyInput): FeaturizedState {
    return this.#featurize(input);
  }

  /** For learning: each candidate's features, and which of them `action` is (−1: none). */
  decide(input: PolicyInput, action: Action): { state: FeaturizedState; chosen: number } {
    const state = this.featurize(input);
    return { state, chosen: findCandidate(state.candidates, action, input.observation.nodes) };
  }

  /**
   * Draws from π, to collect experience.
   * @param logprobCutoff nats below the most likely candidate within which it draws; null: from all
   */
  sampling(random: Random, temperature = 1, logprobCutoff: number | null = null): Policy {
    return this.#policy({ temperature, logprobCutoff }, (logs) => sample(logs, random));
  }

  /** Rates all candidates, for a search. */
  proposing(temperature = 1): ProposingPolicy {
    return {
      propose: (input) => {
        const state = this.featurize(input);
        const logs = logProbabilities(this.network.forward(state), temperature);
        return state.candidates.map(({ action }, i) => ({ action, logprob: logs[i] as number }));
      },
    };
  }

  /** Takes the most likely candidate, for evaluation. */
  greedy(): Policy {
    return this.#policy({ temperature: 1, logprobCutoff: null }, greedy);
  }

  #policy(
    { temperature, logprobCutoff }: { temperature: number; logprobCutoff: number | null },
    choose: (logs: Float64Array) => number,
  ): Policy {
    return {
      act: (input) => {
        const state = this.featurize(input);
        const scores = this.network.forward(state);
        const drawn = logprobCutoff === null ? scores : withinCutoff(scores, logprobCutoff);
        const logs = logProbabilities(drawn, temperature);
        const chosen = choose(logs);
        const { action } = state.candidates[chosen] as (typeof state.candidates)[number];
        return { action, logprob: logs[chosen] as number };
      },
    };
  }

  /** A copy of the current parameters, for a reference policy or another arm; Adam starts over. */
  clone(): CandidatePolicy {
    const copy = new CandidatePolicy(this.network.config);
    copy.network.table.set(this.network.table);
    copy.network.head.set(this.network.head);
    copy.valueHead = this.valueHead?.clone() ?? null;
    return copy;
  }
}
