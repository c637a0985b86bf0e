/**
 * `npx tsx tools/install-exports.ts <folder>`: installs the readers of exported formats from PyPI into a virtual
 * environment, for the tests that ask them. The folder belongs outside this repository.
 */

import { execFileSync } from "node:child_process";
import { relative, resolve } from "node:path";

/** ATIF's models, Parquet's reference reader, BrowserGym's action parser, and the traces of verifiers. */
const PACKAGES = ["atif==1.8.0", "pyarrow==26.0.1", "browsergym-core==0.14.3", "verifiers==0.4.0"];

const [target, python = "python3"] = process.argv.slice(2);
if (target === undefined) {
  console.error("Expected a folder: npx tsx tools/install-exports.ts <folder> [python3.11]");
  process.exit(2);
}
const folder = resolve(target);
if (!relative(resolve(import.meta.dirname, ".."), folder).startsWith("..")) {
  console.error(`Expected a folder outside this repository, got ${folder}.`);
  process.exit(2);
}
execFileSync(python, ["-m", "venv", folder], { stdio: "inherit" });
execFileSync(`${folder}/bin/python`, ["-m", "pip", "install", "--quiet", ...PACKAGES], {
  stdio: "inherit",
});
console.log(`export DREAMGYM_EXPORTS_VENV=${folder}`);
