/** The names of the checkpoints in a run folder. */

import { RecordingError } from "../core/errors.ts";
import { armNamed } from "./arms.ts";
import type { CompareConfig } from "./compare-config.ts";
import type { FinishedRecords } from "./run-records.ts";

/**
 * A placebo whose groups have zero variance would never reach the dream's gradient steps by its rollouts. At this many
 * times the dream's steps its rollouts end, and replayed demonstrations alone make up the missing gradient steps.
 */
export const PLACEBO_PATIENCE = 2;

/** What the search of an arm leaves. */
export function searchedName(arm: string, seed: number): string {
  return `${arm}-${seed}-searched`;
}

/** What a search after so many real steps leaves. */
export function searchedAgainName(arm: string, seed: number, realSteps: number): string {
  return `${arm}-${seed}-${realSteps}-searched`;
}

/** The checkpoint that an arm has before its first real step. */
export function imaginedCheckpoint(config: CompareConfig, arm: string, seed: number): string {
  const { steps } = config.imagination;
  if (arm === "oracle") return searchedName(arm, seed);
  const target = arm === "dream" ? steps : arm === "placebo" ? steps * PLACEBO_PATIENCE : 0;
  return `${arm}-${seed}-${target}`;
}

/** The checkpoint of an arm after so many real steps. */
export function checkpointAt(
  config: CompareConfig,
  arm: string,
  seed: number,
  realSteps: number,
): string {
  if (realSteps === 0) return imaginedCheckpoint(config, arm, seed);
  const isSearched =
    armNamed(arm).real === "coevolve" && realSteps % config.real.coevolve.every === 0;
  return isSearched ? searchedAgainName(arm, seed, realSteps) : `${arm}-${seed}-${realSteps}`;
}

/** @throws RecordingError when it is missing */
export function readStart(
  records: Pick<FinishedRecords, "readCheckpoint">,
  name: string,
): Uint8Array {
  const checkpoint = records.readCheckpoint(name);
  if (checkpoint === null)
    throw new RecordingError(
      `Expected checkpoint ${name} in the run folder, got none. Delete the folder, or choose another with --out.`,
    );
  return checkpoint;
}
