import { readFileSync } from "node:fs";
import { ConfigError } from "../core/errors.ts";

/** @throws ConfigError that names the flag if the file cannot be read */
export function readText(path: string, flag: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError(
      `Expected a file for ${flag}, got ${path}: ${(error as Error).message}. Check the path.`,
      { cause: error },
    );
  }
}
