/**
 * Installs SkyRL with its JAX backend into a virtual environment outside this repository: a training engine that runs on a
 * CPU. It needs Python 3.12 or newer and about 7 GB, since PyPI's torch for Linux brings CUDA:
 *
 *     npx tsx tools/install-skyrl.ts <folder> [python3.12]
 *
 * Then set DREAMGYM_SKYRL to that folder.
 */

import { spawnSync } from "node:child_process";
import { join, relative, resolve } from "node:path";

/** SkyRL 0.4.0 imports aiohttp and starts itself through uv, and declares neither. */
const PACKAGES = ["skyrl[tinker,jax]==0.4.0", "torch", "aiohttp"];

const [target, python = "python3.12"] = process.argv.slice(2);
if (target === undefined) {
  console.error("Expected a folder: npx tsx tools/install-skyrl.ts <folder> [python]");
  process.exit(2);
}
const folder = resolve(target);
if (!relative(join(import.meta.dirname, ".."), folder).startsWith("..")) {
  console.error(`Expected a folder outside this repository, got ${folder}.`);
  process.exit(2);
}
const bin = (name: string): string => join(folder, "bin", name);
for (const [program, ...words] of [
  [python, "-m", "venv", folder],
  [bin("pip"), "install", "--quiet", "uv"],
  [bin("uv"), "pip", "install", "--quiet", "--python", bin("python"), ...PACKAGES],
] as const) {
  const { status } = spawnSync(program, words, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
}
console.log(`export DREAMGYM_SKYRL=${folder}`);
