/**
 * `npx tsx tools/install-verified.ts <folder>`: installs WebArena-Verified from PyPI into a virtual environment, for the
 * tests and benchmarks that compare with it. The folder belongs outside this repository.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The version that `src/real/harness/verified/versions.ts` follows. */
const PACKAGE = "webarena-verified==1.2.3";
/** The package needs 3.11 or newer. */
const PYTHONS = ["python3.13", "python3.12", "python3.11", "python3"];

const [folder] = process.argv.slice(2);
if (folder === undefined) fail("Expected a folder for the virtual environment, got none.", 2);
const path = resolve(folder);
if (!relative(resolve(import.meta.dirname, ".."), path).startsWith(".."))
  fail(`Expected a folder outside the repository, got ${path}.`, 2);

const python = PYTHONS.find((name) =>
  run(name, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"], "ignore"),
);
if (python === undefined) fail("Expected Python 3.11 or newer on the PATH, got none.", 1);
if (!existsSync(join(path, "bin", "python")) && !run(python, ["-m", "venv", path], "inherit"))
  fail(`${python} could not make a virtual environment at ${path}.`, 1);
if (!run(join(path, "bin", "python"), ["-m", "pip", "install", "--quiet", PACKAGE], "inherit"))
  fail(`pip could not install ${PACKAGE}.`, 1);
console.log(`Installed ${PACKAGE}. Compare with it:\n  export DREAMGYM_VERIFIED_VENV=${path}`);

function run(command: string, words: readonly string[], stdio: "ignore" | "inherit"): boolean {
  return spawnSync(command, words, { stdio }).status === 0;
}

function fail(message: string, code: number): never {
  console.error(message);
  process.exit(code);
}
