/** Writes a ZIP archive: no encryption, no parts, files of up to 4 GiB. */

import { crc32, deflateRawSync } from "node:zlib";

const LOCAL = 0x04_03_4b_50;
const ENTRY = 0x02_01_4b_50;
const END = 0x06_05_4b_50;
/** 2.0: deflate and folders. */
const VERSION = 20;
/** Names are UTF-8. */
const FLAGS = 0x08_00;
const DEFLATED = 8;
/** 1980-01-01, the first day that the format knows: the same files give the same bytes. */
const DATE = 0x00_21;

/** Names have `/` between folders. */
export function zipFiles(files: ReadonlyMap<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = deflateRawSync(content);
    const path = Buffer.from(name);
    // Version, flags, method, time, date, checksum, sizes, length of the name, and of more fields.
    const facts = Buffer.alloc(26);
    for (const [at, value] of [VERSION, FLAGS, DEFLATED, 0, DATE].entries())
      facts.writeUInt16LE(value, 2 * at);
    for (const [at, value] of [crc32(content), packed.length, content.length].entries())
      facts.writeUInt32LE(value, 10 + 4 * at);
    facts.writeUInt16LE(path.length, 22);
    parts.push(number(LOCAL), facts, path, packed);
    // Made by; then, after the facts: comment, disk, attributes, and where the file begins.
    directory.push(
      number(ENTRY),
      facts.subarray(0, 2),
      facts,
      Buffer.alloc(10),
      number(offset),
      path,
    );
    offset += 4 + facts.length + path.length + packed.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.size, 4);
  end.writeUInt16LE(files.size, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, number(END), end]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
