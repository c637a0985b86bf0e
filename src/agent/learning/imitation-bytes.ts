/** Remembered successes as bytes: a line of JSON (the contents and the length of each part), then all row numbers. */

import { z } from "zod";
import type { Example } from "./examples.ts";
import type { Decision } from "../network/network.ts";

/** One success of the policy's own, as the network read it. */
export interface Success {
  taskId: string;
  templateId: number;
  /** Steps of the episode. There are fewer examples where the actor took steps back. */
  length: number;
  examples: Example[];
}

/** The arrays of a `Decision`, in the order in which they are written. */
const PARTS = ["state", "rows", "rowOffsets", "groups", "groupOffsets"] as const;

const ContentSchema = z.array(
  z.strictObject({
    taskId: z.string(),
    templateId: z.int(),
    length: z.int(),
    /** For each example the chosen candidate, then the length of each part. */
    examples: z.array(z.array(z.int()).length(1 + PARTS.length)),
  }),
);

export function encodeSuccesses(successes: readonly Success[]): Uint8Array {
  const content = successes.map(({ examples, ...success }) => ({
    ...success,
    examples: examples.map(({ state, chosen }) => [
      chosen,
      ...PARTS.map((part) => state[part].length),
    ]),
  }));
  const arrays = successes.flatMap(({ examples }) =>
    examples.flatMap(({ state }) => PARTS.map((part) => state[part])),
  );
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(content)}\n`),
    ...arrays.map(({ buffer, byteOffset, byteLength }) =>
      Buffer.from(buffer, byteOffset, byteLength),
    ),
  ]);
}

/** @param bytes from `encodeSuccesses`; the caller makes sure that they are complete */
export function decodeSuccesses(bytes: Uint8Array): Success[] {
  const lineEnd = bytes.indexOf(0x0a);
  const content = ContentSchema.parse(
    JSON.parse(Buffer.from(bytes.subarray(0, lineEnd)).toString()),
  );
  // A copy: row numbers are read at multiples of 4 bytes, wherever the line ended.
  const numbers = new Int32Array(new Uint8Array(bytes.subarray(lineEnd + 1)).buffer);
  let offset = 0;
  const take = (length: number): Int32Array => numbers.slice(offset, (offset += length));
  return content.map(({ examples, ...success }) => ({
    ...success,
    examples: examples.map(([chosen, ...lengths]) => ({
      chosen: chosen as number,
      state: Object.fromEntries(
        PARTS.map((part, i) => [part, take(lengths[i] as number)]),
      ) as unknown as Decision,
    })),
  }));
}
