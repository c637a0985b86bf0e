/**
 * Writes a WebM video frame by frame. It is whole after each frame, so that a killed writer leaves a video that plays.
 * See RFC 8794 (EBML) and RFC 9559 (Matroska).
 */

import { closeSync, openSync, writeSync } from "node:fs";

const ID = {
  header: 0x1a_45_df_a3,
  version: 0x42_86,
  readVersion: 0x42_f7,
  longestId: 0x42_f2,
  longestSize: 0x42_f3,
  docType: 0x42_82,
  docTypeVersion: 0x42_87,
  docTypeReadVersion: 0x42_85,
  segment: 0x18_53_80_67,
  info: 0x15_49_a9_66,
  timestampScale: 0x2a_d7_b1,
  duration: 0x44_89,
  muxingApp: 0x4d_80,
  writingApp: 0x57_41,
  tracks: 0x16_54_ae_6b,
  track: 0xae,
  trackNumber: 0xd7,
  trackUid: 0x73_c5,
  trackType: 0x83,
  codec: 0x86,
  video: 0xe0,
  width: 0xb0,
  height: 0xba,
  cluster: 0x1f_43_b6_75,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
};
/** A size that nobody knows yet. */
const UNKNOWN_SIZE = Buffer.from("01ffffffffffffff", "hex");
const APPLICATION = Buffer.from("dreamgym");
/** One tick is a millisecond. */
const NANOSECONDS = 1_000_000;
const VIDEO_TRACK = 1;
const KEY_FRAME = 0x80;

export class WebmFile implements Disposable {
  readonly #file: number;
  /** Where the length of the video is written at the end. */
  readonly #durationAt: number;

  constructor(path: string, { width, height }: { width: number; height: number }) {
    this.#file = openSync(path, "w");
    const duration = element(ID.duration, Buffer.alloc(8));
    const scale = numberElement(ID.timestampScale, NANOSECONDS);
    const start = Buffer.concat([header(), id(ID.segment), UNKNOWN_SIZE]);
    const info = element(
      ID.info,
      scale,
      element(ID.muxingApp, APPLICATION),
      element(ID.writingApp, APPLICATION),
      duration,
    );
    this.#durationAt = start.length + info.length - 8;
    writeSync(this.#file, Buffer.concat([start, info, tracks(width, height)]));
  }

  /** @param timeMs since the beginning, rising */
  add(frame: Buffer, timeMs: number, isKey: boolean): void {
    // Track 1, no offset from the cluster's time.
    const head = Buffer.from([0x80 + VIDEO_TRACK, 0, 0, isKey ? KEY_FRAME : 0]);
    const block = element(ID.simpleBlock, head, frame);
    writeSync(
      this.#file,
      element(ID.cluster, numberElement(ID.timestamp, Math.round(timeMs)), block),
    );
  }

  finish(lengthMs: number): void {
    const duration = Buffer.alloc(8);
    duration.writeDoubleBE(lengthMs);
    writeSync(this.#file, duration, 0, duration.length, this.#durationAt);
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}

function header(): Buffer {
  return element(
    ID.header,
    numberElement(ID.version, 1),
    numberElement(ID.readVersion, 1),
    numberElement(ID.longestId, 4),
    numberElement(ID.longestSize, 8),
    element(ID.docType, Buffer.from("webm")),
    numberElement(ID.docTypeVersion, 4),
    numberElement(ID.docTypeReadVersion, 2),
  );
}

function tracks(width: number, height: number): Buffer {
  const video = element(ID.video, numberElement(ID.width, width), numberElement(ID.height, height));
  const track = element(
    ID.track,
    numberElement(ID.trackNumber, VIDEO_TRACK),
    numberElement(ID.trackUid, 1),
    numberElement(ID.trackType, 1),
    element(ID.codec, Buffer.from("V_VP8")),
    video,
  );
  return element(ID.tracks, track);
}

function element(of: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  size[0] = 0x01;
  return Buffer.concat([id(of), size, body]);
}

function numberElement(of: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(of, bytes);
}

function id(of: number): Buffer {
  const text = of.toString(16);
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, "hex");
}
