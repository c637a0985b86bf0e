/** Keeps what a round of search found in a file, part by part, so that a resumed run repeats no finished part. */

import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { RecordingError } from "../core/errors.ts";
import { TrajectorySchema } from "../core/trajectory.ts";
import type { SearchJob } from "../agent/learning/expert-iteration.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";

const SearchedSchema = z.object({
  solutions: z.array(TrajectorySchema),
  certainties: z.array(z.number()),
  expansions: z.int(),
  answers: z.int(),
  firstSolvedAt: z.int().nullable(),
  isExhausted: z.boolean(),
  /** Steps of the real world that the search took. Absent in a dream. */
  realSteps: z.int().exactOptional(),
});
/** What the search of one task found, and what it cost. */
export type Searched = z.infer<typeof SearchedSchema>;

/** One line: a part of a round. Plans repeat the same pages again and again, so they are packed. */
const PartSchema = z.object({ tasks: z.array(z.string()), packed: z.base64() });

export interface KeepSearchesOptions {
  /** Of the round's file. */
  path: string;
  jobs: readonly SearchJob[];
  /** Jobs in one part. */
  partSize: number;
  /** Searches one part. @param before results of the parts before it */
  search: (part: readonly SearchJob[], before: readonly Searched[]) => Promise<readonly Searched[]>;
}

/** @throws RecordingError when the file is about other tasks */
export async function keepSearches({
  path,
  jobs,
  partSize,
  search,
}: KeepSearchesOptions): Promise<Searched[]> {
  const results: Searched[] = [];
  for (const { tasks, packed } of await readJsonLines(path, PartSchema)) {
    const expected = jobs.slice(results.length, results.length + tasks.length);
    if (expected.some(({ task }, i) => task.id !== tasks[i]))
      throw new RecordingError(
        `Expected searches of the tasks ${expected.map(({ task }) => task.id).join(", ")} in ${path}, got ${tasks.join(", ")}. Delete the file to search again.`,
      );
    results.push(...unpack(SearchedSchema.array(), packed));
  }
  mkdirSync(dirname(path), { recursive: true });
  using file = openJsonLines(path);
  while (results.length < jobs.length) {
    const part = jobs.slice(results.length, results.length + partSize);
    const packed = pack(await search(part, results));
    file.append({ tasks: part.map(({ task }) => task.id), packed });
    // As read from the file, so that a resumed run has the same bytes.
    results.push(...unpack(SearchedSchema.array(), packed));
  }
  return results;
}

/** JSON, compressed, as text. */
export function pack(value: unknown): string {
  return gzipSync(JSON.stringify(value)).toString("base64");
}

export function unpack<T>(schema: z.ZodType<T>, packed: string): T {
  return schema.parse(JSON.parse(gunzipSync(Buffer.from(packed, "base64")).toString("utf8")));
}
