/**
 * Steps to imitate, and the gradient of imitating them. Cloning uses it, and so does imitation during reinforcement
 * learning.
 */

import { z } from "zod";
import type { Random } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { readSteps } from "./read-steps.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import { findDetours } from "./detours.ts";
import { greedy, logProbabilities } from "../network/distribution.ts";
import { featureClass, mix } from "../network/feature-writer.ts";
import type { Decision } from "../network/network.ts";

/** One choice to imitate. The candidates themselves are not kept: nothing learns from them, and they are large. */
export interface Example {
  state: Decision;
  chosen: number;
}

/** Settings of imitation. */
export const ImitationConfigSchema = z.strictObject({
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0.05)
    .describe("share of the target spread over all candidates: keeps entropy for RL"),
  lexicalDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.3)
    .describe("share of word features hidden at random, so that structure is learned too"),
  specificDropout: z
    .number()
    .min(0)
    .lt(1)
    .default(0.5)
    .describe("share of steps that are learned without knowing the goal's whole wording"),
});
export type ImitationConfig = z.infer<typeof ImitationConfigSchema>;

/** Each step's choice, except steps that were taken back (`findDetours`) and actions that are not candidates. */
export function gatherExamples(
  policy: CandidatePolicy,
  trajectories: readonly Trajectory[],
): { examples: Example[]; unmatched: number; detours: number } {
  const examples: Example[] = [];
  let unmatched = 0;
  let left = 0;
  for (const trajectory of trajectories) {
    const detours = findDetours(trajectory.transitions);
    for (const [step, { state, chosen }] of readSteps(policy, trajectory).entries()) {
      if (detours.has(step)) {
        left++;
        continue;
      }
      if (chosen < 0) {
        unmatched++;
        continue;
      }
      const { candidates: _, ...decision } = state;
      examples.push({ state: decision, chosen });
    }
  }
  return { examples, unmatched, detours: left };
}

/** Cross entropy against the smoothed target, times `weight`: its derivative by score i is π_i − target_i. */
export function addExampleGradient(
  policy: CandidatePolicy,
  { state, chosen }: Example,
  config: ImitationConfig,
  random: Random,
  totals: { loss: number; correct: number },
  weight = 1,
): void {
  const { network } = policy;
  const { labelSmoothing } = config;
  const seen = hideFeatures(state, config, random, network.config.tableBits);
  const count = state.groupOffsets.length - 1;
  const hiddens = new Float32Array(count * network.config.hidden);
  const logs = logProbabilities(network.forward(seen, hiddens));
  const rest = labelSmoothing / count;
  const gradients = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const target = rest + (i === chosen ? 1 - labelSmoothing : 0);
    gradients[i] = weight * (Math.exp(logs[i] as number) - target);
  }
  network.backward(seen, hiddens, gradients);
  totals.loss -= logs[chosen] as number;
  totals.correct += Number(greedy(logs) === chosen);
}

/** Hides words from all candidates at once, by chance: each lexical row, and all specific rows together. */
function hideFeatures(
  state: Decision,
  { lexicalDropout, specificDropout }: ImitationConfig,
  random: Random,
  tableBits: number,
): Decision {
  const nonce = random.int(2 ** 31);
  const limit = lexicalDropout * 2 ** 32;
  const hidesSpecific = random.next() < specificDropout;
  const keeps = (row: number): boolean => {
    const kind = featureClass(row, tableBits);
    if (kind === "specific") return !hidesSpecific;
    return kind === "structural" || mix(row, nonce) >>> 0 >= limit;
  };
  const rows = new Int32Array(state.rows.length);
  const rowOffsets = new Int32Array(state.rowOffsets.length);
  let count = 0;
  for (let group = 0; group + 1 < rowOffsets.length; group++) {
    const end = state.rowOffsets[group + 1] as number;
    for (let i = state.rowOffsets[group] as number; i < end; i++) {
      const row = state.rows[i] as number;
      if (keeps(row)) rows[count++] = row;
    }
    rowOffsets[group + 1] = count;
  }
  return { ...state, state: state.state.filter(keeps), rows: rows.subarray(0, count), rowOffsets };
}
