/**
 * Installs Inspect (PyPI `inspect-ai`) into a virtual environment outside this repository, for the test that opens our
 * export with it: `npx tsx tools/install-inspect.ts <folder>`. Then set DREAMGYM_INSPECT to that folder.
 */

import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";

/** The version that the export was written against. */
const PACKAGE = "inspect-ai==0.3.285";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Expected a folder for the virtual environment, got none.");
  process.exit(2);
}
const path = resolve(folder);
for (const [program, ...words] of [
  ["python3", "-m", "venv", path],
  [join(path, "bin", "pip"), "install", "--quiet", PACKAGE],
] as const) {
  const { status } = spawnSync(program, words, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
console.log(`export DREAMGYM_INSPECT=${path}`);
