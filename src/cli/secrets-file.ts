/** A file of known secrets: lines `name=value` as in a .env file, or a value alone. */

import { readText } from "./read-text.ts";

export interface KnownSecret {
  /** A word for the placeholder. */
  kind: string;
  value: string;
}

/** @throws ConfigError if the file cannot be read */
export function readSecretsFile(path: string): KnownSecret[] {
  return readText(path, "--secrets")
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, value] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
      return {
        kind: name?.toLowerCase().replaceAll("_", "-") ?? "value",
        value: (value ?? line).replace(/^(["'])(.*)\1$/, "$2"),
      };
    })
    .filter(({ value }) => value !== "");
}
