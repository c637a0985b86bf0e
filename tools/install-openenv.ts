/**
 * Installs OpenEnv's Python package into a virtual environment outside this repository, for the test that drives our
 * server with its validator and its client: `npx tsx tools/install-openenv.ts <folder> [python3]`. It needs Python 3.10
 * or newer. Then set DREAMGYM_OPENENV to that folder.
 */

import { spawnSync } from "node:child_process";
import { join, relative, resolve } from "node:path";

/** The version that the server was written against. */
const PACKAGE = "openenv==0.10.0";

const [target, python = "python3"] = process.argv.slice(2);
if (target === undefined) {
  console.error("Expected a folder: npx tsx tools/install-openenv.ts <folder> [python]");
  process.exit(2);
}
const folder = resolve(target);
if (!relative(join(import.meta.dirname, ".."), folder).startsWith("..")) {
  console.error(`Expected a folder outside this repository, got ${folder}.`);
  process.exit(2);
}
for (const [program, ...words] of [
  [python, "-m", "venv", folder],
  [join(folder, "bin", "pip"), "install", "--quiet", PACKAGE],
] as const) {
  const { status } = spawnSync(program, words, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
console.log(`export DREAMGYM_OPENENV=${folder}`);
