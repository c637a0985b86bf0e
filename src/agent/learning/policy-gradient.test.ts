import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random.ts";
import { entropy, logProbabilities } from "../network/distribution.ts";
import { addSampleGradient, noTotals } from "./policy-gradient.ts";
import { type Decision, Network } from "../network/network.ts";

/** Three candidates; each row of the table belongs to one of them or to two. */
const DECISION: Decision = {
  state: Int32Array.from([1]),
  rows: Int32Array.from([2, 3, 3, 4, 5]),
  rowOffsets: Int32Array.from([0, 2, 4, 5]),
  groups: Int32Array.from([0, 1, 2]),
  groupOffsets: Int32Array.from([0, 1, 2, 3]),
};
const ROWS = [1, 2, 3, 4, 5];
const HIDDEN = 3;
const CHOSEN = 1;
const CONFIG = {
  clipRange: 0.2,
  klCoefficient: 0.3,
  entropyCoefficient: 0.1,
  temperature: 1.5,
};

function createNetwork(): Network {
  const network = new Network({ tableBits: 8, hidden: HIDDEN }, createRandom(1));
  const random = createRandom(2);
  for (let i = 0; i < network.table.length; i++) network.table[i] = 0.3 * random.normal();
  return network;
}

const logsOf = (network: Network): Float64Array =>
  logProbabilities(network.forward(DECISION), CONFIG.temperature);

/** A policy that was `shift` nats lower before the update: a ratio of exp(shift) now. */
function sampleFor(network: Network, advantage: number, shift: number) {
  const now = logsOf(network)[CHOSEN] as number;
  return {
    state: DECISION,
    chosen: CHOSEN,
    advantage,
    oldLogprob: now - shift,
    referenceLogprob: now + 0.4,
  };
}

/** The objective as the papers write it. */
function objective(network: Network, sample: ReturnType<typeof sampleFor>): number {
  const logs = logsOf(network);
  const log = logs[CHOSEN] as number;
  const ratio = Math.exp(log - sample.oldLogprob);
  const clipped = Math.min(Math.max(ratio, 1 - CONFIG.clipRange), 1 + CONFIG.clipRange);
  const towards = sample.referenceLogprob - log;
  return (
    Math.min(ratio * sample.advantage, clipped * sample.advantage) -
    CONFIG.klCoefficient * (Math.exp(towards) - towards - 1) +
    CONFIG.entropyCoefficient * entropy(logs)
  );
}

describe("the gradient of a step", () => {
  it.each([
    ["a success within the clip range", 1.7, 0.1, 0],
    ["a failure within the clip range", -0.6, -0.1, 0],
    ["a success that is likelier by more than the range", 1.7, 0.5, 1],
    ["a success that became less likely", 1.7, -0.5, 0],
    ["a failure that is less likely by more than the range", -0.6, -0.5, 1],
    ["a failure that became likelier", -0.6, 0.5, 0],
  ])(
    "agrees with finite differences of the objective: %s",
    (_what, advantage, shift, isClipped) => {
      const network = createNetwork();
      const sample = sampleFor(network, advantage, shift);
      const totals = noTotals();
      addSampleGradient(network, sample, CONFIG, totals);
      expect(totals.clipped).toBe(isClipped);
      const slope = (values: Float32Array, index: number): number => {
        const held = values[index] as number;
        const step = 5e-3;
        values[index] = held + step;
        const above = objective(network, sample);
        values[index] = held - step;
        const below = objective(network, sample);
        values[index] = held;
        return (above - below) / (2 * step);
      };
      const width = HIDDEN + 1;
      for (const row of ROWS)
        for (let unit = 0; unit < width; unit++)
          expect(-(network.gradient(row).row[unit] as number)).toBeCloseTo(
            slope(network.table, row * width + unit),
            3,
          );
      for (let unit = 0; unit < 2 * HIDDEN; unit++)
        expect(-(network.gradient(0).head[unit] as number)).toBeCloseTo(
          slope(network.head, unit),
          3,
        );
    },
  );

  it("estimates both divergences by k3, never below zero", () => {
    const network = createNetwork();
    const totals = noTotals();
    addSampleGradient(network, sampleFor(network, 1, 0.5), CONFIG, totals);
    expect(totals.approxKl).toBeCloseTo(Math.exp(0.5) - 1 - 0.5, 9);
    expect(totals.referenceKl).toBeCloseTo(Math.exp(0.4) - 1 - 0.4, 9);
    expect(totals.entropy).toBeCloseTo(entropy(logsOf(network)), 9);
    expect(totals.count).toBe(1);
  });
});
