import { describe, expect, it } from "vitest";
import { RecordingError } from "../../core/errors.ts";
import { CandidatePolicy } from "./candidate-policy.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";

function trainedPolicy(): CandidatePolicy {
  const policy = new CandidatePolicy({ tableBits: 10, hidden: 4 }, 5);
  step(policy, 1);
  return policy;
}

function step({ network }: CandidatePolicy, row: number): void {
  const decision = {
    state: Int32Array.from([row]),
    rows: Int32Array.from([row + 1, row + 2]),
    rowOffsets: Int32Array.from([0, 1, 2]),
    groups: Int32Array.from([0, 1]),
    groupOffsets: Int32Array.from([0, 1, 2]),
  };
  const hiddens = new Float32Array(2 * 4);
  network.forward(decision, hiddens);
  network.backward(decision, hiddens, Float64Array.from([-1, 1]));
  network.update({ learningRate: 0.1 });
}

describe("encodeCheckpoint and decodeCheckpoint", () => {
  it("give back the same policy", () => {
    const policy = trainedPolicy();
    const copy = decodeCheckpoint(encodeCheckpoint(policy));
    expect(copy.network.table).toEqual(policy.network.table);
    expect(copy.network.head).toEqual(policy.network.head);
    expect(copy.network.updates).toBe(0);
  });

  it("resume training exactly where it stopped when Adam's moments are kept", () => {
    const policy = trainedPolicy();
    const copy = decodeCheckpoint(encodeCheckpoint(policy, { moments: true }));
    step(policy, 2);
    step(copy, 2);
    expect(copy.network.table).toEqual(policy.network.table);
    expect(copy.network.head).toEqual(policy.network.head);
  });

  it("store trained rows only", () => {
    expect(encodeCheckpoint(trainedPolicy()).byteLength).toBeLessThan(600);
  });

  it("refuse damaged or foreign bytes in one line", () => {
    const bytes = encodeCheckpoint(trainedPolicy());
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    expect(() => decodeCheckpoint(bytes, "bc.policy")).toThrow(RecordingError);
    expect(() => decodeCheckpoint(bytes, "bc.policy")).toThrow(/^[^\n]*bc\.policy[^\n]*$/);
    expect(() => decodeCheckpoint(Buffer.from("{}\n"))).toThrow(RecordingError);
    expect(() => decodeCheckpoint(Buffer.from(""))).toThrow(RecordingError);
  });

  it("keep the start of the network a function of its seed", () => {
    expect(new CandidatePolicy({}, 1).network.head).toEqual(
      new CandidatePolicy({}, 1).network.head,
    );
    expect(new CandidatePolicy({}, 1).network.head).not.toEqual(
      new CandidatePolicy({}, 2).network.head,
    );
  });
});
