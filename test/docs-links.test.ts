/**
 * The docs point at existing things: links between documents, paths and file names in the text, documents named in
 * comments. `docs/history` keeps the file names of its day; there only links count.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const FOLDERS = ["bench", "docs", "examples", "fixtures", "src", "tasks", "test", "tools"];

/** Files that a user writes. */
const OF_USERS = ["dreamgym.config.ts", "my-site.ts"];

const files = [
  ...readdirSync(ROOT, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  ),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name).split(sep).join("/"),
    ),
  ),
];
const read = (file: string): string => readFileSync(join(ROOT, file), "utf8");
const documents = files.filter((file) => file.endsWith(".md"));
const ofToday = documents.filter((file) => !file.startsWith("docs/history/"));

/** Targets of links and pictures that are not on the internet, without their fragment. */
function linksIn(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] as string).replace(/#.*$/, ""))
    .filter((target) => target !== "" && !/^[a-z]+:/i.test(target));
}

/** `src/core/env.ts`, `fixtures/sites/`: paths from the root. A placeholder ends them: `fixtures/sites/<site>/`. */
function pathsIn(text: string): string[] {
  const path = new RegExp(`(?<![\\w/.-])(?:${FOLDERS.join("|")})/[\\w./-]+`, "g");
  return [...text.matchAll(path)].map(([found]) => found.replace(/[./]+$/, ""));
}

/** Names in code type that end like a source file: `action-errors.ts`, `page/action-errors.ts`. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)].map((match) => match[1] as string);
}

const missing = (file: string, found: readonly string[], exists: (name: string) => boolean) =>
  found.filter((name) => !exists(name)).map((name) => `${file}: ${name}`);

describe("the docs", () => {
  it("link to files that exist", () => {
    expect(documents.flatMap((file) => linksIn(read(file))).length).toBeGreaterThan(20);
    const broken = documents.flatMap((file) =>
      missing(file, linksIn(read(file)), (target) => existsSync(join(ROOT, dirname(file), target))),
    );
    expect(broken).toEqual([]);
  });

  it("name paths that exist", () => {
    expect(ofToday.flatMap((file) => pathsIn(read(file))).length).toBeGreaterThan(20);
    const broken = ofToday.flatMap((file) =>
      missing(file, pathsIn(read(file)), (path) => existsSync(join(ROOT, path))),
    );
    expect(broken).toEqual([]);
  });

  it("name source files that exist, whatever part of their path they give", () => {
    expect(ofToday.flatMap((file) => namesIn(read(file))).length).toBeGreaterThan(20);
    const broken = ofToday.flatMap((file) =>
      missing(file, namesIn(read(file)), (name) =>
        [...files, ...OF_USERS].some((path) => path === name || path.endsWith(`/${name}`)),
      ),
    );
    expect(broken).toEqual([]);
  });

  it("exist where a comment or a message of the source names them", () => {
    const sources = files.filter((file) => file.startsWith("src/") && file.endsWith(".ts"));
    const named = sources.flatMap((file) =>
      pathsIn(read(file)).filter((path) => path.startsWith("docs/")),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it("are read by rules that see a wrong name", () => {
    expect(linksIn("[a](b.md#c) ![d](e/f.png) [g](https://h.example/) [i](#j)")).toEqual([
      "b.md",
      "e/f.png",
    ]);
    expect(pathsIn("in `src/core/env.ts`, tasks/*.json and fixtures/templates/<site>/.")).toEqual([
      "src/core/env.ts",
      "fixtures/templates",
    ]);
    expect(namesIn("`page/x.ts`, `y.test.ts`, z.ts")).toEqual(["page/x.ts", "y.test.ts"]);
  });
});
