/**
 * TensorBoard's event file: curves of scalars that `tensorboard --logdir FOLDER` shows. Written by hand, as npm has no
 * library for it.
 *
 * The file is a sequence of TFRecords, little-endian. A process killed during a write leaves at most one torn record at
 * the end, which the next writer removes.
 *
 *     length: uint64    mask(crc32c(length)): uint32    data    mask(crc32c(data)): uint32
 *     mask(crc) = rotate right(crc, 15) + 0xa282ead8
 *
 * Each record's data is an `Event` in Protocol Buffers (tensorflow/core/util/event.proto and framework/summary.proto).
 */

import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { crc32c } from "./crc32c.ts";
import { appendWhole, writing } from "./write-bytes.ts";

export interface EventFile extends Disposable {
  /**
   * Adds a point to each curve.
   *
   * @param step position on the horizontal axis, a whole number
   * @param wallTimeMs milliseconds since 1970
   */
  addScalars(step: number, scalars: Readonly<Record<string, number>>, wallTimeMs: number): void;
}

/**
 * Opens an event file for appending, or creates it and its folder. TensorBoard reads every file whose name contains
 * `tfevents`. A resumed run may repeat steps: its first point replaces what the file holds of that step and later ones.
 *
 * @throws RecordingError if it cannot be written
 */
export function openEventFile(path: string): EventFile {
  const descriptor = writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, "a+");
  });
  const whole = wholeRecordsLength(readFileSync(path));
  writing(path, () => ftruncateSync(descriptor, whole));
  let isFirst = true;
  const append = (...events: Uint8Array[]): void => {
    const bytes = Buffer.concat(events.map(toRecord));
    writing(path, () => appendWhole(descriptor, bytes));
  };
  return {
    addScalars(step, scalars, wallTimeMs) {
      const time = field(1, Double, wallTimeMs / 1000);
      const at = Buffer.concat([time, field(2, Varint, step)]);
      const start = whole === 0 ? Buffer.concat([time, FILE_VERSION]) : restartEvent(at);
      const point = Buffer.concat([at, summaryOf(scalars)]);
      append(...(isFirst ? [start] : []), point);
      isFirst = false;
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}

/** Bytes of a record next to its data: a length, and two checksums. */
const HEADER = 12;
const FOOTER = 4;

function toRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER + data.length + FOOTER);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(data, HEADER);
  record.writeUInt32LE(maskedChecksum(data), HEADER + data.length);
  return record;
}

/** Length of the file up to the end of its last whole record. */
function wholeRecordsLength(bytes: Buffer): number {
  let end = 0;
  while (end + HEADER + FOOTER <= bytes.length) {
    if (bytes.readUInt32LE(end + 8) !== maskedChecksum(bytes.subarray(end, end + 8))) break;
    const dataEnd = end + HEADER + Number(bytes.readBigUInt64LE(end));
    if (dataEnd + FOOTER > bytes.length) break;
    if (bytes.readUInt32LE(dataEnd) !== maskedChecksum(bytes.subarray(end + HEADER, dataEnd)))
      break;
    end = dataEnd + FOOTER;
  }
  return end;
}

function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Wire types of Protocol Buffers. */
const Varint = 0;
const Double = 1;
const Bytes = 2;
const Float = 5;

function field(number: number, type: typeof Bytes, value: Uint8Array): Buffer;
function field(
  number: number,
  type: typeof Varint | typeof Double | typeof Float,
  value: number,
): Buffer;
function field(number: number, type: number, value: number | Uint8Array): Buffer {
  const key = varint(number * 8 + type);
  if (typeof value !== "number") return Buffer.concat([key, varint(value.length), value]);
  if (type === Varint) return Buffer.concat([key, varint(value)]);
  const fixed = Buffer.alloc(type === Double ? 8 : 4);
  if (type === Double) fixed.writeDoubleLE(value);
  else fixed.writeFloatLE(value);
  return Buffer.concat([key, fixed]);
}

/** @param value a whole number from 0 to 2^53 */
function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) | 0x80);
  return Buffer.from([...bytes, value]);
}

/** `Event.file_version`, which the first record of a file must have. */
const FILE_VERSION = field(3, Bytes, Buffer.from("brain.Event:2"));

/** `Event.session_log` with status START: readers drop what was written of this step and later ones. */
function restartEvent(at: Uint8Array): Buffer {
  return Buffer.concat([at, field(7, Bytes, field(1, Varint, 1))]);
}

/** `Event.summary`, with a `Summary.Value` for each scalar: its tag and `simple_value`. */
function summaryOf(scalars: Readonly<Record<string, number>>): Buffer {
  const values = Object.entries(scalars).map(([tag, scalar]) =>
    field(1, Bytes, Buffer.concat([field(1, Bytes, Buffer.from(tag)), field(2, Float, scalar)])),
  );
  return field(5, Bytes, Buffer.concat(values));
}
