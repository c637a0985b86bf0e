/** A dream of a small collection, checked against Chromium; and a comparison that its gate stops. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLedger } from "../../src/store/ledger.ts";
import { DreamCheckSchema } from "../../src/transfer/check/dream-check-result.ts";
import { runCli } from "../support/run-cli.ts";

/** Recording, learning and checking take half a minute each on a free machine. */
const PATIENCE = 600_000;
const BUDGET = 40;
/** No dream of a few episodes looks right everywhere. */
const STRICT = { gate: { minLooksRight: 1 } };

let folder: string;
const path = (...names: string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dream-check-"));
  writeFileSync(path("strict.json"), JSON.stringify(STRICT));
  const words = ["--sites", "shopping", "--episodes", "8", "--browsers", "1"];
  const { code, said } = await runCli("collect", "--out", path("run"), ...words);
  expect(code, said).toBe(0);
}, PATIENCE);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (...words: string[]) => runCli("dream", "check", "--from", path("run"), ...words);

describe("dreamgym dream check", { timeout: PATIENCE }, () => {
  it("measures plans and mistakes in Chromium within its budget, on the ledger", async () => {
    const flags = ["--budget", String(BUDGET), "--plan-tasks", "6", "--browsers", "1"];
    const { code, result, said } = await check(...flags, "--share", "0.4", "--json");
    expect(code, said).toBe(0);
    const { cost, plans, contract, changes, horizons, gate, calibration } = DreamCheckSchema.parse(
      JSON.parse(result),
    );
    expect(cost?.steps).toBeGreaterThan(10);
    expect(cost?.steps).toBeLessThanOrEqual(BUDGET);
    expect(cost?.requests).toBe(cost?.countedBySite);
    expect(await readLedger(path("run", "check"))).toEqual([cost]);

    expect(plans.map(({ source }) => source)).toEqual(["recorded", "policy"]);
    const [recorded, policy] = plans.map(({ all }) => all);
    expect(recorded?.plans).toBeGreaterThan(0);
    expect(policy?.plans).toBe(6);
    expect(policy?.executable.of).toBeGreaterThan(0);

    const [asRecorded, mistakes] = contract.map(({ all }) => all);
    expect(asRecorded?.agreement.share).toBeGreaterThan(0.9);
    expect(mistakes?.actions).toBe(BUDGET / 4);
    expect(mistakes?.refusalAgreement.share).toBeGreaterThan(0.9);

    const all = changes.at(-1);
    expect(all?.size).toBe("all");
    expect(all?.steps).toBeGreaterThan(10);
    expect(changes.slice(0, -1).reduce((sum, { steps }) => sum + steps, 0)).toBe(all?.steps);
    expect(horizons[0]?.looksRight.count).toBe(all?.looksRight.count);
    expect(calibration.all.answers).toBeGreaterThan(10);
    expect(gate.passed).toBe(true);
  });

  it("exits with 1 and says what to record if its gate is not passed", async () => {
    const flags = ["--budget", "0", "--share", "0.4", "--config", path("strict.json")];
    const { code, result } = await check(...flags);
    expect(code).toBe(1);
    expect(result).toContain("No real step was taken.");
    expect(result).toMatch(/failed {2}pages that look right 0\.\d\d \(at least 1: minLooksRight\)/);
    expect(result).toMatch(/Record more pages like shopping \//);
  });

  it("stops a comparison before any training", async () => {
    const config = {
      ...STRICT,
      sites: ["shopping"],
      collect: { episodes: 3, devEpisodes: 3, seed: 1 },
    };
    writeFileSync(path("compare.json"), JSON.stringify(config));
    const out = path("compare");
    const words = ["--config", path("compare.json"), "--out", out, "--browsers", "1"];
    const { code, said } = await runCli("compare", ...words);
    expect(code).toBe(1);
    expect(said).toMatch(/Expected a dream that is true enough to train in, got pages that look/);
    expect(existsSync(join(out, "dream-check.json"))).toBe(true);
    const checkpoints = join(out, "checkpoints");
    expect(existsSync(checkpoints) ? readdirSync(checkpoints) : []).toEqual([]);
    expect(readFileSync(join(out, "ledger.jsonl"), "utf8")).not.toContain("training");
  });
});
