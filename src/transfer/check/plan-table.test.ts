import { describe, expect, it } from "vitest";
import { type PlanOutcome, reportPlans, tabulatePlans } from "./plan-table.ts";

const plan = (
  dreamed: PlanOutcome["dreamed"],
  real: PlanOutcome["real"],
  more: Partial<PlanOutcome> = {},
): PlanOutcome => ({
  planId: "p",
  taskId: "t",
  templateId: 1,
  site: "shop",
  goal: "Buy it.",
  dreamed,
  real,
  isExecutable: real === "not replayed" ? null : true,
  ...more,
});

const OUTCOMES = [
  plan("success", "success"),
  plan("success", "success", { templateId: 2 }),
  plan("success", "success"),
  plan("success", "failure", { templateId: 2, isExecutable: false }),
  plan("failure", "success"),
  plan("failure", "failure", { site: "forum" }),
  plan("unscored", "not replayed"),
  plan("unscored", "success"),
  plan("success", "unscored"),
  plan("failure", "failed", { isExecutable: null }),
  plan("success", "not replayed"),
];

describe("tabulatePlans", () => {
  it("counts the four cells over plans that both worlds scored", () => {
    const table = tabulatePlans(OUTCOMES);
    expect(table).toMatchObject({
      plans: 11,
      scored: 6,
      both: { count: 3, of: 6 },
      onlyDream: { count: 1, of: 6 },
      onlyReality: { count: 1, of: 6 },
      neither: { count: 1, of: 6 },
      holds: { count: 3, of: 4, share: 0.75 },
      executable: { count: 7, of: 8 },
    });
    // Wilson's interval of 3 of 4, by hand: (0.75 + 0.4802 ± 1.96 · √(0.046875 + 0.060025)) / 1.9604.
    expect(table.holds.ci95?.[0]).toBeCloseTo(0.3006, 3);
    expect(table.holds.ci95?.[1]).toBeCloseTo(0.9544, 3);
  });

  it("shows what is not scored apart, and never as a failure", () => {
    expect(tabulatePlans(OUTCOMES)).toMatchObject({
      unscoredInDream: 2,
      unscoredInReality: 1,
      failed: 1,
      notReplayed: 1,
    });
    const { holds, neither } = tabulatePlans([plan("unscored", "not replayed")]);
    expect([holds.share, neither.share]).toEqual([null, null]);
  });
});

describe("reportPlans", () => {
  it("tabulates by site and by template, and loses no plan", () => {
    const { sites, templates, all } = reportPlans("policy", OUTCOMES);
    expect(sites.map(({ site, plans }) => [site, plans])).toEqual([
      ["shop", 10],
      ["forum", 1],
    ]);
    expect(templates.map((row) => [row.site, row.templateId, row.onlyDream.count])).toEqual([
      ["forum", 1, 0],
      ["shop", 1, 0],
      ["shop", 2, 1],
    ]);
    expect(templates.reduce((sum, { plans }) => sum + plans, 0)).toBe(all.plans);
  });
});
