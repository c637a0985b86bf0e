/** Finds the pages of a MiniWoB++ folder: a checkout, its `html` folder, or PyPI's unpacked `miniwob` package. */

import { createHash } from "node:crypto";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfigError } from "../../../core/errors.ts";

export interface MiniwobPages {
  /** The folder that holds `core/` and `miniwob/`. */
  folder: string;
  /** Names of the pages without `.html`, sorted. */
  names: readonly string[];
  /** Of the pages and of the core script. */
  sha256: string;
}

const CORE = join("core", "core.js");
/** Where the folder lies in a checkout and in the package. */
const PLACES = ["", "html", join("miniwob", "html")];

/** @throws ConfigError if the folder holds no such pages */
export async function findPages(path: string): Promise<MiniwobPages> {
  for (const place of PLACES) {
    const folder = join(path, place);
    if (!(await exists(join(folder, CORE))) || !(await exists(join(folder, "miniwob")))) continue;
    const files = await readdir(join(folder, "miniwob"));
    const names = files
      .filter((file) => file.endsWith(".html"))
      .map((file) => file.slice(0, -".html".length))
      .toSorted();
    if (names.length > 0) return { folder, names, sha256: await hashPages(folder, names) };
  }
  throw new ConfigError(
    `Expected the pages of MiniWoB++ at ${path}, got no folder with core/core.js and miniwob/*.html. Check it out, or unpack PyPI's package: pip download miniwob --no-deps.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function hashPages(folder: string, names: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of [CORE, ...names.map((name) => join("miniwob", `${name}.html`))])
    hash.update(file).update(await readFile(join(folder, file)));
  return hash.digest("hex");
}
