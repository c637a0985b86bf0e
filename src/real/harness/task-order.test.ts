import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Task } from "../../core/task.ts";
import {
  createTaskOrder,
  type Dependencies,
  type OrderedJob,
  readDependencies,
} from "./task-order.ts";

const CSV = resolve("../shared/data/webarena/dependencies.csv");

function createJob(id: string, sites: string[], writes: boolean, trial = 1): OrderedJob {
  const task: Task = {
    id,
    goal: "",
    startUrls: [],
    sites,
    maxSteps: 1,
    checks: writes
      ? [
          {
            kind: "network_event",
            events: [{ present: true, method: "POST", url: "http://a.test/" }],
          },
        ]
      : [{ kind: "string_match", exactMatch: "x" }],
    templateId: 1,
    world: "",
  };
  return { task, trial };
}

/** `r:shop` reads, `w:shop+forum` writes both. */
const job = (text: string, index = 0): OrderedJob => {
  const [kind, sites = ""] = text.split(":");
  return createJob(`${index}`, sites.split("+"), kind === "w");
};

function choose(
  waiting: readonly string[],
  running: readonly string[],
  { isolated = false, dependencies = new Map() as Dependencies } = {},
): number {
  return createTaskOrder({ isolated, dependencies })(
    waiting.map((text, index) => job(text, index)),
    running.map((text, index) => job(text, 100 + index)),
  );
}

describe("the order of tasks on shared sites", () => {
  it.each<[string, string[], string[], number]>([
    ["readers run together", ["r:shop"], ["r:shop"], 0],
    ["a writer waits for readers", ["w:shop"], ["r:shop"], -1],
    ["a reader waits for a writer", ["r:shop"], ["w:shop"], -1],
    ["another site is free", ["w:shop", "w:forum"], ["w:shop"], 1],
    ["a task of two sites needs both", ["w:shop+forum", "r:map"], ["r:forum"], 1],
    ["a reader does not overtake a writer that waits", ["w:shop", "r:shop"], ["r:shop"], -1],
    ["a writer does not overtake a reader that waits", ["r:shop+forum", "w:shop"], ["w:forum"], -1],
  ])("%s", (_what, waiting, running, expected) => {
    expect(choose(waiting, running)).toBe(expected);
  });

  it("does not matter where each environment has its own state", () => {
    expect(choose(["w:shop"], ["w:shop"], { isolated: true })).toBe(0);
  });

  it("never lets a writer run together with another task of its site, and starts every task", () => {
    const anyJob = fc.tuple(fc.subarray(["shop", "forum", "map"], { minLength: 1 }), fc.boolean());
    const found = fc.check(
      fc.property(
        fc.array(anyJob, { maxLength: 25 }),
        fc.infiniteStream(fc.nat(7)),
        (specs, ends) => {
          const order = createTaskOrder({ isolated: false, dependencies: new Map() });
          const waiting = specs.map(([sites, writes], i) => createJob(`${i}`, sites, writes));
          const running: OrderedJob[] = [];
          while (waiting.length > 0 || running.length > 0) {
            const next = running.length < 4 ? order(waiting, running) : -1;
            const [started] = next < 0 ? [] : waiting.splice(next, 1);
            if (started === undefined) {
              if (running.length === 0) return false;
              running.splice(ends.next().value % running.length, 1);
              continue;
            }
            const isWriter = started.task.checks[0]?.kind === "network_event";
            for (const { task } of running) {
              const shares = task.sites.some((site) => started.task.sites.includes(site));
              if (shares && (isWriter || task.checks[0]?.kind === "network_event")) return false;
            }
            running.push(started);
          }
          return true;
        },
      ),
    );
    expect(found.counterexample).toBeNull();
  });
});

describe("dependencies", () => {
  const dependencies = new Map([["1", ["0"]]]);

  it("hold a task back until the other has ended, also in its second try", () => {
    const order = createTaskOrder({ isolated: true, dependencies });
    const [first, second] = [createJob("0", [], false), createJob("1", [], false)];
    expect(order([second], [first])).toBe(-1);
    expect(order([second, first], [])).toBe(1);
    expect(order([second], [])).toBe(0);
  });

  it("hold a later trial back by the same trial alone", () => {
    const order = createTaskOrder({ isolated: true, dependencies });
    expect(order([createJob("1", [], false, 1)], [createJob("0", [], false, 2)])).toBe(0);
    expect(order([createJob("1", [], false, 2)], [createJob("0", [], false, 2)])).toBe(-1);
  });

  const write = (text: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), "csv-")), "dependencies.csv");
    writeFileSync(path, text);
    return path;
  };

  it("are read from a CSV file", () => {
    const path = write("task_id,depends_on\n3,\n4,webarena.3\n5,3 4\n");
    expect([...readDependencies(path)]).toEqual([
      ["4", ["3"]],
      ["5", ["3", "4"]],
    ]);
  });

  it("need both columns, and a file", () => {
    expect(() => readDependencies(write("task,depends_on\n"))).toThrow(/expected a column task_id/);
    expect(() => readDependencies("/nowhere.csv")).toThrow(/at \/nowhere\.csv, got ENOENT/);
  });

  it.skipIf(!existsSync(CSV))("of WebArena leave at most five tasks that may run at once", () => {
    const read = readDependencies(CSV);
    const order = createTaskOrder({ isolated: true, dependencies: read });
    const waiting = Array.from({ length: 812 }, (_, id) => createJob(`${id}`, [], false));
    let [rounds, most] = [0, 0];
    while (waiting.length > 0) {
      const running: OrderedJob[] = [];
      for (let next = order(waiting, running); next >= 0; next = order(waiting, running))
        running.push(...waiting.splice(next, 1));
      most = Math.max(most, running.length);
      rounds++;
    }
    // The longest chain of the file has 246 tasks.
    expect({ rounds, most }).toEqual({ rounds: 246, most: 5 });
  });
});
