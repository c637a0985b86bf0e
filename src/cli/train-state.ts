/** What a training leaves in its run folder, so that the same command resumes it. */

import { existsSync } from "node:fs";
import { z } from "zod";
import { RecordingError } from "../core/errors.ts";
import { type TrainIteration, type TrainProgress, TrainProgressSchema } from "../rl/train.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";
import { readJsonFile } from "../store/json-text.ts";
import { type RunFolder, writeFileWhole } from "../store/run-folder.ts";

const TrainStateSchema = z.strictObject({
  /** Weights and optimiser after `progress`: `tinker://…`, or a file of the run folder. */
  weights: z.string(),
  progress: TrainProgressSchema,
  /** Demonstrated decisions that the model imitated first. */
  imitated: z.int().min(0),
});
export type TrainState = z.infer<typeof TrainStateSchema>;

const MetricsLineSchema = z.looseObject({ iteration: z.int() });

/** Null: nothing is saved yet. */
export function readTrainState(run: RunFolder): TrainState | null {
  const path = run.file("state.json");
  if (!existsSync(path)) return null;
  const { success, data } = TrainStateSchema.safeParse(readJsonFile(path));
  if (success) return data;
  throw new RecordingError(
    `Expected the state of a training in ${path}, got another form. Choose another --out.`,
  );
}

export function writeTrainState(run: RunFolder, state: TrainState): void {
  writeFileWhole(run.file("state.json"), `${JSON.stringify(state)}\n`);
}

export interface MetricsFile extends Disposable {
  append(iteration: TrainIteration): void;
}

/** Forgets iterations that are not part of the saved state: they are played again. */
export async function openMetrics(
  run: RunFolder,
  { iteration }: TrainProgress,
): Promise<MetricsFile> {
  const path = run.file("metrics.jsonl");
  const lines = await readJsonLines(path, MetricsLineSchema);
  const kept = lines.filter((line) => line.iteration <= iteration);
  if (kept.length < lines.length)
    writeFileWhole(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const file = openJsonLines(path);
  return {
    append({ progress, metrics }) {
      const { iteration: number, environmentSteps, episodes } = progress;
      file.append({ iteration: number, environmentSteps, episodes, ...metrics });
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
