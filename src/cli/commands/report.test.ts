import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../../test/support/run-cli.ts";
import { armsOf, CompareConfigSchema, PRESETS } from "../../transfer/compare-config.ts";
import { evaluatedAs, pointsOf } from "../../transfer/arm-points.ts";

const shared = CompareConfigSchema.parse({ ...PRESETS.quick, sites: ["shopping"] });

/** A run of one seed with all that a report reads, of one task. */
function writeRun(config = shared, fidelity = "fidelity.json"): string {
  const folder = mkdtempSync(join(tmpdir(), "report-"));
  const evaluations = new Set(
    armsOf(config).flatMap((arm) =>
      pointsOf(config, arm).map((realSteps) =>
        JSON.stringify({
          arm: evaluatedAs(arm, realSteps),
          seed: 1,
          split: "heldout-world",
          realSteps,
          taskId: "1",
          templateId: 1,
          status: "success",
          steps: 3,
          answer: "",
          reason: "",
        }),
      ),
    ),
  );
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  writeFileSync(join(folder, "evaluations.jsonl"), `${[...evaluations].join("\n")}\n`);
  mkdirSync(join(folder, "checkpoints"));
  writeFileSync(join(folder, "checkpoints", "bc-1-0.bin"), "cloned");
  writeFileSync(join(folder, fidelity), '{"model":{},"baselines":{}}');
  return folder;
}

describe("dreamgym report", () => {
  it("says what is in the records, and writes both files into a new folder", async () => {
    const out = join(mkdtempSync(join(tmpdir(), "report-")), "told", "again");
    const { code, result } = await runCli("report", "--from", writeRun(), "--out", out);
    expect(code).toBe(0);
    expect(result).toContain("One seed: a demonstration, not evidence.");
    expect(readdirSync(out).sort()).toEqual(["compare.json", "report.html"]);
  });

  it("reads a run whose seeds have collections of their own", async () => {
    const run = writeRun({ ...shared, collections: "per-seed" }, "fidelity.json-1");
    const { code, result } = await runCli("report", "--from", run);
    expect(code).toBe(0);
    expect(result).toContain("One seed: a demonstration, not evidence.");
    const early = writeRun({ ...shared, collections: "per-seed" }, "other.json");
    expect(await runCli("report", "--from", early)).toMatchObject({
      code: 2,
      said: expect.stringContaining("no fidelity.json") as string,
    });
  });

  it.each([
    ["a folder that cannot be", "/proc/run"],
    ["a file", import.meta.filename],
  ])("refuses %s to write into, in one line", async (_what, out) => {
    const { code, said } = await runCli("report", "--from", writeRun(), "--out", out);
    expect(code).toBe(2);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toContain("--out");
  });
});
