/** The examples run as their first lines say, on any machine: newcomers copy what the examples show. */

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");

let out: string;

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "examples-"));
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** The output of a script. @throws when it fails */
async function run(script: string, ...words: string[]): Promise<string> {
  const command = ["--import", "tsx", script, ...words];
  return (await promisify(execFile)(process.execPath, command, { cwd: ROOT })).stdout;
}

describe("examples/record-your-own-site", () => {
  it("records the site, solves its tasks, and can be run again", async () => {
    const script = "examples/record-your-own-site/main.ts";
    const told = await run(script, out);
    expect(told).toMatch(/^8 episodes of \d+ steps/);
    expect(told.match(/: success$/gm)).toHaveLength(2);
    expect(await run(script, out)).toBe(told);
  });

  it("leaves recordings that dreamgym dream learns the site from", async () => {
    const tasks = "examples/record-your-own-site/tasks.json";
    const site = "notes=http://notes.test";
    const words = ["dream", "--from", out, "--tasks", tasks, "--site", site, "--json"];
    const { fidelity } = JSON.parse(await run("src/cli/main.ts", ...words)) as {
      fidelity: { model: { changeF1: number }; baselines: Record<string, { changeF1: number }> };
    };
    for (const { changeF1 } of Object.values(fidelity.baselines))
      expect(fidelity.model.changeF1).toBeGreaterThan(changeF1);
  });
});

describe("examples/your-own-site", () => {
  it("proves its tasks, records them, and dreams the site better than the baselines", async () => {
    const told = await run("examples/your-own-site/main.ts", join(out, "shed"));
    expect(told).toMatch(/^24 of 24 tasks proven\ntrain: 24 episodes/);
    const { model, baselines } = JSON.parse(told.slice(told.indexOf("{"))) as {
      model: { changeF1: number };
      baselines: Record<string, { changeF1: number }>;
    };
    for (const { changeF1 } of Object.values(baselines))
      expect(model.changeF1).toBeGreaterThan(changeF1);
    expect(told).toMatch(/trained policy solves \d+ of 12 dev tasks/);
  }, 240_000);
});

describe("examples/evaluate-your-agent.ts", () => {
  it("prints each outcome, and success with its interval", async () => {
    const told = await run("examples/evaluate-your-agent.ts", "3");
    expect(told).toMatch(/^100100 {2}success in 2 steps/);
    expect(told).toMatch(/Success 33\.3 % of 3 tasks \(95 % interval.* 0\.0 % to 100\.0 %\)\n$/);
  });
});
