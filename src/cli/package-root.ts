/** Where this package's own files lie, run from source or built. */

import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { z } from "zod";

/** The folder with the package's own package.json. */
function packageRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/** WebArena-style task files, one a split. */
export const tasksFolder = (): string => join(packageRoot(), "tasks");

/** The module that serves the self-hosted sites: TypeScript from source, JavaScript when built. */
export const siteEntry = (): string =>
  join(
    import.meta.dirname,
    "..",
    "..",
    "fixtures",
    "sites",
    `main${extname(import.meta.filename)}`,
  );

export function packageVersion(): string {
  const text = readFileSync(join(packageRoot(), "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
