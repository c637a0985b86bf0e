import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareContracts } from "../../synthetic/measure/action-contract.ts";
import { measureCalibration } from "../../synthetic/measure/calibration.ts";
import { measureChanges } from "../../synthetic/measure/change-fidelity.ts";
import { measureHorizons } from "../../synthetic/measure/horizon-fidelity.ts";
import { shareOf } from "../../synthetic/measure/share.ts";
import { DreamCheckSchema } from "./dream-check-result.ts";
import { applyGate, assertGate, describeRequirement, DreamGateSchema } from "./dream-gate.ts";
import type { DreamMeasures } from "./dream-measures.ts";
import { type PlanOutcome, reportPlans } from "./plan-table.ts";

const NOTHING: DreamMeasures = {
  plans: [],
  changes: measureChanges([]),
  changesBySite: [],
  skippedStates: 0,
  horizons: measureHorizons([]),
  calibration: { all: measureCalibration([]), sites: [] },
  contract: [],
  weakSpots: { pages: [], templates: [] },
};
/** Plans that succeed in the dream: so many hold in reality, and so many do not. */
const plans = (hold: number, fail: number): DreamMeasures["plans"] => {
  const outcome = (real: "success" | "failure"): PlanOutcome => ({
    planId: "p",
    taskId: "t",
    templateId: 7,
    site: "shop",
    goal: "Buy it.",
    dreamed: "success",
    real,
    isExecutable: true,
  });
  return [
    reportPlans("policy", [
      ...Array.from({ length: hold }, () => outcome("success")),
      ...Array.from({ length: fail }, () => outcome("failure")),
    ]),
  ];
};
const config = DreamGateSchema.parse({});

describe("applyGate", () => {
  it("passes where nothing was measured, and says so", () => {
    const { passed, requirements } = applyGate(config, NOTHING);
    expect(passed).toBe(true);
    expect(new Set(requirements.map((one) => one.passed))).toEqual(new Set([null]));
  });

  it("fails a share only if its whole interval is beyond the threshold", () => {
    // 1 of 4 hold: 0.25, but up to 0.70 by Wilson. 2 of 20: at most 0.30.
    const few = applyGate(config, { ...NOTHING, plans: plans(1, 3) });
    expect(few.passed).toBe(true);
    expect(few.requirements.map(describeRequirement)).toContain(
      "plans that hold in reality (policy) 0.25, from too few cases to fail it (at least 0.5: minPlansThatHold)",
    );
    const { passed, requirements } = applyGate(config, { ...NOTHING, plans: plans(2, 18) });
    expect(passed).toBe(false);
    expect(requirements.find(({ key }) => key === "minPlansThatHold")).toMatchObject({
      value: 0.1,
      limit: 0.5,
      passed: false,
    });
  });

  it("takes its thresholds from the config", () => {
    const strict = DreamGateSchema.parse({ minPlansThatHold: 0.99 });
    expect(applyGate(strict, { ...NOTHING, plans: plans(15, 5) }).passed).toBe(false);
    expect(applyGate(config, { ...NOTHING, plans: plans(15, 5) }).passed).toBe(true);
  });

  it("judges refusals and calibration too", () => {
    const said = { site: "shop", what: "click", realError: "no", dreamedError: null };
    const all = compareContracts(Array.from({ length: 20 }, () => said));
    const answers = Array.from({ length: 30 }, () => ({ certainty: 1, truth: 0 }));
    const { requirements } = applyGate(config, {
      ...NOTHING,
      contract: [{ source: "mistakes", all, sites: [] }],
      calibration: { all: measureCalibration(answers), sites: [] },
    });
    const failed = requirements.filter(({ passed }) => passed === false).map(({ key }) => key);
    expect(failed).toEqual(["maxCalibrationError", "minRefusalAgreement"]);
  });

  it("says what to record: weak pages, and templates whose plans are false", () => {
    const spot = { templateId: null, goal: null, wrong: shareOf(5, 6) };
    const { advice } = applyGate(config, {
      ...NOTHING,
      plans: plans(2, 18),
      weakSpots: { pages: [{ site: "shop", page: "/cart", ...spot }], templates: [] },
    });
    expect(advice).toEqual([
      "Record more pages like shop /cart: wrong after 5 of 6 actions.",
      'Record more episodes of shop template 7 ("Buy it."): 18 of 20 plans succeed only in the dream.',
    ]);
  });
});

describe("assertGate", () => {
  const failed = { ...NOTHING, plans: plans(2, 18) };

  it("stops with the figure, the threshold, and what to record", () => {
    expect(() => assertGate(applyGate(config, failed))).toThrow(
      /plans that hold in reality \(policy\) 0\.10 \(at least 0\.5: minPlansThatHold\).*template 7/,
    );
  });

  it("stops nothing if the config switches it off", () => {
    const off = DreamGateSchema.parse({ enabled: false });
    expect(() => assertGate(applyGate(off, failed))).not.toThrow();
    expect(applyGate(off, failed).passed).toBe(false);
  });
});

describe("docs/algorithms/dream-check.md", () => {
  it("explains every threshold and every key of the result", () => {
    const root = join(import.meta.dirname, "..", "..", "..");
    const text = readFileSync(join(root, "docs", "algorithms", "dream-check.md"), "utf8");
    const keys = [...Object.keys(DreamGateSchema.shape), ...Object.keys(DreamCheckSchema.shape)];
    expect(keys.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
  });
});
