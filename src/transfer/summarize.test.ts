import { describe, expect, it } from "vitest";
import { CompareConfigSchema, evaluationSteps, PRESETS } from "./compare-config.ts";
import { CompareResultSchema } from "./compare-result.ts";
import type { Evaluation } from "../real/harness/evaluate-policy.ts";
import { summarize } from "./summarize.ts";

const config = CompareConfigSchema.parse({
  ...PRESETS.quick,
  sites: ["shop"],
  seeds: [1, 2],
  real: { steps: 100 },
  evaluate: [{ split: "heldout-world", tasks: null, points: "all" }],
});

/** Four templates of two tasks; `solves` says which templates an arm solves. */
function outcomes(arm: string, realSteps: number, solves: number[]): Evaluation[] {
  return [1, 2].flatMap((seed) =>
    [1, 2, 3, 4].flatMap((templateId) =>
      [0, 1].map((k) => ({
        arm,
        seed,
        split: "heldout-world",
        realSteps,
        taskId: `${templateId}${k}`,
        templateId,
        status: solves.includes(templateId) ? ("success" as const) : ("failure" as const),
        steps: 3,
        answer: "",
        reason: "",
      })),
    ),
  );
}

function summarizeRows(evaluations: Evaluation[]): ReturnType<typeof summarize> {
  return summarize({
    config,
    records: { evaluations, expenses: [], trainings: [] },
    bcCheckpoint: {},
    fidelity: { model: {}, baselines: {} },
    seconds: {},
  });
}

describe("summarize", () => {
  it("pairs dream-real with bc-real on the same tasks and seeds", () => {
    const result = summarizeRows([
      ...outcomes("dream-real", 100, [1, 2, 3]),
      ...outcomes("bc-real", 100, [1]),
    ]);
    expect(result.paired).toMatchObject({ split: "heldout-world", difference: 0.5, n: 16 });
    expect(CompareResultSchema.safeParse(result).success).toBe(true);
  });

  it("lets an arm begin its curve where the arm that it continues ended", () => {
    const result = summarizeRows([
      ...outcomes("dream", 0, [1, 2]),
      ...outcomes("dream-real", 100, [1, 2, 3]),
    ]);
    const curve = result.arms.find(({ arm, seed }) => arm === "dream-real" && seed === 1)?.curve;
    expect(curve?.map(({ realSteps, successRate }) => [realSteps, successRate])).toEqual([
      [0, 0.5],
      [100, 0.75],
    ]);
  });

  it("leaves out what nobody scored: no rate, and no difference, of 0", () => {
    const rows = outcomes("dream-real", 100, [1]);
    const others = outcomes("bc-real", 100, [1]);
    const ofDream = (result: ReturnType<typeof summarize>) => [
      result.summary.filter(({ arm }) => arm === "dream-real").length,
      result.comparisons.filter(({ treatment }) => treatment === "dream-real").length,
    ];
    expect(ofDream(summarizeRows([...rows, ...others]))).toEqual([1, 1]);
    for (const row of rows) row.status = "unscored";
    const result = summarizeRows([...rows, ...others]);
    expect(ofDream(result)).toEqual([0, 0]);
    expect(result.paired).toEqual({ split: "heldout-world", difference: null, ci95: null, n: 0 });
    expect(CompareResultSchema.safeParse(result).success).toBe(true);
  });

  it("keeps infrastructure failures and unscored episodes out of the rate, and counts them", () => {
    const rows = outcomes("bc", 0, [1, 2, 3, 4]);
    const [first, second] = rows;
    if (first !== undefined) first.status = "error";
    if (second !== undefined) second.status = "unscored";
    const point = summarizeRows(rows).arms.find(({ arm, seed }) => arm === "bc" && seed === 1)
      ?.curve[0];
    expect(point).toMatchObject({ successRate: 1, n: 6, unscored: 1, failed: 1 });
  });
});

describe("evaluationSteps", () => {
  it("names each point once, however few the steps are", () => {
    const { points, ...rest } = { ...PRESETS.standard, sites: ["shop"] };
    const few = CompareConfigSchema.parse({ ...rest, points, real: { steps: 1 } });
    expect(evaluationSteps(few)).toEqual([0, 1]);
  });

  it("goes from none to all real steps", () => {
    expect(
      evaluationSteps(CompareConfigSchema.parse({ ...PRESETS.standard, sites: ["shop"] })),
    ).toEqual([0, 1333, 2667, 4000]);
  });
});

describe("a comparison's config", () => {
  it.each([
    ["seeds", { seeds: [1, 1] }],
    [
      "evaluate",
      {
        evaluate: [
          { split: "dev", tasks: 1, points: "all" },
          { split: "dev", tasks: 2, points: "all" },
        ],
      },
    ],
  ])("refuses the same thing twice in %s", (key, twice) => {
    const parsed = CompareConfigSchema.safeParse({ ...PRESETS.quick, sites: ["shop"], ...twice });
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([key]);
  });
});
