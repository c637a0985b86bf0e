/** `--export`: an evaluation in the formats of other tools, into `exports/` of its run folder. */

import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { makeFolders, writeFileWhole } from "../store/run-folder.ts";
import { readTrajectory } from "../store/trajectory-file.ts";
import { toBrowserGymEntry } from "../transfer/evaluate/export-browsergym.ts";
import { toInspectLog } from "../transfer/evaluate/export-inspect.ts";
import type { StoredEvaluation } from "../transfer/evaluate/read-evaluation.ts";
import { versionsOf } from "./versions.ts";

type Export = (evaluation: StoredEvaluation) => Promise<unknown>;

/** Each becomes `exports/<name>.json`. */
const EXPORTS: Readonly<Record<string, Export>> = {
  browsergym: (evaluation) => {
    const ends = evaluation.results.map(({ startedAt, seconds }) => startedAt + 1000 * seconds);
    return Promise.resolve([toBrowserGymEntry(evaluation, Math.max(0, ...ends))]);
  },
  inspect: (evaluation) =>
    toInspectLog({
      evaluation,
      trajectoryOf: ({ episode }) => readTrajectory(join(evaluation.folder, episode)),
      versions: versionsOf(),
    }),
};

/** @throws ConfigError */
export function assertExports(names: readonly string[]): void {
  const known = Object.keys(EXPORTS);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`Expected --export out of ${known.join(", ")}, got ${unknown}.`);
}

/** @returns the paths of the files */
export async function writeExports(
  evaluation: StoredEvaluation,
  names: readonly string[],
): Promise<string[]> {
  const folder = join(evaluation.folder, "exports");
  if (names.length > 0) makeFolders(folder);
  const paths: string[] = [];
  for (const name of names) {
    const path = join(folder, `${name}.json`);
    const content = await EXPORTS[name]?.(evaluation);
    writeFileWhole(path, `${JSON.stringify(content, null, 2)}\n`);
    paths.push(path);
  }
  return paths;
}
