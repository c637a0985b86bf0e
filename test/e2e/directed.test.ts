/** Directed recording in Chromium: what searches in the dream lack is visited on the real site, within a budget. */

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLedger, totalsByLine } from "../../src/store/ledger.ts";
import { readTrajectories } from "../../src/store/trajectory-file.ts";
import type { DirectedSummary } from "../../src/transfer/record-directed.ts";
import { runCli } from "../support/run-cli.ts";

const EPISODES = 2;
const BUDGET = 12;
const SITE = ["--site-module", "examples/your-own-site/site.ts"];

let run: string;
let offline: string;

beforeAll(async () => {
  run = mkdtempSync(join(tmpdir(), "directed-"));
  offline = join(run, "offline");
  const { code } = await collect("--episodes", String(EPISODES));
  expect(code).toBe(0);
}, 240_000);
afterAll(() => rmSync(run, { recursive: true, force: true }));

const collect = (...words: string[]): ReturnType<typeof runCli> =>
  runCli("collect", "--out", run, ...SITE, "--json", ...words);

async function direct(): Promise<DirectedSummary> {
  const words = ["--budget", String(BUDGET), "--rounds", "2", "--expansions", "12"];
  const { code, result, said } = await collect("--directed", ...words);
  expect(said).not.toContain("dreamgym:");
  expect(code).toBe(0);
  return JSON.parse(result) as DirectedSummary;
}

describe("dreamgym dream coverage", () => {
  it("prints what to record, with the searches that ended there", async () => {
    const words = ["dream", "coverage", "--from", run, ...SITE, "--expansions", "12"];
    const { code, result } = await runCli(...words);
    expect(code).toBe(0);
    expect(result).toMatch(/^\d+ of \d+ train tasks solved by search in the dream/);
    expect(result).toMatch(/^ {2}(GET|POST|click on) .*: \d+ search(es)? ended there/m);
    expect(result).toContain(`Next: dreamgym collect --out ${run}`);
  });

  it("refuses recordings of other tasks", async () => {
    const { code, said } = await runCli("dream", "coverage", "--from", run, "--sites", "reddit");
    expect(code).toBe(2);
    expect(said).toContain("Expected recordings of the train tasks of reddit");
  });
});

describe("dreamgym collect --directed", () => {
  it(
    "visits them within the budget, into the collection and on its ledger",
    { timeout: 240_000 },
    async () => {
      const summary = await direct();
      expect(summary.visits).toBeGreaterThan(1);
      expect(summary.arrived).toBeGreaterThan(0);
      expect(summary.steps).toBeGreaterThan(0);
      expect(summary.steps).toBeLessThanOrEqual(BUDGET);
      const actors: string[] = [];
      let steps = 0;
      for await (const { actor, transitions } of readTrajectories(join(offline, "episodes"))) {
        actors.push(actor);
        steps += transitions.length;
      }
      expect(actors.filter((actor) => actor === "directed")).toHaveLength(summary.visits);
      const { lines } = totalsByLine(await readLedger(offline));
      expect(lines["collection"]).toMatchObject({ episodes: EPISODES + summary.visits, steps });
    },
  );

  it(
    "does nothing more when it is repeated, and leaves the plan of the collection alone",
    { timeout: 240_000 },
    async () => {
      const files = readdirSync(join(offline, "episodes"));
      const entries = await readLedger(offline);
      await direct();
      const { code, result } = await collect("--episodes", String(EPISODES));
      expect(code).toBe(0);
      expect(JSON.parse(result)).toMatchObject({ planned: EPISODES, episodes: EPISODES });
      expect(readdirSync(join(offline, "episodes"))).toEqual(files);
      expect(await readLedger(offline)).toEqual(entries);
    },
  );

  it("needs a collection", async () => {
    const words = ["collect", "--out", join(run, "none"), "--directed", ...SITE];
    const { code, said } = await runCli(...words);
    expect(code).toBe(2);
    expect(said).toContain("Record one first: the same command without --directed.");
  });
});
