/** A tiny study as a process: stopped with Ctrl-C in the middle, the same command resumes and writes the page. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StudyResult } from "../../src/transfer/run-study.ts";
import { ABLATIONS, STUDIES } from "../../src/transfer/study-parts.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** As small as possible while every arm and every ablation does each kind of its work. */
const rollouts = { groupSize: 2, tasksPerIteration: 1 };
const CONFIG = {
  seeds: [1, 2],
  collect: { episodes: 6, devEpisodes: 1, seed: 1 },
  clone: { epochs: 1 },
  gate: { enabled: false },
  imagination: {
    steps: 10,
    rollouts,
    search: {
      rounds: 1,
      search: { expansions: 8, solutions: 1 },
      choice: { rounds: 1, epochs: 1 },
    },
  },
  real: {
    steps: 10,
    stepsOf: { "bc-real": 20 },
    world: "text-browser",
    rollouts,
    searchSteps: 10,
    coevolve: { every: 10 },
  },
  points: 2,
  evaluate: [{ split: "dev", tasks: 1, points: "all" }],
  arms: ["bc-real", "dream-real", "dream-coevolve", "placebo-real", "search-real", "oracle"],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "study-"));
  writeFileSync(join(folder, "config.json"), JSON.stringify(CONFIG));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function startStudy(): ChildProcess {
  const words = ["--site-module", "examples/your-own-site/site.ts", "--browsers", "1", "--json"];
  const paths = [
    ["--config", join(folder, "config.json")],
    ["--folder", join(folder, "runs")],
    ["--out", join(folder, "page", "study.md")],
  ].flat();
  return spawn(
    process.execPath,
    ["--import", "tsx", "src/cli/main.ts", "study", "--quick", ...words, ...paths],
    { cwd: ROOT },
  );
}

const searched = (): boolean =>
  existsSync(join(folder, "runs", "main", "searches", "dream-1-searched"));

describe("dreamgym study", () => {
  it("resumes after Ctrl-C, and writes a page from its own results", async () => {
    const stopped = startStudy();
    const poll = setInterval(() => {
      if (searched()) stopped.kill("SIGINT");
    }, 20);
    const [code] = (await once(stopped, "exit")) as [number | null];
    clearInterval(poll);
    expect(code).toBe(130);
    expect(existsSync(join(folder, "page", "study.md"))).toBe(false);

    const child = startStudy();
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (text) => (stdout += String(text)));
    child.stderr?.on("data", (text) => (stderr += String(text)));
    const [end] = (await once(child, "close")) as [number];
    expect(end, stderr).toBe(0);
    const study = JSON.parse(stdout) as StudyResult;
    const { ablations } = STUDIES.quick;
    expect(study.ablations.map(({ name }) => name)).toEqual(ablations);
    const { main } = study;
    expect(Object.keys(main.fidelities)).toEqual(["1", "2"]);
    expect(main.ledger.total.requests).toBe(main.ledger.countedBySite);
    expect(main.ledger.lines["unpaid search/oracle"]?.steps).toBeGreaterThan(0);
    expect(stderr).toContain(`part 1 of ${1 + ablations.length}, main: done`);

    const page = readFileSync(join(folder, "page", "study.md"), "utf8");
    expect(page).toContain("| bc-real after 20 |");
    for (const { name, without } of ABLATIONS)
      if (ablations.includes(name)) expect(page).toContain(`| ${without} |`);
    const rate = main.summary.find(({ arm }) => arm === "dream")?.estimate.mean ?? -1;
    expect(page).toContain(`${(100 * rate).toFixed(1)} %`);
  }, 600_000);
});
