/** Finds episodes to view: trajectory files anywhere in a folder, with their results and what dreamed ones rest on. */

import { existsSync, statSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../../core/errors.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { readJsonLines } from "../../store/json-lines.ts";
import { readJsonFile } from "../../store/json-text.ts";
import { readTrajectory } from "../../store/trajectory-file.ts";
import { type DreamedStep, readDreamOf, readJournal, stepsOfDream } from "./dream-facts.ts";

/** What an evaluation says about an episode in addition to its trajectory. */
const ResultSchema = z.object({
  taskId: z.string(),
  trial: z.int(),
  sites: z.array(z.string()),
  status: z.string(),
  error: z.object({ kind: z.string(), code: z.string() }).nullable(),
  reason: z.string(),
  seconds: z.number(),
  episode: z.string(),
});
export type ResultFacts = z.infer<typeof ResultSchema>;

export interface FoundEpisode {
  /** Of the trajectory, or of a dream that holds one. */
  path: string;
  /** Folder relative to what was named, for people. */
  group: string;
  result: ResultFacts | null;
  /** Reads it now: a folder may be larger than memory. */
  read(): Promise<{ trajectory: Trajectory; dream: DreamedStep[] | null }>;
}

/** @throws ConfigError if a path does not exist or holds no episode */
export async function findEpisodes(paths: readonly string[]): Promise<FoundEpisode[]> {
  const found: FoundEpisode[] = [];
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined)
      throw new ConfigError(
        `Expected a run folder, a folder of trajectories or a trajectory file at ${path}, got nothing. Check the path.`,
      );
    const own = stat.isDirectory() ? await inFolder(path) : [await inFile(path)];
    if (own.length === 0)
      throw new ConfigError(
        `Expected trajectories (*.jsonl) in ${path}, got none. Record some with \`dreamgym collect\` or play some with \`dreamgym evaluate\`.`,
      );
    found.push(...own);
  }
  return found;
}

async function inFile(path: string): Promise<FoundEpisode> {
  if (path.endsWith(".json")) return dreamFile(path);
  if (!(await startsAsTrajectory(path)))
    throw new ConfigError(
      `Expected a trajectory (.jsonl) or a dream (.json of \`dreamgym dream --show --json\`) at ${path}, got another file.`,
    );
  return trajectoryFile(path, { group: "", result: null, journals: new Map() });
}

function dreamFile(path: string): FoundEpisode {
  const dream = readDreamOf(readJson(path));
  if (dream === null)
    throw new ConfigError(
      `Expected a dream in ${path}, got another file. Write one with \`dreamgym dream --from <run> --show <id> --json --out ${path}\`.`,
    );
  return {
    path,
    group: "",
    result: null,
    read: () => Promise.resolve({ trajectory: dream.real, dream: dream.steps }),
  };
}

/** Null for a file that is not JSON. */
function readJson(path: string): unknown {
  try {
    return readJsonFile(path);
  } catch {
    return null;
  }
}

type Journals = Map<string, ReturnType<typeof readJournal>>;

function trajectoryFile(
  path: string,
  { group, result, journals }: Pick<FoundEpisode, "group" | "result"> & { journals: Journals },
): FoundEpisode {
  return {
    path,
    group,
    result,
    read: async () => {
      const trajectory = await readTrajectory(path);
      if (trajectory.source !== "synthetic") return { trajectory, dream: null };
      const folder = dirname(path);
      const journal = journals.get(folder) ?? readJournal(folder);
      journals.set(folder, journal);
      const answers = (await journal).get(trajectory.id);
      return { trajectory, dream: answers ? stepsOfDream(trajectory, answers) : null };
    },
  };
}

async function inFolder(root: string): Promise<FoundEpisode[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".jsonl"))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const found: FoundEpisode[] = [];
  const journals: Journals = new Map();
  const results = new Map<string, Map<string, ResultFacts>>();
  for (const path of files) {
    if (!(await startsAsTrajectory(path))) continue;
    const run = dirname(dirname(path));
    const known = results.get(run) ?? (await readResultsOf(run));
    results.set(run, known);
    const group = relative(root, dirname(path));
    const result = known.get(resolve(path)) ?? null;
    found.push(trajectoryFile(path, { group, result, journals }));
  }
  return found;
}

/** The results of an evaluation by the path of their episode, final ones and errors. */
async function readResultsOf(run: string): Promise<Map<string, ResultFacts>> {
  const known = new Map<string, ResultFacts>();
  if (!existsSync(join(run, "results.jsonl"))) return known;
  for (const name of ["errors.jsonl", "results.jsonl"])
    for (const result of await readJsonLines(join(run, name), ResultSchema))
      known.set(resolve(run, result.episode), result);
  return known;
}

const FIRST_BYTES = 64;

/** Other JSON Lines lie in the same folders, so this reads the start of the first line. */
async function startsAsTrajectory(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_BYTES), 0, FIRST_BYTES, 0);
    return /^\ufeff?\s*\{\s*"kind"\s*:\s*"header"/u.test(buffer.toString("utf8", 0, bytesRead));
  } finally {
    await file.close();
  }
}

/** What the view is called: the names of what it shows. */
export function titleOf(paths: readonly string[]): string {
  return paths.map((path) => basename(resolve(path))).join(", ");
}
