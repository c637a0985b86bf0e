/** Scores the folder of one task: `agent_response.json` and `network.har` in, `eval_result.json` out. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { DreamgymError } from "../../../core/errors.ts";
import type { Profile } from "../../../evaluation/verified/profile.ts";
import {
  refuseTask,
  scoreTask,
  type TaskVerdict,
} from "../../../evaluation/verified/score-task.ts";
import type { AddressBook } from "../../../evaluation/verified/site-addresses.ts";
import type { VerifiedTask } from "../../../evaluation/verified/task.ts";
import { writeFileWhole } from "../../../store/run-folder.ts";
import { readAddressConfig } from "./address-config.ts";
import { parseTrace, readTraceBytes } from "./read-trace.ts";
import type { Versions } from "./versions.ts";

export const RESPONSE_FILE = "agent_response.json";
export const TRACE_FILE = "network.har";
export const CONFIG_FILE = "run_config.json";
const RESULT_FILE = "eval_result.json";
/** The first one that exists holds the requests. */
const TRACE_FILES = [TRACE_FILE, "network.json", "trace.zip", "network.zip", "trace.network"];

export interface FolderOptions {
  /** Null: those of the folder's own `run_config.json`, or guessed. */
  addresses: AddressBook | null;
  profile: Profile;
  versions: Versions;
  /** Scores also what is already scored. */
  again: boolean;
}

export interface FolderVerdict {
  verdict: TaskVerdict;
  /** Whether an earlier run had scored the same files in the same way. */
  wasScored: boolean;
}

/** Why a folder cannot be scored; null if it can. */
export function missingFile(folder: string): string | null {
  if (!existsSync(join(folder, RESPONSE_FILE))) return RESPONSE_FILE;
  return traceFile(folder) === null ? TRACE_FILE : null;
}

function traceFile(folder: string): string | null {
  return TRACE_FILES.map((name) => join(folder, name)).find(existsSync) ?? null;
}

/** A trace that cannot be read gives the verdict `error`, as in the reference. */
export function scoreFolder(
  folder: string,
  task: VerifiedTask,
  options: FolderOptions,
): FolderVerdict {
  const path = traceFile(folder) ?? join(folder, TRACE_FILE);
  const response = readFileSync(join(folder, RESPONSE_FILE), "utf8");
  const addresses = options.addresses ?? ownAddresses(folder);
  let bytes: Buffer = Buffer.alloc(0);
  const score = (): TaskVerdict =>
    scoreTask({
      task,
      response,
      events: parseTrace(bytes, path),
      addresses,
      profile: options.profile,
    });
  try {
    bytes = readTraceBytes(path);
    const inputs = digest(response, bytes, JSON.stringify([addresses, options.profile]));
    const before = options.again ? null : readResult(folder, inputs, options.versions);
    if (before !== null) return { verdict: before, wasScored: true };
    return { verdict: writeResult(folder, score(), inputs, options.versions), wasScored: false };
  } catch (error) {
    if (!(error instanceof DreamgymError)) throw error;
    const verdict = refuseTask(task, error.message);
    return {
      verdict: writeResult(folder, verdict, digest(response, bytes, ""), options.versions),
      wasScored: false,
    };
  }
}

function ownAddresses(folder: string): AddressBook {
  const path = join(folder, CONFIG_FILE);
  return existsSync(path) ? readAddressConfig(path) : {};
}

function digest(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** What a later run looks at to know that nothing has changed. */
const ResultSchema = z.looseObject({ inputs_checksum: z.string() });

/** The verdict of the same files by the same scorer; null for none. */
function readResult(folder: string, inputs: string, versions: Versions): TaskVerdict | null {
  try {
    const value = ResultSchema.parse(JSON.parse(readFileSync(join(folder, RESULT_FILE), "utf8")));
    const { inputs_checksum, ...rest } = value;
    const isSame =
      inputs_checksum === inputs &&
      Object.entries(versions).every(([name, version]) => rest[name] === version);
    return isSame ? (rest as unknown as TaskVerdict) : null;
  } catch {
    return null;
  }
}

function writeResult(
  folder: string,
  verdict: TaskVerdict,
  inputs: string,
  versions: Versions,
): TaskVerdict {
  const result = { ...verdict, ...versions, inputs_checksum: inputs };
  writeFileWhole(join(folder, RESULT_FILE), `${JSON.stringify(result, null, 2)}\n`);
  return verdict;
}
