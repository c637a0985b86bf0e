/** Requests and results of training and sampling, as JSON and as protobuf (package `tinker_public`). */

import { z } from "zod";
import type { Datum, Tensor } from "./datum.ts";
import type { LossName } from "./engine-profile.ts";
import {
  bytesOf,
  floatBytes,
  int32Bytes,
  int64Bytes,
  numberOf,
  ProtoWriter,
  readFloats,
  readInt32s,
  readInt64s,
  readProto,
} from "./protobuf.ts";

export interface TrainingRequest {
  modelId: string;
  seqId: number;
  data: readonly Datum[];
  loss: LossName;
  config: Readonly<Record<string, number>>;
  forwardOnly: boolean;
}

/** Log-probabilities of the target tokens, a list for each sequence, and figures of the server. */
export interface TrainingResult {
  logProbs: number[][];
  metrics: Record<string, number>;
}

export interface Sample {
  tokens: number[];
  logProbs: number[];
  stopReason: "stop" | "length";
}

export function toJsonChunks(tokens: readonly number[]): unknown {
  return { chunks: [{ type: "encoded_text", tokens }] };
}

/** One sequence as the Tinker API's JSON has it. */
export function toJsonDatum({ tokens, inputs }: Datum): object {
  return {
    model_input: toJsonChunks(tokens),
    loss_fn_inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, tensor]) => [
        name,
        { ...tensor, shape: [tensor.data.length] },
      ]),
    ),
  };
}

export function encodeTrainingJson(request: TrainingRequest): unknown {
  const { modelId, seqId, data, loss, config, forwardOnly } = request;
  const input = {
    data: data.map(toJsonDatum),
    loss_fn: loss,
    loss_fn_config: Object.keys(config).length > 0 ? config : null,
  };
  const key = forwardOnly ? "forward_input" : "forward_backward_input";
  return { model_id: modelId, [key]: input, seq_id: seqId };
}

const DTYPE_FLOAT32 = 1;
const DTYPE_INT64 = 2;

export function encodeTrainingProto(request: TrainingRequest): Buffer {
  const { modelId, seqId, data, loss, config, forwardOnly } = request;
  const message = new ProtoWriter().text(1, modelId).varint(2, seqId);
  for (const datum of data) message.message(3, datumMessage(datum));
  message.text(4, loss);
  for (const [key, value] of Object.entries(config))
    message.message(5, new ProtoWriter().text(1, key).double(2, value));
  if (forwardOnly) message.varint(6, 1);
  return message.finish();
}

function datumMessage({ tokens, inputs }: Datum): ProtoWriter {
  const text = new ProtoWriter().bytes(1, int32Bytes(tokens));
  const message = new ProtoWriter().message(1, new ProtoWriter().message(1, text));
  for (const [name, tensor] of Object.entries(inputs))
    message.message(2, new ProtoWriter().text(1, name).message(2, tensorMessage(tensor)));
  return message;
}

function tensorMessage({ data, dtype }: Tensor): ProtoWriter {
  const isInteger = dtype === "int64";
  return new ProtoWriter()
    .bytes(1, isInteger ? int64Bytes(data) : floatBytes(data))
    .varint(3, isInteger ? DTYPE_INT64 : DTYPE_FLOAT32)
    .bytes(4, Buffer.from(varints([data.length])));
}

/** Packed repeated numbers. */
function varints(values: readonly number[]): number[] {
  return values.flatMap((value) => {
    const bytes: number[] = [];
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    return [...bytes, rest];
  });
}

export function decodeTrainingProto(bytes: Buffer): TrainingResult {
  const fields = readProto(bytes);
  const metrics = Object.fromEntries(
    bytesOf(fields, 3).map((entry) => {
      const [key] = bytesOf(readProto(entry), 1);
      const [value] = bytesOf(readProto(entry), 2);
      return [key?.toString("utf8") ?? "", value?.readDoubleLE(0) ?? 0];
    }),
  );
  return { logProbs: bytesOf(fields, 2).flatMap(readRecord), metrics };
}

/** `logprobs` of an ArrayRecord: all sequences in one array, with the offset of each in bytes. */
function readRecord(record: Buffer): number[][] {
  for (const entry of bytesOf(readProto(record), 2)) {
    const parts = readProto(entry);
    if (bytesOf(parts, 1)[0]?.toString("utf8") !== "logprobs") continue;
    const tensor = readProto(bytesOf(parts, 2)[0] ?? Buffer.alloc(0));
    const [data = Buffer.alloc(0)] = bytesOf(tensor, 1);
    const offsets = readInt64s(bytesOf(tensor, 2)[0] ?? Buffer.alloc(0));
    return offsets.slice(1).map((end, index) => readFloats(data.subarray(offsets[index], end)));
  }
  return [];
}

export function decodeSamplesProto(bytes: Buffer): Sample[] {
  return bytesOf(readProto(bytes), 1).map((sequence) => {
    const fields = readProto(sequence);
    return {
      stopReason: numberOf(fields, 1) === 0 ? "stop" : "length",
      tokens: readInt32s(bytesOf(fields, 2)[0] ?? Buffer.alloc(0)),
      logProbs: readFloats(bytesOf(fields, 3)[0] ?? Buffer.alloc(0)),
    };
  });
}

const TensorSchema = z.looseObject({ data: z.array(z.number()) });
const TrainingSchema = z.looseObject({
  loss_fn_outputs: z.array(z.looseObject({ logprobs: TensorSchema.optional() })),
  metrics: z.record(z.string(), z.number().nullable()).nullish(),
});
const SamplesSchema = z.looseObject({
  sequences: z.array(
    z.looseObject({
      stop_reason: z.string(),
      tokens: z.array(z.int()),
      logprobs: z.array(z.number()).nullish(),
    }),
  ),
});

/** @throws ZodError, which the transport words */
export function decodeTrainingJson(value: unknown): TrainingResult {
  const { loss_fn_outputs: outputs, metrics } = TrainingSchema.parse(value);
  const known = Object.entries(metrics ?? {}).flatMap(([key, figure]) =>
    figure === null ? [] : [[key, figure] as const],
  );
  return {
    logProbs: outputs.map(({ logprobs }) => logprobs?.data ?? []),
    metrics: Object.fromEntries(known),
  };
}

/** @throws ZodError, which the transport words */
export function decodeSamplesJson(value: unknown): Sample[] {
  return SamplesSchema.parse(value).sequences.map(({ stop_reason: reason, tokens, logprobs }) => ({
    tokens,
    logProbs: logprobs ?? [],
    stopReason: reason === "length" ? "length" : "stop",
  }));
}
