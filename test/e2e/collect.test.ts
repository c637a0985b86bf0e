/** Collection as a process: killed in the middle, it resumes with the same command and keeps every whole episode. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { findDevEntities } from "../../fixtures/dev-entities.ts";
import { createEntityHoldout } from "../../src/real/record/collect/entity-holdout.ts";
import { readLedger } from "../../src/store/ledger.ts";
import { readTrajectories } from "../../src/store/trajectory-file.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const EPISODES = 6;

let out: string;
let episodes: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "collect-"));
  episodes = join(out, "offline", "episodes");
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

function startCollect(...more: string[]): ChildProcess {
  const words = ["collect", "--out", out, "--episodes", String(EPISODES), "--json", ...more];
  return spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], { cwd: ROOT });
}

function recorded(): string[] {
  try {
    return readdirSync(episodes).filter((name) => name.endsWith(".jsonl"));
  } catch {
    return [];
  }
}

/** Recordings named in the journal. A kill between a recording's last line and the journal's makes it run again. */
function settled(): string[] {
  let journal = "";
  try {
    journal = readFileSync(join(out, "offline", "journal.jsonl"), "utf8");
  } catch {
    return [];
  }
  return recorded().filter((name) =>
    journal
      .split("\n")
      .some(
        (line) =>
          line.includes('"kind":"ended"') && line.includes(`"${name.slice(0, -".jsonl".length)}"`),
      ),
  );
}

/** Resolves with the child's exit as soon as `isReached` holds after something was said. */
async function killWhen(child: ChildProcess, isReached: () => boolean): Promise<void> {
  const poll = setInterval(() => {
    if (isReached()) child.kill("SIGKILL");
  }, 20);
  await once(child, "exit");
  clearInterval(poll);
}

async function finish(
  child: ChildProcess,
): Promise<{ code: number; stdout: string; stderr: string }> {
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (text) => (stdout += String(text)));
  child.stderr?.on("data", (text) => (stderr += String(text)));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

describe("dreamgym collect", () => {
  it("resumes after kill -9, and keeps every whole episode unchanged", async () => {
    await killWhen(startCollect(), () => settled().length >= 1);
    const before = settled().map((name) => [name, readFileSync(join(episodes, name), "utf8")]);
    expect(before.length).toBeGreaterThanOrEqual(1);
    expect(before.length).toBeLessThan(EPISODES);

    const { code, stdout, stderr } = await finish(startCollect());
    expect(stderr).not.toContain("unexpected");
    expect(code).toBe(0);
    expect(recorded()).toHaveLength(EPISODES);
    for (const [name = "", text] of before) {
      expect(readFileSync(join(episodes, name), "utf8")).toBe(text);
    }
    const summary = JSON.parse(stdout) as Record<string, unknown>;
    expect(summary).toMatchObject({
      planned: EPISODES,
      episodes: EPISODES,
      failed: 0,
      withheld: 0,
    });
    expect(summary["interrupted"]).toBeGreaterThan(0);
  });

  it("records an episode again whose file was deleted", async () => {
    const [name = ""] = recorded();
    rmSync(join(episodes, name));
    const { code, stdout } = await finish(startCollect());
    expect(code).toBe(0);
    expect(recorded()).toHaveLength(EPISODES);
    expect(JSON.parse(stdout)).toMatchObject({ planned: EPISODES, episodes: EPISODES });
  });

  it("records pages and requests, solves tasks with demonstrators, and stays off held-out parts", async () => {
    const fence = createEntityHoldout(findDevEntities(createWorld(WORLD_SEEDS.A)));
    let demonstrations = 0;
    for await (const trajectory of readTrajectories(episodes)) {
      expect(fence.isBrokenBy(trajectory)).toBe(false);
      expect(trajectory.startRequests.length).toBeGreaterThan(0);
      expect(trajectory.transitions).not.toEqual([]);
      expect(trajectory.transitions.every(({ page }) => page?.html.includes("<"))).toBe(true);
      expect(trajectory.finalPage?.html).toContain("<");
      if (trajectory.actor !== "demonstrator") continue;
      demonstrations++;
      expect(trajectory.score).toMatchObject({ status: "scored", value: 1 });
    }
    expect(demonstrations).toBeGreaterThan(0);
  });

  it("records the missing episodes when asked for more, and has them on its ledger", async () => {
    const before = recorded();
    const { code, stdout } = await finish(startCollect("--episodes", String(EPISODES + 1)));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ planned: EPISODES + 1, episodes: EPISODES + 1 });
    expect(recorded()).toEqual(expect.arrayContaining(before));
    expect(recorded()).toHaveLength(EPISODES + 1);
    const last = (await readLedger(join(out, "offline"))).at(-1);
    expect(last).toMatchObject({ line: "collection", episodes: 1, failedEpisodes: 0 });
    expect(last?.requests).toBe(last?.countedBySite);
    const smaller = await finish(startCollect());
    expect(smaller.code).toBe(2);
    expect(smaller.stderr).toMatch(/^dreamgym: Expected `episodes` to be at least 7, .*\n$/);
  });

  it("refuses the folder of another config in one line", async () => {
    const { code, stderr } = await finish(startCollect("--episodes", "7", "--seed", "9"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^dreamgym: Expected .* seed = 1 instead of 9\..*\n$/);
  });
});
