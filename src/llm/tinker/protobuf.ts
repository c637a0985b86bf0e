/** The wire format of protocol buffers, as far as the Tinker API uses it: fields of varints, bytes and doubles. */

import { ModelError } from "../../core/errors.ts";

const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;

/** Writes one message. Fields come in the order of the calls. */
export class ProtoWriter {
  readonly #parts: Buffer[] = [];

  varint(field: number, value: number): this {
    this.#parts.push(encodeVarint(field * 8 + VARINT), encodeVarint(value));
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#parts.push(
      encodeVarint(field * 8 + LENGTH),
      encodeVarint(value.length),
      Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    );
    return this;
  }

  text(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, "utf8"));
  }

  double(field: number, value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    this.#parts.push(encodeVarint(field * 8 + FIXED64), bytes);
    return this;
  }

  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish());
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}

/** Bits of 7, the lowest first. Up to 2^53. */
function encodeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A field: a number, or the bytes of text, message, packed numbers, or a fixed number. */
export interface ProtoField {
  readonly field: number;
  readonly value: number | Buffer;
}

/** All fields of a message, in order. @throws ModelError for bytes that are not a message */
export function readProto(bytes: Buffer): ProtoField[] {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw broken(bytes);
      value += (byte % 128) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw broken(bytes);
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = varint();
    const field = Math.floor(key / 8);
    const type = key % 8;
    if (type === VARINT) fields.push({ field, value: varint() });
    else if (type === LENGTH) fields.push({ field, value: take(varint()) });
    else if (type === FIXED64) fields.push({ field, value: take(8) });
    else if (type === FIXED32) fields.push({ field, value: take(4) });
    else throw broken(bytes);
  }
  return fields;
}

const broken = (bytes: Buffer): ModelError =>
  new ModelError(`Expected a protobuf message, got ${bytes.length} other bytes.`);

/** The fields with a number, as bytes. */
export function bytesOf(fields: readonly ProtoField[], wanted: number): Buffer[] {
  return fields.flatMap(({ field, value }) =>
    field === wanted && typeof value !== "number" ? [value] : [],
  );
}

/** The last field with a number; 0 without one, as the format has it. */
export function numberOf(fields: readonly ProtoField[], wanted: number): number {
  const value = fields.findLast(({ field }) => field === wanted)?.value;
  return typeof value === "number" ? value : 0;
}

export function int32Bytes(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value, 4 * index);
  return bytes;
}

export function int64Bytes(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), 8 * index);
  return bytes;
}

export function floatBytes(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, 4 * index);
  return bytes;
}

export function readInt32s(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));
}

export function readInt64s(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 8 }, (_, i) => Number(bytes.readBigInt64LE(8 * i)));
}

export function readFloats(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(4 * index));
}
