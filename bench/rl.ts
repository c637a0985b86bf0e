/** How fast the embedded policy is: the cost of a choice, and the cost of learning from it, on given trajectories. */

import type { PolicyInput } from "../src/core/policy.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { computeCandidates } from "../src/agent/candidates/candidates.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { createFeaturizer } from "../src/agent/network/features.ts";

export interface RlBenchOptions {
  trajectories: readonly Trajectory[];
  /** Number of passes. Each figure is their median; the first pass is warm-up. */
  passes: number;
  now: () => number;
}

export interface RlBench {
  states: number;
  candidates: { mean: number; greatest: number };
  /** Medians for one state, in milliseconds. `cold`: the page is seen for the first time. */
  stateMs: {
    candidates: number;
    featurizeCold: number;
    featurize: number;
    forward: number;
    forwardAndBackward: number;
  };
}

export function benchRl({ trajectories, passes, now }: RlBenchOptions): RlBench {
  const inputs = trajectories.flatMap(({ goal, transitions }) =>
    transitions.map(({ observation }, step): PolicyInput => {
      const history = transitions.slice(0, step);
      return { goal, history, observation };
    }),
  );
  const policy = new CandidatePolicy();
  const { network } = policy;
  // The policy's own featurizer remembers states, which this bench does not measure.
  const featurize = createFeaturizer(network.config.tableBits);
  const states = inputs.map(featurize);
  const counts = states.map(({ candidates }) => candidates.length);
  const measure = (
    prepare: () => PolicyInput[],
    body: (input: PolicyInput, index: number) => void,
  ): number => {
    const times = Array.from({ length: passes + 1 }, () => {
      const prepared = prepare();
      const start = now();
      for (const [index, input] of prepared.entries()) body(input, index);
      return (now() - start) / inputs.length;
    });
    return median(times.slice(1));
  };
  const same = (): PolicyInput[] => inputs;
  // Memos are kept by the identity of a page's nodes.
  const anew = (): PolicyInput[] =>
    inputs.map((input) => ({ ...input, observation: structuredClone(input.observation) }));
  return {
    states: inputs.length,
    candidates: {
      mean: counts.reduce((sum, count) => sum + count, 0) / counts.length,
      greatest: Math.max(...counts),
    },
    stateMs: {
      candidates: measure(same, computeCandidates),
      featurizeCold: measure(anew, featurize),
      featurize: measure(same, featurize),
      forward: measure(same, (_, index) =>
        network.forward(states[index] as (typeof states)[number]),
      ),
      forwardAndBackward: measure(same, (_, index) => {
        const state = states[index] as (typeof states)[number];
        const hiddens = new Float32Array(state.candidates.length * network.config.hidden);
        network.forward(state, hiddens);
        network.backward(state, hiddens, new Float64Array(state.candidates.length));
      }),
    },
  };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
