import { describe, expect, it } from "vitest";
import { createRandom } from "../../core/random.ts";
import type { Decision } from "./network.ts";
import { ValueHead } from "./value-head.ts";

const HIDDEN = 3;
const ROWS = [1, 4];

/** The candidates' rows are not of the state: V must not depend on them. */
const DECISION: Decision = {
  state: Int32Array.from(ROWS),
  rows: Int32Array.from([2, 3]),
  rowOffsets: Int32Array.from([0, 1, 2]),
  groups: Int32Array.from([0, 1]),
  groupOffsets: Int32Array.from([0, 1, 2]),
};

function createHead(): ValueHead {
  const head = new ValueHead({ tableBits: 8, hidden: HIDDEN });
  const random = createRandom(2);
  for (const values of [head.network.table, head.network.head])
    for (let i = 0; i < values.length; i++) values[i] = 0.5 * random.normal();
  return head;
}

describe("ValueHead", () => {
  it("says 0 of every state at first", () => {
    expect(new ValueHead({ tableBits: 8, hidden: HIDDEN }).value(DECISION)).toBe(0);
  });

  it("is the sum of its formula", () => {
    const head = createHead();
    const { table, head: ends } = head.network;
    const entry = (row: number, unit: number): number => table[row * (HIDDEN + 1) + unit] as number;
    let expected = entry(1, HIDDEN) + entry(4, HIDDEN);
    for (let unit = 0; unit < HIDDEN; unit++) {
      const inner = (ends[unit] as number) + entry(1, unit) + entry(4, unit);
      expected += (ends[HIDDEN + unit] as number) * Math.tanh(inner);
    }
    expect(head.value(DECISION)).toBeCloseTo(expected, 3);
  });

  it("gives a gradient that agrees with finite differences in every parameter", () => {
    const head = createHead();
    head.addGradient(DECISION, 1);
    const slope = (values: Float32Array, index: number): number => {
      const held = values[index] as number;
      values[index] = held + 5e-3;
      const above = head.value(DECISION);
      values[index] = held - 5e-3;
      const below = head.value(DECISION);
      values[index] = held;
      return (above - below) / 1e-2;
    };
    const { network } = head;
    for (const row of [...ROWS, 2, 3])
      for (let unit = 0; unit <= HIDDEN; unit++)
        expect(network.gradient(row).row[unit]).toBeCloseTo(
          slope(network.table, row * (HIDDEN + 1) + unit),
          2,
        );
    for (let unit = 0; unit < 2 * HIDDEN; unit++)
      expect(network.gradient(0).head[unit]).toBeCloseTo(slope(network.head, unit), 2);
  });

  it("learns the value of a state", () => {
    const head = new ValueHead({ tableBits: 8, hidden: HIDDEN });
    for (let i = 0; i < 200; i++) {
      head.addGradient(DECISION, head.value(DECISION) - 0.7);
      head.network.update({ learningRate: 0.01 });
    }
    expect(head.value(DECISION)).toBeCloseTo(0.7, 2);
  });
});
