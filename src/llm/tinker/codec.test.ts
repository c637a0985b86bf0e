import { describe, expect, it } from "vitest";
import {
  decodeSamplesJson,
  decodeSamplesProto,
  decodeTrainingJson,
  decodeTrainingProto,
  encodeTrainingJson,
  encodeTrainingProto,
} from "./codec.ts";
import type { Datum } from "./datum.ts";

const datum: Datum = {
  tokens: [5, 70_000, 7],
  inputs: {
    target_tokens: { data: [70_000, 7, 9], dtype: "int64" },
    weights: { data: [0, 1, 0.5], dtype: "float32" },
  },
};
const request = {
  modelId: "model_1",
  seqId: 300,
  data: [datum],
  loss: "ppo",
  config: { clip_low_threshold: 0.8 },
  forwardOnly: true,
} as const;

/** Bytes of Google's own Python library for the same messages (tinker 0.25, SkyRL 0.4.0). */
const GOLDEN = {
  request:
    "0a076d6f64656c5f3110ac021a640a100a0e0a0c05000000701101000700000012300a0d7461726765745f746f6b656e73121f0a187011010000000000070000000000000009000000000000001802220103121e0a077765696768747312130a0c000000000000803f0000003f1801220103220370706f2a1d0a12636c69705f6c6f775f7468726573686f6c64119a9999999999e93f3001",
  samples: "0a14120805000000701101001a08000000bf0000a0bf0a0e08011204070000001a04000000c0",
  training:
    "0a067363616c6172127a123e0a10656c656d656e74776973655f6c6f7373122a0a0c0000803f00000040000040401218000000000000000008000000000000000c00000000000000180112360a086c6f6770726f6273122a0a0c000000bf000080bf000080be1218000000000000000008000000000000000c00000000000000180118021a0f0a046c6f737311000000000000f83f",
};

describe("the protobuf form", () => {
  it("writes a training request as Google's library does", () => {
    expect(encodeTrainingProto(request).toString("hex")).toBe(GOLDEN.request);
  });

  it("reads samples, with a stop that is the format's default", () => {
    expect(decodeSamplesProto(Buffer.from(GOLDEN.samples, "hex"))).toEqual([
      { stopReason: "stop", tokens: [5, 70_000], logProbs: [-0.5, -1.25] },
      { stopReason: "length", tokens: [7], logProbs: [-2] },
    ]);
  });

  it("reads the log-probabilities of sequences of different lengths", () => {
    expect(decodeTrainingProto(Buffer.from(GOLDEN.training, "hex"))).toEqual({
      logProbs: [[-0.5, -1], [-0.25]],
      metrics: { loss: 1.5 },
    });
  });

  it("rejects bytes that are not a message", () => {
    expect(() => decodeSamplesProto(Buffer.from("0aff", "hex"))).toThrow("Expected a protobuf");
  });
});

describe("the JSON form", () => {
  it("names the input of a forward pass differently from that of a gradient", () => {
    expect(encodeTrainingJson(request)).toMatchObject({
      model_id: "model_1",
      seq_id: 300,
      forward_input: {
        loss_fn: "ppo",
        loss_fn_config: { clip_low_threshold: 0.8 },
        data: [
          { loss_fn_inputs: { weights: { data: [0, 1, 0.5], dtype: "float32", shape: [3] } } },
        ],
      },
    });
    const gradient = encodeTrainingJson({ ...request, config: {}, forwardOnly: false });
    expect(gradient).toMatchObject({ forward_backward_input: { loss_fn_config: null } });
  });

  it("reads samples and results, and ignores what it does not know", () => {
    const sequence = { stop_reason: "length", tokens: [5], logprobs: [-1], other: true };
    expect(decodeSamplesJson({ sequences: [sequence], prompt_logprobs: null })).toEqual([
      { stopReason: "length", tokens: [5], logProbs: [-1] },
    ]);
    const outputs = [{ logprobs: { data: [-1, -2], dtype: "float32" } }];
    expect(decodeTrainingJson({ loss_fn_outputs: outputs, metrics: { a: 1, b: null } })).toEqual({
      logProbs: [[-1, -2]],
      metrics: { a: 1 },
    });
  });
});
