/** Variables of the environment, and those of a `.env` file that the environment does not set. */

import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";

type Variables = Readonly<Record<string, string | undefined>>;

export function readVariables(environment: Variables, path: string): Variables {
  if (!existsSync(path)) return environment;
  return { ...parseEnv(readFileSync(path, "utf8")), ...environment };
}
