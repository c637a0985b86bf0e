/** Loads recorded episodes from the folder of a run. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { EPISODES_FOLDER } from "../real/record/collect/collect.ts";
import { listTrajectories, readTrajectories } from "../store/trajectory-file.ts";

/** Places of episodes: in runs of `collect` and `compare`, in a part of such a run, or in the folder itself. */
const PLACES = [join("offline", EPISODES_FOLDER), EPISODES_FOLDER, "."];

/** Near ids named in an error. */
const SHOWN_IDS = 3;

/**
 * The folder with the episodes of a run.
 *
 * @throws ConfigError when it does not exist, or holds no episodes
 */
export async function findEpisodes(run: string): Promise<string> {
  const found = statSync(run, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) {
    const advice = found ? "Name a run folder." : `Record some: dreamgym collect --out ${run}`;
    throw new ConfigError(
      `Expected a folder with recorded episodes at ${run}, got ${found ? "a file" : "nothing"}. ${advice}`,
    );
  }
  const folder = await findPlace(run);
  if (folder !== null) return folder;
  const runs: string[] = [];
  for (const entry of readdirSync(run, { withFileTypes: true }))
    if (entry.isDirectory() && (await findPlace(join(run, entry.name))) !== null)
      runs.push(join(run, entry.name));
  const advice =
    runs.length > 0
      ? `Name ${runs.toSorted().join(" or ")}, which hold some.`
      : "Record some with `dreamgym collect`, or name another folder.";
  throw new ConfigError(
    `Expected recorded episodes (*.jsonl) in ${join(run, PLACES[0] ?? "")}, ${join(run, EPISODES_FOLDER)} or ${run}, got none. ${advice}`,
  );
}

async function findPlace(run: string): Promise<string | null> {
  for (const place of PLACES) {
    const folder = join(run, place);
    const names = await listTrajectories(folder);
    // A run keeps other JSON Lines next to its config.
    const isRunItself = place === "." && existsSync(join(run, "config.json"));
    if (names.length > 0 && !isRunItself) return folder;
  }
  return null;
}

/**
 * The episodes of a run that teach something. It leaves out episodes that an infrastructure failure ended.
 *
 * @param onRead receives the number of episodes read so far
 * @throws ConfigError when the run has none; RecordingError naming file and line of broken content
 */
export async function loadRecordings(
  run: string,
  onRead: (episodes: number) => void = () => {},
): Promise<Trajectory[]> {
  const trajectories: Trajectory[] = [];
  let read = 0;
  for await (const trajectory of readTrajectories(await findEpisodes(run))) {
    onRead(++read);
    if (trajectory.stopReason !== "error") trajectories.push(trajectory);
  }
  return trajectories;
}

/** @throws ConfigError for an unknown id, with near ones */
export function findRecording(recordings: readonly Trajectory[], id: string): Trajectory {
  const found = recordings.find((recording) => recording.id === id);
  if (found !== undefined) return found;
  const wanted = new Set(partsOf(id));
  const shared = (other: string): number =>
    partsOf(other).filter((part) => wanted.has(part)).length + (other.includes(id) ? 1 : 0);
  const near = recordings
    .map((recording) => recording.id)
    .toSorted((a, b) => shared(b) - shared(a))
    .slice(0, SHOWN_IDS);
  throw new ConfigError(
    `Expected the id of one of ${recordings.length} recorded episodes, got ${JSON.stringify(id)}. Near ones: ${near.join(", ")}.`,
  );
}

function partsOf(id: string): string[] {
  return id.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
}
