import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli as run } from "../../../test/support/run-cli.ts";
import { recordVisits } from "../../../test/support/third-site/visits.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";
import { DreamCheckSchema } from "../../transfer/check/dream-check-result.ts";

let folder: string;
const check = (...words: string[]) =>
  run("dream", "check", "--from", join(folder, "run"), ...words);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dream-check-"));
  const visits = (await recordVisits()).slice(0, 16);
  for (const [i, visit] of visits.entries())
    await writeTrajectory(join(folder, "run", "episodes"), { ...visit, templateId: i % 4 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("dreamgym dream check", () => {
  it("measures a dream of any site from recordings alone, and says why it takes no real step", async () => {
    const { code, result, said } = await check("--json");
    expect(code, said).toBe(0);
    const { cost, changes, horizons, contract, gate } = DreamCheckSchema.parse(JSON.parse(result));
    expect(said).toContain("--site-module");
    expect(cost).toBeNull();
    const all = changes.at(-1);
    expect(all?.steps).toBeGreaterThan(8);
    expect(all?.looksRight.share).toBeGreaterThan(0.5);
    expect(horizons.map(({ horizon }) => horizon)).toEqual([1, 2, 4, 8]);
    expect(contract[0]?.all.agreement.share).toBe(1);
    expect(gate.passed).toBe(true);
  });

  it("prints each measure under a line that says what it is", async () => {
    const { code, result } = await check("--budget", "0");
    expect(code).toBe(0);
    for (const title of ["Single actions", "Several dreamed actions", "Certainty", "Gate"])
      expect(result).toContain(title);
    expect(result).toMatch(/nodes changed +actions +looks right/);
    expect(result).toMatch(/Expected calibration error \d\.\d\d/);
    expect(result).toContain("The gate is passed");
  });

  it("fails by thresholds of a config, and only if its gate is enabled", async () => {
    const path = join(folder, "config.json");
    const gate = { maxCalibrationError: 0, minLooksRight: 1 };
    writeFileSync(path, JSON.stringify({ gate }));
    const strict = await check("--budget", "0", "--config", path);
    expect(strict.code).toBe(1);
    expect(strict.result).toContain("The gate is not passed");
    writeFileSync(path, JSON.stringify({ gate: { ...gate, enabled: false } }));
    const open = await check("--budget", "0", "--config", path);
    expect(open.code).toBe(0);
    expect(open.result).toContain("The config switches the gate off");
  });

  it.each([
    ["plans of an unknown maker", ["--plans", "dreams"], "recorded, policy, search"],
    ["a held-out split", ["--split", "heldout-world"], "train, dev"],
    ["a threshold that is not a share", ["--config", "gate.json"], "minLooksRight"],
  ])("refuses %s", async (_what, words, part) => {
    writeFileSync(join(folder, "gate.json"), '{"gate": {"minLooksRight": 2}}');
    const { code, said } = await check(
      ...words.map((word) => (word === "gate.json" ? join(folder, word) : word)),
    );
    expect(code).toBe(2);
    expect(said).toContain(part);
  });
});
