/**
 * A replay buffer on disk that survives a kill. Each episode is a file of its own, written whole or not at all. A line
 * of the journal then makes it part of the buffer. Opening the folder again repeats the journal, which gives the same
 * buffer, with the same entries evicted.
 */

import { z } from "zod";
import { RecordingError } from "../core/errors.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";
import { openRunFolder } from "../store/run-folder.ts";
import {
  readTrajectory,
  removeUnfinished,
  writeTrajectory,
  trajectoryName,
} from "../store/trajectory-file.ts";
import type { AnswerOrigin } from "../synthetic/buffer/dream-origin.ts";
import { type EvidenceRules, EvidenceRulesSchema } from "../synthetic/buffer/evidence-rules.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";

export interface KeptBuffer extends Disposable {
  /** For reading. Write through this object. */
  readonly buffer: ReplayBuffer;
  /** Like `ReplayBuffer.add`. The episode is on disk once the promise is fulfilled. */
  add(trajectory: Trajectory, answers?: readonly AnswerOrigin[]): Promise<number>;
  /** Like `ReplayBuffer.noteUse`. */
  noteUse(evidence: readonly string[]): void;
}

const RequestSchema = z.strictObject({
  method: z.enum(["GET", "POST"]),
  url: z.string(),
  fields: z.array(z.tuple([z.string(), z.string()])).nullable(),
});
const EventSchema = z.strictObject({
  kind: z.enum(["click", "type", "select", "press", "hover"]),
  element: z.int().nullable(),
  text: z.string().nullable(),
});
const AnswerSchema = z.strictObject({
  cause: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("request"), request: RequestSchema }),
    z.strictObject({ kind: z.literal("event"), event: EventSchema }),
  ]),
  prediction: z.strictObject({
    certainty: z.number().min(0).max(1),
    evidence: z.array(z.string()),
  }),
});
const LineSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("episode"), id: z.string(), answers: z.array(AnswerSchema) }),
  z.strictObject({ kind: z.literal("used"), evidence: z.array(z.string()) }),
]);
type Line = z.infer<typeof LineSchema>;

/**
 * Opens the folder of a buffer, or creates it. One process at a time may hold it.
 *
 * @throws ConfigError if the folder has other rules, or another process holds it; RecordingError for a broken file
 */
export async function openKeptBuffer(
  folder: string,
  rules: Partial<EvidenceRules> = {},
): Promise<KeptBuffer> {
  const config = EvidenceRulesSchema.parse(rules);
  const run = openRunFolder(folder, config);
  try {
    const episodes = run.file("episodes");
    await removeUnfinished(episodes);
    const buffer = new ReplayBuffer([], config);
    const journal = run.file("journal.jsonl");
    for (const line of await readJsonLines(journal, LineSchema))
      if (line.kind === "used") buffer.noteUse(line.evidence);
      else
        buffer.add(
          await readTrajectory(run.file("episodes", `${trajectoryName(line.id)}.jsonl`)),
          line.answers,
        );
    const file = openJsonLines(journal);
    const append = (line: Line): void => file.append(line);
    let isWriting = false;
    return {
      buffer,
      async add(trajectory, answers = []) {
        if (isWriting)
          throw new RecordingError(
            `Expected one call of add at a time for ${folder}, got another before the last one ended. Await each call.`,
          );
        if (buffer.has(trajectory.id)) return 0;
        isWriting = true;
        try {
          await writeTrajectory(episodes, trajectory);
          append({ kind: "episode", id: trajectory.id, answers: answers.map(withoutPages) });
          return buffer.add(trajectory, answers);
        } finally {
          isWriting = false;
        }
      },
      noteUse(evidence) {
        append({ kind: "used", evidence: [...evidence] });
        buffer.noteUse(evidence);
      },
      [Symbol.dispose]() {
        file[Symbol.dispose]();
        run[Symbol.dispose]();
      },
    };
  } catch (error) {
    run[Symbol.dispose]();
    throw error;
  }
}

/** What the buffer needs of an answer. Its page is in the episode. */
function withoutPages({ cause, prediction }: AnswerOrigin): AnswerOrigin {
  const { certainty, evidence } = prediction;
  return { cause, prediction: { certainty, evidence } };
}
