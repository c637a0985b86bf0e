/**
 * The borders between rooms: which room may import which, which package, and who may read a clock. A new room
 * starts with a row in the tables here. Docs: docs/architecture.md.
 */

import { readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { readSources, ROOT, roomOf, type SourceFile } from "./support/read-sources.ts";

/** The permissions of a room. Everything not named is forbidden. */
interface Doors {
  /** Rooms that it may import in addition to itself. A room does not include its sub-rooms. */
  imports: readonly string[];
  /** Packages it may import. `node:` stands for all of Node's own modules. */
  packages: readonly string[];
}

const HTML = ["zod", "cheerio", "domhandler"];
/** What the retrieval model's rooms share. */
const RETRIEVAL = ["core", "page", "synthetic", "synthetic/tree", "synthetic/buffer"];
const SRC: Record<string, Doors> = {
  core: { imports: [], packages: ["zod"] },
  page: {
    imports: ["core"],
    packages: [...HTML, "@exodus/bytes", "parse5", "parse5-htmlparser2-tree-adapter"],
  },
  store: { imports: ["core"], packages: ["zod", "node:"] },
  evaluation: { imports: ["core", "page"], packages: HTML },
  /** WebArena-Verified's checks: pure functions of a task, a response and requests. */
  "evaluation/verified": {
    imports: ["evaluation", "evaluation/verified/values"],
    packages: ["zod"],
  },
  "evaluation/verified/values": { imports: [], packages: [] },
  "text-browser": { imports: ["core", "page", "evaluation"], packages: HTML },
  "text-browser/http": {
    imports: ["core", "page", "evaluation", "text-browser", "real/sites"],
    packages: [
      ...HTML,
      "node:",
      "@exodus/bytes",
      "html-encoding-sniffer",
      "tough-cookie",
      "whatwg-mimetype",
    ],
  },
  rl: { imports: ["core"], packages: ["zod", "node:crypto", "tinyqueue"] },
  "agent/candidates": { imports: ["core", "page"], packages: ["zod"] },
  "agent/network": {
    imports: ["core", "page", "agent/candidates"],
    packages: ["zod", "node:crypto", "stemmer"],
  },
  "agent/learning": {
    imports: ["core", "page", "rl", "agent/candidates", "agent/network"],
    packages: ["zod"],
  },
  "agent/baselines": { imports: ["core", "page", "agent/candidates"], packages: ["zod"] },
  /** Chat models. `node-llama-cpp` is an optional peer: nothing but `local.ts` imports it, when it is asked for. */
  llm: {
    imports: ["core", "page", "store"],
    packages: ["zod", "node:", "openai", "node-llama-cpp"],
  },
  /** A client of training engines, and learners whose weights are there. */
  "llm/tinker": {
    imports: ["core", "rl", "llm", "llm/policy"],
    packages: ["zod", "node:", "@huggingface/tokenizers", "@huggingface/jinja"],
  },
  "llm/judge": { imports: ["core", "page", "evaluation", "llm"], packages: ["zod"] },
  "llm/policy": { imports: ["core", "page", "llm"], packages: ["zod"] },
  "real/sites": { imports: ["core", "store"], packages: ["zod", "node:"] },
  "real/browser": {
    imports: ["core", "page", "evaluation", "real/sites", "real/browser/in-page"],
    packages: [...HTML, "node:", "playwright"],
  },
  "real/browser/in-page": { imports: [], packages: [] },
  "real/browser/install": { imports: ["core"], packages: ["zod", "node:", "playwright"] },
  "real/record/collect": { imports: ["core", "page", "store"], packages: ["zod", "node:"] },
  /** Watches a hand in a browser session, so it needs the session. */
  "real/record/capture": {
    imports: [
      "core",
      "page",
      "evaluation",
      "store",
      "real/sites",
      "real/browser",
      "real/browser/in-page",
      "real/record/capture/in-page",
    ],
    packages: ["zod", "node:", "playwright"],
  },
  "real/record/capture/in-page": { imports: ["real/browser/in-page"], packages: [] },
  /** Repeats an episode in any `Env`. The HTML of its pages finds elements again. */
  "real/record/replay": {
    imports: ["core", "page", "real/sites"],
    packages: ["node:", "domhandler"],
  },
  /** Checks of a recording's end, proven by playing it again. */
  "real/record/make-task": {
    imports: ["core", "page", "evaluation", "real/record/replay"],
    packages: [],
  },
  /** Other tools' recordings as trajectories. Traces are archives, as those of WebArena-Verified. */
  "real/record/imports": {
    imports: ["core", "page", "store", "real/harness/verified"],
    packages: [...HTML, "node:"],
  },
  /** Recorded episodes in the formats of other tools. */
  "real/record/exports": {
    imports: ["core", "page", "store", "real/harness/verified"],
    packages: ["zod", "node:", "hyparquet-writer", "domhandler"],
  },
  "real/harness": {
    imports: ["core", "page", "evaluation", "store", "real/sites"],
    packages: ["zod", "node:"],
  },
  /** Logs in with a browser, and opens one for each worker. */
  "real/harness/webarena": {
    imports: ["core", "evaluation", "store", "real/sites", "real/browser", "real/harness"],
    packages: ["zod", "node:", "playwright"],
  },
  /** Reset and score belong to the page, so this room acts in browser sessions itself. */
  "real/harness/miniwob": {
    imports: [
      "core",
      "page",
      "evaluation",
      "real/sites",
      "real/browser",
      "real/browser/in-page",
      "real/harness",
    ],
    packages: ["zod", "node:", "playwright"],
  },
  "real/harness/infinity": {
    imports: ["core", "real/sites", "real/browser", "real/browser/in-page", "real/harness"],
    packages: ["zod", "node:"],
  },
  /** WebArena-Verified's folders: reads, scores and writes them. */
  "real/harness/verified": {
    imports: ["core", "evaluation/verified", "store"],
    packages: ["zod", "node:"],
  },
  synthetic: {
    imports: ["core", "page", "evaluation", "text-browser", "synthetic/tree"],
    packages: HTML,
  },
  "synthetic/tree": { imports: ["core", "page"], packages: HTML },
  /** `text-browser` knows which pages the browser itself asks for. Scripts asked for the rest. */
  "synthetic/buffer": { imports: ["core", "page", "text-browser"], packages: ["zod"] },
  "synthetic/retrieval/binding": {
    imports: ["core", "page", "synthetic/tree"],
    packages: HTML,
  },
  "synthetic/retrieval/index": {
    imports: [...RETRIEVAL, "synthetic/retrieval/binding"],
    packages: HTML,
  },
  "synthetic/retrieval/listings": {
    imports: [...RETRIEVAL, "synthetic/retrieval/binding", "synthetic/retrieval/index"],
    packages: HTML,
  },
  "synthetic/retrieval": {
    imports: [
      ...RETRIEVAL,
      "synthetic/measure",
      "synthetic/retrieval/binding",
      "synthetic/retrieval/index",
      "synthetic/retrieval/listings",
    ],
    packages: HTML,
  },
  "synthetic/curriculum": {
    imports: ["core", "page", "synthetic/buffer", "rl"],
    packages: ["zod"],
  },
  "synthetic/reasoning": {
    imports: [
      "core",
      "page",
      "llm",
      "synthetic",
      "synthetic/tree",
      "synthetic/buffer",
      "synthetic/curriculum",
      "synthetic/measure",
    ],
    packages: ["zod"],
  },
  "synthetic/measure": {
    imports: [...RETRIEVAL, "text-browser"],
    packages: ["zod"],
  },
  /** What programs of other languages talk to. A world comes in as an argument, so it needs neither of the two. */
  "serve/openenv": { imports: ["core", "page"], packages: ["zod", "node:", "ws"] },
  /** The dream against reality: it sees both worlds, as `transfer` does, and `transfer` asks it. */
  "transfer/check": {
    imports: [
      "core",
      "evaluation",
      "store",
      "rl",
      "text-browser/http",
      "real/browser",
      "real/harness",
      "real/sites",
      "synthetic",
      "synthetic/measure",
    ],
    packages: ["zod"],
  },
  transfer: {
    imports: [
      "core",
      "page",
      "evaluation",
      "store",
      "rl",
      "text-browser",
      "text-browser/http",
      "agent/*",
      "real/*",
      "synthetic",
      "synthetic/*",
      "transfer/check",
    ],
    packages: ["zod", "node:"],
  },
  /** Nothing of `transfer` imports it: what `evaluate` measures is no part of a comparison. */
  "transfer/evaluate": {
    imports: ["core", "page", "store", "real/harness", "transfer"],
    packages: ["zod", "node:"],
  },
  /** Episodes as a page for people. It reads what dreamed episodes rest on. */
  "serve/viewer": {
    imports: ["core", "page", "store", "synthetic/buffer"],
    packages: ["zod", "node:"],
  },
  /** `tsx` reads users' TypeScript, also where this package runs built. */
  cli: {
    imports: ["*", "fixtures"],
    packages: ["zod", "node:", "commander", "picocolors", "tsx"],
  },
  "cli/commands": {
    imports: ["*", "fixtures"],
    packages: ["zod", "node:", "commander", "picocolors"],
  },
  /** The flags of each benchmark that `evaluate` knows. */
  "cli/benchmarks": {
    imports: ["*", "fixtures"],
    packages: ["zod", "node:", "commander", "picocolors"],
  },
  "cli/text": { imports: ["*", "fixtures"], packages: ["zod", "node:", "picocolors"] },
  /** `src/index.ts`: exports only, the bundled sites and tasks among them. */
  index: { imports: ["*", "fixtures"], packages: [] },
};

const OUTSIDE_SRC: Record<string, Doors> = {
  fixtures: {
    imports: ["core", "page", "evaluation", "real/sites"],
    packages: [...HTML, "node:"],
  },
  /** Users' programs: they see the package and nothing behind it. */
  examples: { imports: ["index"], packages: ["node:"] },
  bench: { imports: ["*", "fixtures", "test"], packages: ["node:", "playwright"] },
  /** `commander` reads their options. */
  tools: { imports: ["*", "fixtures", "test"], packages: ["node:", "playwright", "commander"] },
  test: {
    imports: ["*", "fixtures", "examples", "bench", "tools"],
    packages: [
      "node:",
      "vitest",
      "fast-check",
      "playwright",
      "axe-core",
      "commander",
      "ws",
      "hyparquet",
      "@puppeteer/replay",
      "ajv",
      /** Builds pages of frameworks. */
      "esbuild",
      ...HTML,
    ],
  },
};
const ROOMS: Record<string, Doors> = { ...SRC, ...OUTSIDE_SRC };

/** Time and chance come in as arguments everywhere else, so that a run is a function of config and seed. */
const MAY_READ_CLOCK = ["cli", "cli/commands", "cli/text", "bench", "tools", "test", "examples"];

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** A door is a room's name, `room/*` for all of its sub-rooms, or `*` for every room of `src`. */
function opens(door: string, room: string): boolean {
  if (door === "*") return room in SRC;
  return door.endsWith("/*") ? room.startsWith(door.slice(0, -1)) : door === room;
}

/** For unit tests: the test runner, a browser, and readers of exported formats and schemas. */
const TEST_PACKAGES = [
  "ajv",
  "node:",
  "vitest",
  "fast-check",
  "playwright",
  "hyparquet",
  "@puppeteer/replay",
];

/** Unit tests may also use the test runner, Node, the fixtures, shared test support, and any room above their own. */
function violations(file: SourceFile): string[] {
  const doors = ROOMS[file.room] ?? { imports: [], packages: [] };
  const rooms = [file.room, ...doors.imports, ...(file.isTest ? ["*", "fixtures", "test"] : [])];
  const packages = [...doors.packages, ...(file.isTest ? [...TEST_PACKAGES] : [])];
  return file.imports.flatMap((specifier) => {
    if (!specifier.startsWith(".")) {
      if (packages.includes(packageOf(specifier)) || packages.includes(specifier)) return [];
      return [
        `${file.path}: room "${file.room}" may use packages [${packages.join(", ")}], not "${specifier}"`,
      ];
    }
    const room = roomOf(join(ROOT, dirname(file.path), specifier));
    if (rooms.some((door) => opens(door, room))) return [];
    return [
      `${file.path}: room "${file.room}" may import [${rooms.join(", ")}], not "${room}" (${specifier})`,
    ];
  });
}

/** The table of docs/architecture.md: the rooms that each room may import. A row may name several rooms. */
function readDocumentedDoors(): Record<string, string[]> {
  const text = readFileSync(join(ROOT, "docs", "architecture.md"), "utf8");
  const [, table = ""] = text.split(/<!-- rooms:(?:start|end) -->/);
  const rows = [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)].slice(2);
  const namesIn = (cell: string): string[] =>
    cell === "nothing"
      ? []
      : cell.split(", ").map((name) => (name === "every room" ? "*" : name.replaceAll("`", "")));
  return Object.fromEntries(
    rows.flatMap(([, rooms = "", doors = ""]) =>
      namesIn(rooms).map((room) => [room, namesIn(doors)]),
    ),
  );
}

/** Rooms in an order in which each imports only rooms before it; null without such an order. */
function orderOf(rooms: Record<string, Doors>): string[] | null {
  const order: string[] = [];
  const left = new Set(Object.keys(rooms));
  while (left.size > 0) {
    const next = [...left].find((room) =>
      [...left].every(
        (other) =>
          other === room || !(rooms[room] as Doors).imports.some((door) => opens(door, other)),
      ),
    );
    if (next === undefined) return null;
    left.delete(next);
    order.push(next);
  }
  return order;
}

describe("the house", () => {
  const sources = readSources(["src", ...Object.keys(OUTSIDE_SRC)]);
  const code = sources.filter((file) => !file.isTest);

  it("has only rooms that are in the tables, and every row names a room", () => {
    const unknown = sources.filter((file) => !(file.room in ROOMS)).map((file) => file.path);
    expect(unknown, "Add the room to SRC, or move the file.").toEqual([]);
    const inhabited = new Set(sources.map((file) => file.room));
    expect(Object.keys(ROOMS).filter((room) => !inhabited.has(room))).toEqual([]);
  });

  it("has the doors that docs/architecture.md shows", () => {
    const doors = Object.entries(ROOMS).map(([room, { imports }]) => [room, imports]);
    expect(readDocumentedDoors(), "Change the table of docs/architecture.md too.").toEqual(
      Object.fromEntries(doors),
    );
  });

  it("imports only through the doors of the tables", () => {
    expect(
      sources.flatMap(violations),
      "Move the code, or take the thing in as an argument. A new door needs a decision record.",
    ).toEqual([]);
  });

  it("has no circle among its rooms", () => {
    const below = Object.fromEntries(
      Object.entries(SRC).filter(([room]) => room !== "index" && !/^cli\b/u.test(room)),
    );
    expect(orderOf(below)).not.toBeNull();
    expect(
      orderOf({ a: { imports: ["b"], packages: [] }, b: { imports: ["a"], packages: [] } }),
    ).toBeNull();
  });

  it("enters the fixtures through their one door", () => {
    const others = code
      .filter((file) => file.room in SRC || ["bench", "tools", "examples"].includes(file.room))
      .flatMap((file) => file.imports.filter((name) => name.includes("/fixtures/")));
    expect(others.length).toBeGreaterThan(0);
    expect(others.filter((name) => !name.endsWith("/fixtures/index.ts"))).toEqual([]);
  });

  it("enters the retrieval model through its two doors", () => {
    const inside = join("src", "synthetic", "retrieval") + sep;
    const entered = sources
      .filter((file) => !file.path.startsWith(inside))
      .flatMap((file) =>
        file.imports
          .filter((name) => name.startsWith("."))
          .map((name) => join(dirname(file.path), name)),
      )
      .filter((path) => path.startsWith(inside));
    const doors = ["create-retrieval-model.ts", "retrieval-model.ts"].map((name) => inside + name);
    expect(entered.length).toBeGreaterThan(0);
    expect(entered.filter((path) => !doors.includes(path))).toEqual([]);
  });

  it("lets examples see the package alone", () => {
    const behind = sources
      .filter((file) => file.room === "examples")
      .flatMap((file) => file.imports.filter((name) => name.includes("/src/")));
    expect(behind.filter((name) => !name.endsWith("/src/index.ts"))).toEqual([]);
  });

  it("reads the clock and draws random numbers only where a person starts the program", () => {
    const banned = /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bMath\.random\b/;
    const readers = code
      .filter((file) => !MAY_READ_CLOCK.includes(file.room) && banned.test(file.code))
      .map((file) => `${file.path}: ${banned.exec(file.code)?.[0]}`);
    expect(readers, "Take `now: () => number` or a `Random` as an argument.").toEqual([]);
  });

  it("sees the imports it judges", () => {
    const seen = sources.find((file) => file.path === join("src", "core", "env.ts"));
    expect(seen?.imports).toContain("./action.ts");
    const judge = (path: string, ...imports: string[]) =>
      violations({ path, room: roomOf(join(ROOT, path)), isTest: false, code: "", imports });
    expect(judge("src/core/x.ts", "../real/x.ts", "node:fs")).toHaveLength(2);
    expect(judge("src/real/harness/x.ts", "../sites/y.ts", "../browser/y.ts")).toHaveLength(1);
    expect(judge("examples/x.ts", "../src/core/y.ts")).toHaveLength(1);
  });
});
