/** Reads one file of a ZIP archive. Playwright's traces are such archives, without encryption or parts. */

import { inflateRawSync } from "node:zlib";
import { RecordingError } from "../core/errors.ts";

const END = 0x06_05_4b_50;
const ENTRY = 0x02_01_4b_50;
/** The end record has 22 bytes and a comment of up to 65,535. */
const END_SIZE = 22;
const LONGEST_COMMENT = 65_535;
const STORED = 0;
const DEFLATED = 8;

/**
 * @param where the archive is, for messages
 * @returns null where the archive has no such file
 * @throws RecordingError for another kind of file
 */
export function unzipFile(archive: Buffer, name: string, where: string): Buffer | null {
  const end = findEnd(archive);
  if (end === null)
    throw new RecordingError(`Expected a ZIP archive at ${where}, got another file.`);
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + 46 > archive.length || archive.readUInt32LE(at) !== ENTRY)
      throw new RecordingError(`Expected a whole ZIP archive at ${where}, got a broken directory.`);
    const nameLength = archive.readUInt16LE(at + 28);
    if (archive.toString("utf8", at + 46, at + 46 + nameLength) === name)
      return readEntry(archive, at, where);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return null;
}

function findEnd(archive: Buffer): number | null {
  const first = Math.max(0, archive.length - END_SIZE - LONGEST_COMMENT);
  for (let at = archive.length - END_SIZE; at >= first; at--)
    if (archive.readUInt32LE(at) === END) return at;
  return null;
}

function readEntry(archive: Buffer, at: number, where: string): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const size = archive.readUInt32LE(at + 20);
  const head = archive.readUInt32LE(at + 42);
  const start = head + 30 + archive.readUInt16LE(head + 26) + archive.readUInt16LE(head + 28);
  const data = archive.subarray(start, start + size);
  if (method === STORED) return data;
  if (method === DEFLATED) return inflateRawSync(data);
  throw new RecordingError(
    `Expected a stored or deflated file in ${where}, got compression method ${method}. Pack the trace again.`,
  );
}
