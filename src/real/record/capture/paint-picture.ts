/** Paints over parts of a picture. Reads the PNG files that Chromium writes: 8 bits a channel, not interlaced. */

import { promisify } from "node:util";
import { crc32, deflate, inflate } from "node:zlib";
import { BrowserError } from "../../../core/errors.ts";
import type { Place } from "./document-layout.ts";

const [pack, unpack] = [promisify(deflate), promisify(inflate)];
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Bytes of a pixel by PNG's type of pixels: RGB, RGBA. */
const PIXEL_BYTES = new Map([
  [2, 3],
  [6, 4],
]);
const OPAQUE = 0xff;
/** Letters reach a little over the edges of their box. */
const MARGIN = 3;
const HEADER_BYTES = 13;

/** @param places in pixels of the picture. @throws BrowserError for another kind of picture */
export async function paintOver(png: Buffer, places: readonly Place[]): Promise<Buffer> {
  if (places.length === 0) return png;
  const { header, data } = readChunks(png);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = PIXEL_BYTES.get(header[9] ?? -1);
  if (size === undefined || header[8] !== 8 || header[12] !== 0)
    throw new BrowserError(
      `Expected a PNG with 8 bits a channel from the browser, got another kind (depth ${header[8]}, type ${header[9]}). Record without pictures: --no-screenshots.`,
    );
  const stride = width * size;
  const rows = await unpack(data);
  unfilter(rows, stride, size);
  for (const { x, y, width: wide, height: high } of places) {
    const [left, right] = [clamp(x - MARGIN, width), clamp(x + wide + MARGIN, width)];
    for (let row = clamp(y - MARGIN, height); row < clamp(y + high + MARGIN, height); row++) {
      const start = row * (stride + 1) + 1;
      rows.fill(0, start + left * size, start + right * size);
      if (size === 4) for (let at = left; at < right; at++) rows[start + at * size + 3] = OPAQUE;
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", await pack(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** In pixels. */
export function widthOf(png: Buffer): number {
  return readChunks(png).header.readUInt32BE(0);
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, Math.round(value)));
}

function readChunks(png: Buffer): { header: Buffer; data: Buffer } {
  const parts: Buffer[] = [];
  let header: Buffer = Buffer.alloc(HEADER_BYTES);
  for (let at = SIGNATURE.length; at + 8 <= png.length;) {
    const length = png.readUInt32BE(at);
    const content = png.subarray(at + 8, at + 8 + length);
    const kind = png.toString("latin1", at + 4, at + 8);
    if (kind === "IHDR") header = content;
    if (kind === "IDAT") parts.push(content);
    at += length + 12;
  }
  return { header, data: Buffer.concat(parts) };
}

function chunk(kind: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** Each row begins with the number of its filter, which says how a byte follows from those left and above. */
function unfilter(rows: Buffer, stride: number, size: number): void {
  for (let start = 0; start + stride < rows.length; start += stride + 1) {
    const filter = rows[start];
    rows[start] = 0;
    for (let at = start + 1; at <= start + stride; at++) {
      const left = at - size > start ? (rows[at - size] as number) : 0;
      const up = start > 0 ? (rows[at - stride - 1] as number) : 0;
      const corner = start > 0 && at - size > start ? (rows[at - stride - 1 - size] as number) : 0;
      rows[at] = (rows[at] as number) + predicted(filter, left, up, corner);
    }
  }
}

/** PNG (ISO/IEC 15948), 9.2. */
function predicted(filter: number | undefined, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [
        Math.abs(up - corner),
        Math.abs(left - corner),
        Math.abs(left + up - 2 * corner),
      ];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      return 0;
  }
}
