/** Where this package's own files lie, run from source or built. */

import { existsSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** The folder with the package's own package.json. */
export function packageRoot(): string {
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
