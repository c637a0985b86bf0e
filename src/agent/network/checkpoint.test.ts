import { describe, expect, it } from "vitest";
import { RecordingError } from "../../core/errors.ts";
import { createHash } from "node:crypto";
import { CandidatePolicy } from "./candidate-policy.ts";
import { decodeCheckpoint, decodeLearnerState, encodeCheckpoint } from "./checkpoint.ts";
import { ValueHead } from "./value-head.ts";

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

  it("give back the value head, its moments and the learner's state after it", () => {
    const policy = trainedPolicy();
    const head = (policy.valueHead = new ValueHead(policy.network.config));
    const decision = {
      state: Int32Array.from([3, 7]),
      rows: new Int32Array(),
      rowOffsets: Int32Array.from([0]),
      groups: new Int32Array(),
      groupOffsets: Int32Array.from([0]),
    };
    const learn = (to: ValueHead): void => {
      to.addGradient(decision, 1);
      to.network.update({ learningRate: 0.1 });
    };
    learn(head);
    const learnerState = Uint8Array.from([1, 2, 3]);
    const bytes = encodeCheckpoint(policy, { moments: true, learnerState });
    expect(decodeLearnerState(bytes)).toEqual(Buffer.from(learnerState));
    const copy = decodeCheckpoint(bytes);
    expect(copy.network.table).toEqual(policy.network.table);
    const copied = copy.valueHead as ValueHead;
    expect(copied.network.table).toEqual(head.network.table);
    learn(head);
    learn(copied);
    expect(copied.network.table).toEqual(head.network.table);
    expect(copied.network.head).toEqual(head.network.head);
    const finished = decodeCheckpoint(encodeCheckpoint(policy));
    expect(finished.valueHead?.value(decision)).toBe(head.value(decision));
    expect(finished.valueHead?.network.updates).toBe(0);
  });

  it("write a policy without a value head as they did before there was one", () => {
    const bytes = encodeCheckpoint(trainedPolicy(), { moments: true });
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(
      "ada3c7e7787d25ee9c87700b1f7f5aae0ca8bb4478f4c5def35b2709b064bf2e",
    );
    expect(decodeCheckpoint(bytes).valueHead).toBeNull();
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
