/**
 * Installs BrowserGym and MiniWoB++ into a folder, for the side-by-side bench:
 *
 *     npx tsx tools/install-browsergym.ts <folder outside this repository> [python3.11]
 */

import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const BROWSERGYM = "0.14.3";
const MINIWOB = "1.1.0";

const [target, python = "python3"] = process.argv.slice(2);
if (target === undefined) {
  console.error("Expected a folder: npx tsx tools/install-browsergym.ts <folder> [python]");
  process.exit(2);
}
const folder = resolve(target);
if (!relative(join(import.meta.dirname, ".."), folder).startsWith("..")) {
  console.error(`Expected a folder outside this repository, got ${folder}.`);
  process.exit(2);
}
const run = (program: string, ...words: string[]): void => {
  execFileSync(program, words, { cwd: folder, stdio: "inherit" });
};
mkdirSync(folder, { recursive: true });
const environment = join(folder, "venv");
run(python, "-m", "venv", environment);
const pip = join(environment, "bin", "pip");
run(
  pip,
  "install",
  "--quiet",
  ...["core", "miniwob"].map((part) => `browsergym-${part}==${BROWSERGYM}`),
);
// Its pages alone: the package's own dependencies are a driver for another browser.
run(pip, "install", "--quiet", "--no-deps", "--target", folder, `miniwob==${MINIWOB}`);
console.log(`export DREAMGYM_BROWSERGYM=${environment}\nexport DREAMGYM_MINIWOB=${folder}`);
