/** The package as a new user gets it: packed, installed in an empty project, its examples with changed imports. */

import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const EXAMPLE = join("examples", "your-own-site");

let project: string;
let installed: string;

/** The output of a program. @throws with its error output when it fails */
async function run(program: string, ...words: string[]): Promise<string> {
  const options = { cwd: project, maxBuffer: 2 ** 26 };
  const { stdout } = await promisify(execFile)(program, words, options);
  return stdout;
}

const dreamgym = (...words: string[]): Promise<string> =>
  run("npx", "--no-install", "dreamgym", ...words);

/** The TypeScript code of the README that uses the package. */
function readmeExamples(): string[] {
  const text = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...text.matchAll(/^```ts\n(.*?)^```$/gmsu)]
    .map(([, code = ""]) => code)
    .filter((code) => code.includes('from "dreamgym-web"'));
}

/** Copies a file of the repository, with the package in place of its source. */
function adapt(from: string, to: string): void {
  const code = readFileSync(join(ROOT, from), "utf8");
  const adapted = code.replaceAll(/"(?:\.\.\/)+src\/index\.ts"/gu, '"dreamgym-web"');
  mkdirSync(dirname(join(project, to)), { recursive: true });
  writeFileSync(join(project, to), adapted);
}

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "package-"));
  await promisify(execFile)("npm", ["pack", "--pack-destination", project], { cwd: ROOT });
  const archive = readdirSync(project).find((name) => name.endsWith(".tgz"));
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund"];
  await run("npm", "install", ...quiet, `./${archive}`);
  installed = join(project, "node_modules", "dreamgym-web");
  for (const [index, code] of readmeExamples().entries())
    writeFileSync(join(project, `readme-${index}.ts`), code);
  adapt(join("examples", "evaluate-your-agent.ts"), "evaluate-your-agent.ts");
  for (const name of readdirSync(join(ROOT, EXAMPLE)))
    adapt(join(EXAMPLE, name), join("shed", name));
}, 180_000);
afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the packed package", () => {
  it("has every file that its documents link to", () => {
    const documents = readdirSync(installed, { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".md") && !name.includes("node_modules"),
    );
    expect(documents).toContain(join("docs", "your-own-site.md"));
    const broken = documents.flatMap((name) => {
      const text = readFileSync(join(installed, name), "utf8");
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/gu)].map(
        ([, to = ""]) => to,
      );
      return links
        .filter((to) => !existsSync(join(installed, dirname(name), to)))
        .map((to) => `${name}: ${to}`);
    });
    expect(broken).toEqual([]);
  });

  it("has types for the README's code and the examples", async () => {
    const compilerOptions = {
      module: "nodenext",
      target: "es2023",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      noEmit: true,
      types: ["node"],
      typeRoots: [join(ROOT, "node_modules", "@types")],
    };
    const include = ["*.ts", "shed/*.ts"];
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    await run(process.execPath, compiler, "-p", ".").catch((error: { stdout: string }) => {
      throw new Error(error.stdout);
    });
  });

  it("runs the README's code", async () => {
    expect(readmeExamples().length).toBeGreaterThan(0);
    for (const index of readmeExamples().keys())
      await run(process.execPath, "--import", "tsx", `readme-${index}.ts`);
  });

  it("evaluates the example's agent on the bundled sites and tasks", async () => {
    const told = await run(process.execPath, "--import", "tsx", "evaluate-your-agent.ts", "2");
    expect(told).toMatch(/^100100 {2}success in 2 steps/);
    expect(told).toContain("of 2 tasks");
  });

  it("has a command line that lists its commands and finds its own files", async () => {
    expect(await dreamgym("--help")).toMatch(/quickstart[\s\S]*collect[\s\S]*doctor/);
    expect(await dreamgym("doctor")).not.toContain("FAIL");
    expect(await dreamgym("tasks", "validate")).toMatch(/^\d+ tasks of \d+ templates/);
  });

  it("records a user's TypeScript site module under plain Node", async () => {
    writeFileSync(
      join(project, "dreamgym.config.ts"),
      'export default { siteModule: "shed/site.ts" };\n',
    );
    expect(await dreamgym("tasks", "validate")).toMatch(/^24 tasks of 2 templates/);
    const told = await dreamgym("collect", "--out", "run", "--episodes", "2");
    expect(told).toMatch(/^2 episodes recorded/);
    expect(statSync(join(project, "run", "offline", "log.txt")).size).toBeGreaterThan(0);
  });
});
