/** The embedded policy: π(a | s) = softmax over candidates of the network's scores. Small, trained on the CPU. */

import { createRandom, type Random } from "../../core/random.ts";
import type { Policy, PolicyInput, ProposingPolicy } from "../../core/policy.ts";
import type { Action } from "../../core/action.ts";
import { findCandidate } from "../candidates/candidates.ts";
import { greedy, logProbabilities, sample, withinCutoff } from "./distribution.ts";
import { findFormFillings, isTouched } from "./form-fillings.ts";
import { memoizeText } from "../candidates/text-cache.ts";
import { goalAffinities } from "./goal-affinity.ts";
import { analyzeGoal } from "./goal-words.ts";
import { pageWords } from "./words.ts";
import { createFeaturizer, type FeaturizedState, type Featurizer } from "./features.ts";
import { memoizeStates } from "./state-cache.ts";
import { Network, NetworkConfigSchema, type NetworkConfig } from "./network.ts";
import type { ValueHead } from "./value-head.ts";

/** Share of the probability that a search gives to filling in a whole form, where there is one. */
const FORM_SHARE = 0.4;

/** Share of the probability that a search gives to actions that match the goal by their words. */
const MATCH_SHARE = 0.2;

export class CandidatePolicy {
  readonly network: Network;
  /** V(s), which an actor–critic learner adds and trains. It never acts. */
  valueHead: ValueHead | null = null;
  readonly #featurize: Featurizer;
  readonly #read = memoizeText(analyzeGoal, 16);

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

  /**
   * Rates all candidates for a search: the policy, mixed with how well they match the goal by words alone, and with
   * ways to fill in the page's form as one unit.
   */
  proposing(): ProposingPolicy {
    return {
      propose: (input) => {
        const { goal, history, observation } = input;
        const state = this.featurize(input);
        const { candidates } = state;
        const logs = logProbabilities(this.network.forward(state));
        const affinities = goalAffinities(
          candidates,
          this.#read(goal),
          pageWords(observation.nodes),
        );
        const fillings = isTouched(history, observation.url)
          ? []
          : findFormFillings(candidates, logs, affinities, observation.nodes);
        // A page where nothing can match leaves the policy alone.
        const matches = affinities.some((log) => log > -Infinity)
          ? logProbabilities(affinities)
          : logs;
        const single = fillings.length === 0 ? 1 : 1 - FORM_SHARE;
        const mixed = candidates.map(({ action }, i) => ({
          action,
          logprob: Math.log(
            single *
              ((1 - MATCH_SHARE) * Math.exp(logs[i] as number) +
                MATCH_SHARE * Math.exp(matches[i] as number)),
          ),
        }));
        return [
          ...mixed,
          ...fillings.map(({ actions: [action, ...rest], logprob }) => ({
            action: action as Action,
            rest,
            logprob: logprob + Math.log(FORM_SHARE),
          })),
        ];
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
        return { action, logprob: logs[chosen] as number, choice: chosen };
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
