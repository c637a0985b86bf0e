import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecordingError } from "../core/errors.ts";
import { crc32c } from "./crc32c.ts";
import { openEventFile } from "./event-file.ts";

let folder = "";
let path = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "events-"));
  path = join(folder, "runs", "dream-1", "events.out.tfevents");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** CRC-32C bit by bit, as RFC 3720 defines it. */
function slowChecksum(bytes: Uint8Array): bigint {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  return crc ^ 0xffffffffn;
}

const masked = (bytes: Uint8Array): number => {
  const crc = slowChecksum(bytes);
  return Number((((crc >> 15n) | (crc << 17n)) + 0xa282ead8n) & 0xffffffffn);
};

/** The data of all records, with both checksums verified. */
function readRecords(): Buffer[] {
  const bytes = readFileSync(path);
  const records: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    expect(bytes.readUInt32LE(at + 8)).toBe(masked(bytes.subarray(at, at + 8)));
    const data = bytes.subarray(at + 12, at + 12 + length);
    expect(bytes.readUInt32LE(at + 12 + length)).toBe(masked(data));
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** A Protocol Buffers message: the values of each field by its number. */
function readMessage(bytes: Buffer): Map<number, (number | Buffer)[]> {
  const fields = new Map<number, (number | Buffer)[]>();
  let at = 0;
  const varint = (): number => {
    let [value, factor] = [0, 1];
    for (; ; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const key = varint();
    const read = [varint, () => take(8).readDoubleLE(), () => take(varint())][key % 8];
    const value = key % 8 === 5 ? take(4).readFloatLE() : (read as () => number | Buffer)();
    fields.set(Math.floor(key / 8), [...(fields.get(Math.floor(key / 8)) ?? []), value]);
  }
  return fields;
}

function readEvents() {
  return readRecords().map((record) => {
    const event = readMessage(record);
    const summary = event.get(5)?.[0] as Buffer | undefined;
    const values = summary ? (readMessage(summary).get(1) as Buffer[]) : [];
    const scalars = values.map((value): [string, number] => {
      const fields = readMessage(value);
      return [String(fields.get(1)?.[0]), fields.get(2)?.[0] as number];
    });
    return {
      time: event.get(1)?.[0],
      step: event.get(2)?.[0],
      version: event.get(3)?.[0]?.toString(),
      isRestart: event.has(7),
      scalars: Object.fromEntries(scalars),
    };
  });
}

describe("crc32c", () => {
  it("agrees with the check values of RFC 3720, B.4", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  });
});

/** Three points, with a restart after the second one that repeats its step. */
function writeRestarted(): void {
  {
    using file = openEventFile(path);
    file.addScalars(100, { "reward/mean": 0.25, "ppo/value_loss": 1.5 }, 1_700_000_000_500);
    file.addScalars(300, { "reward/mean": 0.5 }, 1_700_000_001_000);
  }
  using file = openEventFile(path);
  file.addScalars(300, { "reward/mean": 0.75 }, 1_700_000_002_000);
}

describe("openEventFile", () => {
  it("writes a version, then points, with the checksums and fields of the format", () => {
    writeRestarted();
    const events = readEvents();
    expect(events[0]).toMatchObject({ version: "brain.Event:2", time: 1_700_000_000.5 });
    expect(events[1]).toMatchObject({
      step: 100,
      time: 1_700_000_000.5,
      scalars: { "reward/mean": 0.25, "ppo/value_loss": 1.5 },
    });
    expect(events[2]).toMatchObject({ step: 300, scalars: { "reward/mean": 0.5 } });
    expect(events[3]).toMatchObject({ step: 300, isRestart: true });
    expect(events[4]).toMatchObject({ step: 300, scalars: { "reward/mean": 0.75 } });
    expect(events).toHaveLength(5);
  });

  it("keeps steps beyond 32 bits", () => {
    {
      using file = openEventFile(path);
      file.addScalars(2 ** 40 + 1, { x: -3 }, 0);
    }
    expect(readEvents()[1]).toMatchObject({ step: 2 ** 40 + 1, scalars: { x: -3 } });
  });

  it("removes a record that a killed process left torn, wherever it was torn", () => {
    writeRestarted();
    const whole = readFileSync(path);
    for (const lost of [1, 5, 20, 40]) {
      truncateSync(path);
      appendFileSync(path, whole.subarray(0, whole.length - lost));
      using file = openEventFile(path);
      file.addScalars(400, { x: 1 }, 0);
      const events = readEvents();
      expect(events.at(-1)).toMatchObject({ step: 400, scalars: { x: 1 } });
      expect(events).toHaveLength(6); // four whole ones, a restart, and the new point
    }
  });

  it("names the file that it cannot write", () => {
    writeRestarted();
    expect(() => openEventFile(join(path, "inside"))).toThrow(RecordingError);
    expect(() => openEventFile(join(path, "inside"))).toThrow(path);
  });
});

/** Reads the curve of a tag as TensorBoard does. */
const PEER = `
import sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]).Reload()
for tag in sorted(events.Tags()["scalars"]):
    for point in events.Scalars(tag):
        print(tag, point.step, point.value, point.wall_time)
`;
const { status } = spawnSync("python3", ["-c", "import tensorboard"]);

describe("TensorBoard", () => {
  it(
    "reads the same curves, and drops what a resumed run repeated",
    { timeout: 60_000 },
    ({ skip }) => {
      if (status !== 0) return skip("python3 with the package tensorboard is not on the PATH");
      writeRestarted();
      const { stdout, stderr } = spawnSync("python3", ["-c", PEER, join(path, "..")]);
      expect(stdout.toString().trim().split("\n"), stderr.toString()).toEqual([
        "ppo/value_loss 100 1.5 1700000000.5",
        "reward/mean 100 0.25 1700000000.5",
        "reward/mean 300 0.75 1700000002.0",
      ]);
    },
  );
});
