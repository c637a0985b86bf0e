import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random.ts";
import { entropy, logProbabilities } from "./distribution.ts";
import { Network, type Decision } from "./network.ts";

const DECISION: Decision = {
  state: Int32Array.from([1, 2]),
  rows: Int32Array.from([3, 4, 4, 5, 3, 6, 1]),
  rowOffsets: Int32Array.from([0, 2, 4, 7]),
  groups: Int32Array.from([0, 1, 0, 2, 1]),
  groupOffsets: Int32Array.from([0, 2, 3, 5]),
};

function createNetwork(): Network {
  const network = new Network({ tableBits: 8, hidden: 4 }, createRandom(1));
  const random = createRandom(2);
  for (let i = 0; i < network.table.length; i++) network.table[i] = 0.3 * random.normal();
  return network;
}

/** A loss with every term that training uses: −log π(2) − 0.1 H(π). */
function loss(network: Network): number {
  const logs = logProbabilities(network.forward(DECISION));
  return -(logs[2] as number) - 0.1 * entropy(logs);
}

function addGradient(network: Network): void {
  const hiddens = new Float32Array(3 * 4);
  const logs = logProbabilities(network.forward(DECISION, hiddens));
  const spread = entropy(logs);
  const gradients = logs.map((log, i) => {
    const probability = Math.exp(log);
    return probability - (i === 2 ? 1 : 0) + 0.1 * probability * (log + spread);
  });
  network.backward(DECISION, hiddens, gradients);
}

function finiteDifference(network: Network, values: Float32Array, index: number): number {
  const held = values[index] as number;
  const step = 1e-2;
  values[index] = held + step;
  const above = loss(network);
  values[index] = held - step;
  const below = loss(network);
  values[index] = held;
  return (above - below) / (2 * step);
}

describe("Network", () => {
  it("gives a gradient that agrees with finite differences in every parameter", () => {
    const network = createNetwork();
    addGradient(network);
    for (const row of [1, 2, 3, 4, 5, 6]) {
      const { row: gradient, head } = network.gradient(row);
      for (let unit = 0; unit < 5; unit++)
        expect(gradient[unit]).toBeCloseTo(
          finiteDifference(network, network.table, row * 5 + unit),
          3,
        );
      for (let unit = 0; unit < 8; unit++)
        expect(head[unit]).toBeCloseTo(finiteDifference(network, network.head, unit), 3);
    }
  });

  it("starts with equal scores for all candidates", () => {
    const network = new Network({ tableBits: 8, hidden: 4 }, createRandom(1));
    expect(new Set(network.forward(DECISION)).size).toBe(1);
  });

  it("lowers the loss with every update and leaves other rows alone", () => {
    const network = createNetwork();
    const untouched = network.table.slice(7 * 5, 8 * 5);
    const losses = [loss(network)];
    for (let i = 0; i < 20; i++) {
      addGradient(network);
      network.update({ learningRate: 0.01 });
      losses.push(loss(network));
    }
    expect(losses.every((value, i) => i === 0 || value < (losses[i - 1] as number))).toBe(true);
    expect(network.table.slice(7 * 5, 8 * 5)).toEqual(untouched);
  });

  it("moves each parameter by the learning rate in Adam's first step", () => {
    const network = createNetwork();
    const before = network.table.slice();
    addGradient(network);
    const { row } = network.gradient(3);
    network.update({ learningRate: 0.01 });
    for (let unit = 0; unit < 5; unit++) {
      const moved = (network.table[3 * 5 + unit] as number) - (before[3 * 5 + unit] as number);
      expect(moved).toBeCloseTo(-0.01 * Math.sign(row[unit] as number), 4);
    }
  });
});

describe("logProbabilities", () => {
  it("sums to one, however great the scores", () => {
    const logs = logProbabilities(Float64Array.from([1000, 999, -1000]));
    expect(logs.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 12);
  });

  it("flattens with temperature", () => {
    const scores = Float64Array.from([2, 0]);
    expect(entropy(logProbabilities(scores, 4))).toBeGreaterThan(entropy(logProbabilities(scores)));
  });
});
