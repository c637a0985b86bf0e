/**
 * The borders of the house: which room may import which, which package, and who may look at a clock. A new
 * room is added to the tables here first. Docs: docs/architecture.md.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..");

/** Room → rooms it may import besides itself. Everything not named is forbidden. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: [],
  page: ["core"],
  store: ["core"],
  evaluation: ["core", "page"],
  rl: ["core", "page"],
  real: ["core", "page", "evaluation", "store"],
  synthetic: ["core", "page", "evaluation", "store"],
  transfer: ["core", "page", "evaluation", "store", "rl", "real", "synthetic"],
  cli: [
    "core",
    "page",
    "evaluation",
    "store",
    "rl",
    "real",
    "synthetic",
    "transfer",
    "fixtures",
    "index",
  ],
  fixtures: ["core", "page", "evaluation"],
  /** `src/index.ts`: exports only. */
  index: ["core", "page", "evaluation", "store", "rl", "real", "synthetic", "transfer"],
};

/** Room → packages it may import; `node:` stands for all of Node's own. No disk, no network, no browser where it is missing. */
const MAY_USE: Record<string, readonly string[]> = {
  core: ["zod"],
  page: ["zod", "cheerio", "domhandler"],
  store: ["zod", "node:"],
  evaluation: ["zod", "cheerio", "domhandler"],
  rl: ["zod", "node:crypto"],
  real: ["zod", "node:", "playwright", "cheerio", "domhandler"],
  synthetic: ["zod", "cheerio", "domhandler"],
  transfer: ["zod", "node:"],
  cli: ["zod", "node:", "commander", "picocolors"],
  fixtures: ["zod", "node:", "cheerio", "domhandler"],
  index: [],
};

/** Time and chance come in as arguments everywhere but here, so that a run is a function of config and seed. */
const MAY_READ_CLOCK_AND_DICE = ["cli"];

/** Rooms that must work on any site: none of the fixture sites' words in their code (comments may give examples). */
const SITE_BLIND = ["core", "page", "store", "rl", "real", "synthetic", "transfer"];
const SITE_WORDS =
  /\b(shopping|reddit|subreddit|carts?|wish ?lists?|checkout|forums?|upvotes?|downvotes?|subscribe|subscriptions?|storefront)\b/i;

interface SourceFile {
  path: string;
  room: string;
  isTest: boolean;
  code: string;
  imports: string[];
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

function roomOf(path: string): string {
  const [top, second = ""] = relative(ROOT, path).split(sep);
  if (top !== "src") return top ?? "";
  return second === "index.ts" ? "index" : second;
}

function readSources(): SourceFile[] {
  const names = ["src", "fixtures"].flatMap((top) =>
    readdirSync(join(ROOT, top), { recursive: true, encoding: "utf8" }).map((name) =>
      join(top, name),
    ),
  );
  return names
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(ROOT, name);
      const code = withoutComments(readFileSync(path, "utf8"));
      const imports = [
        ...code.matchAll(/^\s*(?:import|export)\b[^;'"]*?from\s*["']([^"']+)["']/gm),
        ...code.matchAll(/(?:^\s*import\s*|\bimport\(\s*)["']([^"']+)["']/gm),
      ].map((match) => match[1] as string);
      return { path: name, room: roomOf(path), isTest: name.endsWith(".test.ts"), code, imports };
    });
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Tests may also use the test runner, Node, the fixtures and what several tests share. */
function violations(file: SourceFile): string[] {
  const rooms = [
    file.room,
    ...(MAY_IMPORT[file.room] ?? []),
    ...(file.isTest ? ["fixtures", "test"] : []),
  ];
  const packages = [
    ...(MAY_USE[file.room] ?? []),
    ...(file.isTest ? ["node:", "vitest", "fast-check"] : []),
  ];
  return file.imports.flatMap((specifier) => {
    if (!specifier.startsWith(".")) {
      if (packages.includes(packageOf(specifier)) || packages.includes(specifier)) return [];
      return [
        `${file.path}: room "${file.room}" may use packages [${packages.join(", ")}], not "${specifier}"`,
      ];
    }
    const room = roomOf(join(ROOT, dirname(file.path), specifier));
    if (rooms.includes(room)) return [];
    return [
      `${file.path}: room "${file.room}" may import [${rooms.join(", ")}], not "${room}" (${specifier})`,
    ];
  });
}

describe("the house", () => {
  const sources = readSources();
  const code = sources.filter((file) => !file.isTest);

  it("has only rooms that are in the tables", () => {
    const unknown = sources.filter((file) => !(file.room in MAY_IMPORT)).map((file) => file.path);
    expect(unknown, "Add the room to MAY_IMPORT and MAY_USE, or move the file.").toEqual([]);
  });

  it("imports only through the doors of the tables", () => {
    expect(
      sources.flatMap(violations),
      "Move the code, or take the thing in as an argument; a door is opened in MAY_IMPORT or MAY_USE only with a decision record.",
    ).toEqual([]);
  });

  it("reads the clock and rolls dice only in the command line", () => {
    const banned = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b/;
    const readers = code
      .filter((file) => !MAY_READ_CLOCK_AND_DICE.includes(file.room) && banned.test(file.code))
      .map((file) => `${file.path}: ${banned.exec(file.code)?.[0]}`);
    expect(readers, "Take `now: () => number` or a `Random` as an argument.").toEqual([]);
  });

  it("holds no word of the fixture sites in the rooms that meet unknown sites", () => {
    const tellers = code
      .filter((file) => SITE_BLIND.includes(file.room))
      .flatMap((file) => {
        const word = SITE_WORDS.exec(file.code)?.[0];
        return word === undefined ? [] : [`${file.path}: "${word}"`];
      });
    expect(tellers, "Learn it from experience or take it in as config.").toEqual([]);
  });

  it("sees the imports it judges", () => {
    const seen = sources.find((file) => file.path === join("src", "core", "env.ts"));
    expect(seen?.imports).toContain("./action.ts");
    expect(
      violations({
        path: "src/core/x.ts",
        room: "core",
        isTest: false,
        code: "",
        imports: ["../real/x.ts", "node:fs"],
      }),
    ).toHaveLength(2);
  });
});
