/**
 * V(s): the return that a state promises. The critic of actor–critic learners such as PPO.
 *
 *     V(s) = u · tanh(b + Σ_{f ∈ s} E[f]) + Σ_{f ∈ s} w[f]
 *
 * This is the policy's network with parameters of its own, asked about one candidate that has the state's features. It
 * reads the same rows as the policy. A new head says 0 of every state.
 */

import { createRandom } from "../../core/random.ts";
import { type Decision, Network, type NetworkConfig } from "./network.ts";

const NOTHING = new Int32Array();
const ONE_GROUP = Int32Array.of(0);
const ONE_CANDIDATE = Int32Array.of(0, 1);

export class ValueHead {
  readonly network: Network;

  /** @param config the policy's own: both read the same rows */
  constructor(config: NetworkConfig) {
    this.network = new Network(config, createRandom("value head"));
    this.network.head.fill(0, config.hidden);
  }

  value(decision: Decision): number {
    return this.network.forward(asCandidate(decision))[0] as number;
  }

  /** Adds the gradient of a loss, given its derivative by V(s). */
  addGradient(decision: Decision, byValue: number): void {
    const candidate = asCandidate(decision);
    const hiddens = new Float32Array(this.network.config.hidden);
    this.network.forward(candidate, hiddens);
    this.network.backward(candidate, hiddens, Float64Array.of(byValue));
  }

  /** A copy of the current parameters. Adam starts over. */
  clone(): ValueHead {
    const copy = new ValueHead(this.network.config);
    copy.network.table.set(this.network.table);
    copy.network.head.set(this.network.head);
    return copy;
  }
}

function asCandidate({ state }: Decision): Decision {
  return {
    state: NOTHING,
    rows: state,
    rowOffsets: Int32Array.of(0, state.length),
    groups: ONE_GROUP,
    groupOffsets: ONE_CANDIDATE,
  };
}
