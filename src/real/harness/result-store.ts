/**
 * The results of an evaluation in its run folder. A result is final: `results.jsonl` has one line for each task and
 * trial. An episode that the infrastructure or a judge broke says nothing about the agent. It goes into `errors.jsonl`,
 * and the next call of the same command plays it again. So does an episode that the agent broke, until a call comes to
 * its end: an agent whose every episode breaks has another problem than these tasks.
 */

import { RecordingError } from "../../core/errors.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { openJsonLines, readJsonLines } from "../../store/json-lines.ts";
import type { RunFolder } from "../../store/run-folder.ts";
import { removeUnfinished, writeTrajectory } from "../../store/trajectory-file.ts";
import { type EpisodeResult, EpisodeResultSchema } from "./episode-result.ts";

const RESULTS_FILE = "results.jsonl";
const ERRORS_FILE = "errors.jsonl";
export const EPISODES_FOLDER = "episodes";

type Numbered = Pick<EpisodeResult, "taskId" | "trial">;

export interface ResultStore extends Disposable {
  readonly results: readonly EpisodeResult[];
  /** Of episodes without a result, the last one of each task and trial. */
  openErrors(): EpisodeResult[];
  has(job: Numbered): boolean;
  /** Writes the trajectory first: a result without one cannot be looked at. @throws RecordingError */
  add(result: EpisodeResult, trajectory: Trajectory): Promise<void>;
  /** Makes the errors of the agent final: every task was played, and the agent works on others. */
  settle(): void;
}

const keyOf = ({ taskId, trial }: Numbered): string => `${trial}/${taskId}`;

/** A limit would be reached again. Other errors need not come again. */
function isFinal({ error }: EpisodeResult): boolean {
  return error === null || error.kind === "limit";
}

export async function openResultStore(folder: RunFolder): Promise<ResultStore> {
  await removeUnfinished(folder.file(EPISODES_FOLDER));
  const { results, errors } = await readResults(folder.path);
  const done = new Set(results.map(keyOf));
  const resultsFile = openJsonLines(folder.file(RESULTS_FILE));
  const errorsFile = openJsonLines(folder.file(ERRORS_FILE));
  const finish = (result: EpisodeResult): void => {
    resultsFile.append(result);
    done.add(keyOf(result));
    results.push(result);
  };
  return {
    results,
    openErrors: () => withoutResult(errors, results),
    has: (job) => done.has(keyOf(job)),
    async add(result, trajectory) {
      if (done.has(keyOf(result)))
        throw new RecordingError(
          `Expected one result of task ${result.taskId}, trial ${result.trial}, got a second one.`,
        );
      await writeTrajectory(folder.file(EPISODES_FOLDER), trajectory);
      if (isFinal(result)) return finish(result);
      errorsFile.append(result);
      errors.push(result);
    },
    settle() {
      for (const result of withoutResult(errors, results))
        if (result.error?.kind === "agent") finish(result);
    },
    [Symbol.dispose]() {
      resultsFile[Symbol.dispose]();
      errorsFile[Symbol.dispose]();
    },
  };
}

/** @throws RecordingError for a line that is not a result, or a second result of a task and trial */
export async function readResults(
  folder: string,
): Promise<{ results: EpisodeResult[]; errors: EpisodeResult[] }> {
  const results = await readJsonLines(`${folder}/${RESULTS_FILE}`, EpisodeResultSchema);
  const errors = await readJsonLines(`${folder}/${ERRORS_FILE}`, EpisodeResultSchema);
  const seen = new Set<string>();
  for (const result of results) {
    if (seen.has(keyOf(result)))
      throw new RecordingError(
        `${folder}/${RESULTS_FILE}: expected one result of each task and trial, got two of task ${result.taskId}, trial ${result.trial}. Delete one of the lines.`,
      );
    seen.add(keyOf(result));
  }
  return { results, errors };
}

/** The last error of each task and trial that has no result. */
export function withoutResult(
  errors: readonly EpisodeResult[],
  results: readonly EpisodeResult[],
): EpisodeResult[] {
  const done = new Set(results.map(keyOf));
  const last = new Map(errors.map((error) => [keyOf(error), error]));
  return [...last].filter(([key]) => !done.has(key)).map(([, error]) => error);
}
