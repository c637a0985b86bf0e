/** `--export`: an evaluation in the formats of other tools, into `exports/` of its run folder. */

import { dirname, join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { makeFolders, writeFileWhole } from "../store/run-folder.ts";
import { readTrajectory } from "../store/trajectory-file.ts";
import { toBrowserGymEntry } from "../transfer/evaluate/export-browsergym.ts";
import { inspectLogName, toInspectLog } from "../transfer/evaluate/export-inspect.ts";
import type { StoredEvaluation } from "../transfer/evaluate/read-evaluation.ts";
import { versionsOf } from "./versions.ts";

/** @returns the name of the file below `exports/`, and its content */
type Export = (evaluation: StoredEvaluation) => Promise<[name: string, content: unknown]>;

const EXPORTS: Readonly<Record<string, Export>> = {
  browsergym: (evaluation) => {
    const ends = evaluation.results.map(({ startedAt, seconds }) => startedAt + 1000 * seconds);
    const entry = toBrowserGymEntry(evaluation, Math.max(0, ...ends));
    return Promise.resolve(["browsergym.json", [entry]]);
  },
  inspect: async (evaluation) => {
    const log = await toInspectLog({
      evaluation,
      trajectoryOf: ({ episode }) => readTrajectory(join(evaluation.folder, episode)),
      versions: versionsOf(),
    });
    return [join("inspect", inspectLogName(log.eval)), log];
  },
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
  const paths: string[] = [];
  for (const name of names) {
    const [file, content] = await (EXPORTS[name] as Export)(evaluation);
    const path = join(evaluation.folder, "exports", file);
    makeFolders(dirname(path));
    writeFileWhole(path, `${JSON.stringify(content, null, 2)}\n`);
    paths.push(path);
  }
  return paths;
}
