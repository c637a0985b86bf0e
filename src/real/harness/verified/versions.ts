/** What a verdict depends on besides the files: the tasks, and the code that scores them. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The version of the reference that this scorer follows. */
const FOLLOWED_VERSION = "1.2.3";

/** Named as the reference names them in its results. */
export interface Versions {
  webarena_verified_version: string;
  /** SHA-256 of the files that score. */
  webarena_verified_evaluator_checksum: string;
  /** SHA-256 of the task file. */
  webarena_verified_data_checksum: string;
}

export function versionsFor(dataChecksum: string): Versions {
  return {
    webarena_verified_version: FOLLOWED_VERSION,
    webarena_verified_evaluator_checksum: checksumOfScorer(),
    webarena_verified_data_checksum: dataChecksum,
  };
}

function checksumOfScorer(): string {
  const folder = join(import.meta.dirname, "..", "..", "..", "evaluation", "verified");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /(?<!\.test|\.d)\.[jt]s$/u.test(name))
    .sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}
