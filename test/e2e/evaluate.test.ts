/** `dreamgym evaluate` with real browsers: faults of browsers and sites, kills, and the same result every time. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Policy } from "../../src/core/policy.ts";
import { createRandom } from "../../src/core/random.ts";
import type { Task } from "../../src/core/task.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { readTrajectory } from "../../src/store/trajectory-file.ts";
import type { Agent } from "../../src/real/harness/agent.ts";
import { EvaluationConfigSchema } from "../../src/transfer/evaluate/evaluation-config.ts";
import { readEvaluation } from "../../src/transfer/evaluate/read-evaluation.ts";
import { runEvaluation } from "../../src/transfer/evaluate/run-evaluation.ts";
import { openSiteBenchmark } from "../../src/transfer/site-benchmark.ts";
import { checkSiteModule } from "../../src/transfer/site-module.ts";
import { killAndResume } from "../support/kill-and-resume.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { runCli } from "../support/run-cli.ts";

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), "evaluate-")), "run");

/** What each episode came to, without times. */
async function resultsOf(folder: string): Promise<string[]> {
  const { results } = await readEvaluation(folder);
  return results
    .map(({ taskId, status, steps, answer }) => JSON.stringify([taskId, status, steps, answer]))
    .toSorted();
}

const VERIFIED_FILES = ["agent_response.json", "network.har", "run_config.json"];

describe("evaluate on the bundled sites", () => {
  const flags = ["--agent", "scripted", "--sites", "shopping,map", "--split", "heldout-template"];

  it(
    "solves all tasks twice with the same result, alone and with three workers",
    { timeout: 400_000 },
    async () => {
      const folders = [newFolder(), newFolder()];
      for (const [index, browsers] of ["3", "1"].entries()) {
        const folder = folders[index] ?? "";
        const { code, result } = await runCli(
          "evaluate",
          ...flags,
          "--limit",
          "12",
          "--browsers",
          browsers,
          "--out",
          folder,
          "--json",
        );
        expect(code).toBe(0);
        expect(JSON.parse(result)).toMatchObject({ success: { mean: 1, n: 12 }, retried: 0 });
      }
      const [first = "", second = ""] = folders;
      expect(await resultsOf(first)).toEqual(await resultsOf(second));
      const { result } = await runCli("evaluate", "--compare", first, second);
      expect(result).toContain("Difference: 0.0 points");
      const formats = "verified,browsergym,inspect";
      expect((await runCli("evaluate", "--from", first, "--export", formats)).code).toBe(0);
      const exported = join(first, "exports", "verified", "trial-1");
      expect(readdirSync(exported)).toHaveLength(12);
      for (const id of readdirSync(exported))
        expect(readdirSync(join(exported, id)).toSorted()).toEqual(VERIFIED_FILES);
      const [{ episode } = { episode: "" }] = (await readEvaluation(first)).results;
      expect((await readTrajectory(join(first, episode))).score).toMatchObject({ value: 1 });
    },
  );

  it(
    "loses no result and has none twice after kills at random moments, and leaves no process",
    { timeout: 400_000 },
    async () => {
      const folder = newFolder();
      const killed = await killAndResume({
        flags: [...flags, "--limit", "14", "--browsers", "2"],
        folder,
        kills: 3,
        betweenMs: [0, 2500],
        random: createRandom(7),
      });
      expect(killed).toMatchObject({ code: 0, leftOver: 0 });
      const lines = await resultsOf(folder);
      expect(lines).toHaveLength(14);
      expect(new Set(lines.map((line) => (JSON.parse(line) as string[])[0])).size).toBe(14);
      expect(lines.every((line) => line.includes('"success"'))).toBe(true);
    },
  );

  it(
    "stops on Ctrl-C without a process or a torn file, and the same call resumes",
    { timeout: 400_000 },
    async () => {
      const folder = newFolder();
      const stopped = await killAndResume({
        flags: [...flags, "--limit", "10", "--browsers", "2"],
        folder,
        kills: 1,
        betweenMs: [500, 1500],
        signal: "SIGINT",
        random: createRandom(8),
      });
      expect(stopped).toMatchObject({ code: 0, leftOver: 0 });
      expect(await resultsOf(folder)).toHaveLength(10);
      expect(
        readdirSync(join(folder, "episodes")).filter((name) => !name.endsWith(".jsonl")),
      ).toEqual([]);
    },
  );
});

describe("a fault of a browser or a site", () => {
  let server: PageServer;
  beforeAll(async () => {
    const page = "<title>Fine</title><h1>Fine</h1>";
    server = await startPageServer({
      "/fine": page,
      "/hang": "<title>Hang</title><script>for (;;);</script>",
      "/broken": (_request, reply) => {
        reply.writeHead(500, { "content-type": "text/html" });
        reply.end(page);
      },
      "/dropped": (_request, reply) => void reply.destroy(),
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
  });

  const createTask = (path: string): Task => ({
    id: path,
    goal: "Stop.",
    startUrls: [`http://${server.address}/${path.replace(/\d+$/u, "")}`],
    sites: ["site"],
    maxSteps: 3,
    checks: [{ kind: "string_match", exactMatch: "done" }],
    templateId: 1,
    world: "",
  });
  const stops: Policy = { act: () => ({ action: { kind: "stop", answer: "done" } }) };

  async function evaluate(ids: string[], policyFor: (task: Task) => Policy, hangMs = 100_000) {
    const folder = newFolder();
    const tasks = ids.map(createTask);
    const site = checkSiteModule({ urls: { site: `http://${server.address}` } }, "test");
    const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
    const agent: Agent = {
      name: "stops",
      facts: {},
      policyFor: ({ task }) => policyFor(task),
    };
    await using benchmark = await openSiteBenchmark({ site, tasks, executablePath: path });
    await runEvaluation({
      benchmark,
      tasks: benchmark.tasks,
      agent,
      config: EvaluationConfigSchema.parse({}),
      folder,
      workers: 2,
      maxErrorShare: 0.99,
      hangMs,
      versions: {},
      now: () => performance.timeOrigin + performance.now(),
    });
    const { results, openErrors } = await readEvaluation(folder);
    return Object.fromEntries(
      [...results, ...openErrors].map(({ taskId, status, error }) => [
        taskId,
        error === null ? status : `${error.kind}: ${error.code}`,
      ]),
    );
  }

  it("has its own type, and the other tasks keep their scores", async () => {
    const ids = ["fine1", "hang", "fine2", "broken", "fine3", "dropped", "fine4"];
    expect(await evaluate(ids, () => stops, 4000)).toEqual({
      fine1: "success",
      fine2: "success",
      fine3: "success",
      fine4: "success",
      hang: "infrastructure: browser",
      broken: "infrastructure: site",
      dropped: "infrastructure: site",
    });
  });

  it("of a browser that crashes is repaired by the second try", async () => {
    let crashes = 0;
    const crash: Policy = {
      act() {
        if (crashes++ === 0) for (const id of browsersOf(process.pid)) process.kill(id, "SIGKILL");
        return { action: { kind: "newTab" } };
      },
    };
    const played = await evaluate(["fine1", "fine2", "fine3"], ({ id }) =>
      id === "fine2" && crashes === 0 ? crash : stops,
    );
    expect(crashes).toBeGreaterThan(0);
    expect(played).toEqual({ fine1: "success", fine2: "success", fine3: "success" });
  });
});

/** Linux: the browsers that a process has started. */
function browsersOf(parent: number): number[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" });
  return stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/u))
    .filter(([, ppid, ...args]) => ppid === String(parent) && args.includes("--headless"))
    .map(([id]) => Number(id));
}

/** A full disk: a file system of one megabyte, which only root can mount. */
const canMount = (() => {
  const probe = mkdtempSync(join(tmpdir(), "full-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", probe]);
  if (status === 0) spawnSync("umount", [probe]);
  return status === 0;
})();

describe.skipIf(!canMount)("a full disk (needs the right to mount a small file system)", () => {
  const disk = mkdtempSync(join(tmpdir(), "full-"));
  const mount = (size: string): void => {
    const flags = size.startsWith("remount") ? size : `size=${size}`;
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", flags, "tmpfs", disk]).status).toBe(0);
  };
  afterAll(() => void spawnSync("umount", [disk]));

  it(
    "stops the call with the file's name, and the same call resumes on a larger disk",
    { timeout: 400_000 },
    async () => {
      mount("120k");
      const folder = join(disk, "run");
      const words = ["evaluate", "--agent", "scripted", "--limit", "16", "--out", folder, "--json"];
      const full = await runCli(...words);
      expect(full.code).toBe(1);
      expect(full.said).toMatch(/Expected to write .*: .*ENOSPC/);
      const before = readFileSync(join(folder, "results.jsonl"), "utf8");
      expect(before.endsWith("\n")).toBe(true);
      mount("remount,size=50m");
      const { code, result } = await runCli(...words);
      expect(code).toBe(0);
      expect(JSON.parse(result)).toMatchObject({ success: { mean: 1, n: 16 } });
      expect(readFileSync(join(folder, "results.jsonl"), "utf8").startsWith(before)).toBe(true);
      expect(existsSync(join(folder, "summary.json"))).toBe(true);
    },
  );
});
