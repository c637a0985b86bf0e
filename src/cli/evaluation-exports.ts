/** `--export`: an evaluation in the formats of other tools, into `exports/` of its run folder. */

import { dirname, join } from "node:path";
import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import type { AddressBook } from "../evaluation/verified/site-addresses.ts";
import { writeVerifiedFolder } from "../real/harness/verified/write-verified-folder.ts";
import { readJsonLines } from "../store/json-lines.ts";
import { makeFolders, writeFileWhole } from "../store/run-folder.ts";
import { readTrajectory } from "../store/trajectory-file.ts";
import { toBrowserGymEntry } from "../transfer/evaluate/export-browsergym.ts";
import { inspectLogName, toInspectLog } from "../transfer/evaluate/export-inspect.ts";
import { JOURNAL_FILE } from "../transfer/evaluate/journal.ts";
import type { StoredEvaluation } from "../transfer/evaluate/read-evaluation.ts";
import { versionsOf } from "./versions.ts";

/** @param folder `exports/`. @returns the path of what was written */
type Export = (evaluation: StoredEvaluation, folder: string) => Promise<string>;

const EXPORTS: Readonly<Record<string, Export>> = {
  browsergym: (evaluation, folder) => {
    const ends = evaluation.results.map(({ startedAt, seconds }) => startedAt + 1000 * seconds);
    const entry = toBrowserGymEntry(evaluation, Math.max(0, ...ends));
    return Promise.resolve(writeJson(join(folder, "browsergym.json"), [entry]));
  },
  inspect: async (evaluation, folder) => {
    const log = await toInspectLog({
      evaluation,
      trajectoryOf: ({ episode }) => readTrajectory(join(evaluation.folder, episode)),
      versions: versionsOf(),
    });
    return writeJson(join(folder, "inspect", inspectLogName(log.eval)), log);
  },
  verified: async (evaluation, folder) => {
    const addresses = await readAddresses(evaluation.folder);
    for (const { trial, episode } of evaluation.results) {
      const trajectory = await readTrajectory(join(evaluation.folder, episode));
      writeVerifiedFolder(join(folder, "verified", `trial-${trial}`), trajectory, addresses);
    }
    return join(folder, "verified");
  },
};
export const EXPORT_NAMES: readonly string[] = Object.keys(EXPORTS);

/** @throws ConfigError */
export function assertExports(names: readonly string[]): void {
  const unknown = names.find((name) => !EXPORT_NAMES.includes(name));
  if (unknown !== undefined)
    throw new ConfigError(`Expected --export out of ${EXPORT_NAMES.join(", ")}, got ${unknown}.`);
}

/** @returns the paths of what was written */
export async function writeExports(
  evaluation: StoredEvaluation,
  names: readonly string[],
): Promise<string[]> {
  const paths: string[] = [];
  for (const name of names)
    paths.push(await (EXPORTS[name] as Export)(evaluation, join(evaluation.folder, "exports")));
  return paths;
}

function writeJson(path: string, content: unknown): string {
  makeFolders(dirname(path));
  writeFileWhole(path, `${JSON.stringify(content, null, 2)}\n`);
  return path;
}

const JournalSchema = z.looseObject({ facts: z.looseObject({ addresses: z.string().optional() }) });
/** One address of each site, or one for each of its copies. */
const AddressesSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]));

/** The sites' addresses, as the benchmark told them. Without them a scorer guesses from the requests. */
async function readAddresses(folder: string): Promise<AddressBook> {
  const lines = await readJsonLines(join(folder, JOURNAL_FILE), JournalSchema);
  const text = lines.at(-1)?.facts.addresses;
  if (text === undefined) return {};
  const addresses = AddressesSchema.parse(JSON.parse(text));
  return Object.fromEntries(Object.entries(addresses).map(([site, urls]) => [site, [urls].flat()]));
}
