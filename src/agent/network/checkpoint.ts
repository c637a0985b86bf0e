/**
 * A policy as bytes: a line of JSON (config, sizes, checksum), then the arrays of its network and of its value head, if
 * it has one. Only trained rows of the tables are kept.
 * With Adam's moments, training resumes exactly where it stopped.
 */

import { createHash } from "node:crypto";
import { z } from "zod";
import { RecordingError } from "../../core/errors.ts";
import { CandidatePolicy } from "./candidate-policy.ts";
import { type Network, NetworkConfigSchema } from "./network.ts";
import { ValueHead } from "./value-head.ts";

const FORMAT = "dreamgym-policy-1";

const SizesSchema = z.strictObject({
  rows: z.int().min(0).describe("number of table rows that follow"),
  updates: z.int().min(0).describe("Adam updates so far; 0 without moments"),
});

const HeaderSchema = z.strictObject({
  format: z.literal(FORMAT),
  network: NetworkConfigSchema,
  ...SizesSchema.shape,
  valueHead: SizesSchema.exactOptional().describe("of its own arrays, after the policy's"),
  moments: z.boolean(),
  memory: z.int().min(0).default(0).describe("bytes of the learner's state, at the end"),
  sha256: z.string().describe("of everything after the header line"),
});

export interface CheckpointOptions {
  /** Keep Adam's moments too: three times the size. */
  moments?: boolean;
  /** The rest of the state that a learner needs to resume: `Learner.state`. */
  learnerState?: Uint8Array | undefined;
}

export function encodeCheckpoint(
  { network, valueHead }: CandidatePolicy,
  { moments = false, learnerState = new Uint8Array() }: CheckpointOptions = {},
): Uint8Array {
  const policy = encodeNetwork(network, moments);
  const value = valueHead && encodeNetwork(valueHead.network, moments);
  const body = Buffer.concat([...policy.arrays, ...(value?.arrays ?? []), learnerState]);
  const header: z.infer<typeof HeaderSchema> = {
    format: FORMAT,
    network: network.config,
    ...policy.sizes,
    ...(value && { valueHead: value.sizes }),
    moments,
    memory: learnerState.length,
    sha256: createHash("sha256").update(body).digest("hex"),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

function encodeNetwork(
  network: Network,
  moments: boolean,
): { sizes: z.infer<typeof SizesSchema>; arrays: Buffer[] } {
  const width = network.config.hidden + 1;
  const [first, second, headFirst, headSecond] = network.moments;
  const rows: number[] = [];
  for (let row = 0; row < 2 ** network.config.tableBits; row++) {
    const from = row * width;
    if (isUsed(network.table, from, width) || (moments && isUsed(second, from, width)))
      rows.push(row);
  }
  const tables = moments ? [network.table, first, second] : [network.table];
  const heads = moments ? [network.head, headFirst, headSecond] : [network.head];
  return {
    sizes: { rows: rows.length, updates: moments ? network.updates : 0 },
    arrays: [
      bytesOf(Int32Array.from(rows)),
      ...heads.map(bytesOf),
      ...tables.map((table) => bytesOf(pickRows(table, rows, width))),
    ],
  };
}

/**
 * @param where the file's name, for the message
 * @throws RecordingError if the bytes are not a checkpoint or are damaged
 */
export function decodeCheckpoint(bytes: Uint8Array, where = "checkpoint"): CandidatePolicy {
  const { header, body } = openCheckpoint(bytes, where);
  const policy = new CandidatePolicy(header.network);
  let offset = 0;
  const take = (length: number): ArrayBuffer => {
    const part = new Uint8Array(body.subarray(offset, offset + 4 * length));
    offset += 4 * length;
    return part.buffer;
  };
  decodeNetwork(policy.network, header, header.moments, take);
  if (header.valueHead) {
    policy.valueHead = new ValueHead(header.network);
    decodeNetwork(policy.valueHead.network, header.valueHead, header.moments, take);
  }
  return policy;
}

/** @param take the next numbers of the body, four bytes each */
function decodeNetwork(
  network: Network,
  sizes: z.infer<typeof SizesSchema>,
  moments: boolean,
  take: (length: number) => ArrayBuffer,
): void {
  const width = network.config.hidden + 1;
  const rows = new Int32Array(take(sizes.rows));
  const [first, second, headFirst, headSecond] = network.moments;
  const heads = moments ? [network.head, headFirst, headSecond] : [network.head];
  const tables = moments ? [network.table, first, second] : [network.table];
  for (const head of heads) head.set(new Float32Array(take(head.length)));
  for (const table of tables) {
    const values = new Float32Array(take(rows.length * width));
    for (let i = 0; i < rows.length; i++)
      table.set(values.subarray(i * width, (i + 1) * width), (rows[i] as number) * width);
  }
  network.updates = sizes.updates;
}

/** The learner's state in a checkpoint; undefined if it has none. @throws as `decodeCheckpoint` */
export function decodeLearnerState(
  bytes: Uint8Array,
  where = "checkpoint",
): Uint8Array | undefined {
  const { header, body } = openCheckpoint(bytes, where);
  return header.memory === 0 ? undefined : body.subarray(body.length - header.memory);
}

function openCheckpoint(
  bytes: Uint8Array,
  where: string,
): { header: z.infer<typeof HeaderSchema>; body: Buffer } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lineEnd = buffer.indexOf(0x0a);
  const header = parseHeader(buffer.subarray(0, Math.max(lineEnd, 0)).toString(), where);
  const body = buffer.subarray(lineEnd + 1);
  if (createHash("sha256").update(body).digest("hex") !== header.sha256)
    throw new RecordingError(
      `${where} is damaged: its checksum does not match its content. Delete it, and training writes it again.`,
    );
  return { header, body };
}

function parseHeader(line: string, where: string): z.infer<typeof HeaderSchema> {
  try {
    return HeaderSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new RecordingError(
      `${where} is not a ${FORMAT} file. Delete it, and training writes it again.`,
      { cause: error },
    );
  }
}

function isUsed(values: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (values[i] !== 0) return true;
  return false;
}

function pickRows(table: Float32Array, rows: readonly number[], width: number): Float32Array {
  const picked = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries())
    picked.set(table.subarray(row * width, (row + 1) * width), i * width);
  return picked;
}

function bytesOf(values: Float32Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
