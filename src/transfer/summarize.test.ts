import { describe, expect, it } from "vitest";
import { ARM_NAMES } from "./arms.ts";
import { armsOf, CompareConfigSchema, evaluationSteps, PRESETS } from "./compare-config.ts";
import { CompareResultSchema } from "./compare-result.ts";
import type { Evaluation } from "../real/harness/evaluate-policy.ts";
import { createRandom } from "../core/random.ts";
import { renderReport } from "./report.ts";
import { stepRatios } from "./steps-to-match.ts";
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

function summarizeRows(
  evaluations: Evaluation[],
  arms?: readonly (typeof ARM_NAMES)[number][],
): ReturnType<typeof summarize> {
  return summarize({
    config: { ...config, ...(arms !== undefined && { arms: [...arms] }) },
    records: { evaluations, expenses: [], trainings: [], rounds: [] },
    bcCheckpoint: {},
    fidelities: {},
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

  it("pairs dream with bc-real, or with bc, where an arm does not run", () => {
    const rows = [...outcomes("dream", 0, [1, 2]), ...outcomes("bc", 0, [1])];
    const trained = outcomes("bc-real", 100, [1, 3, 4]);
    expect(summarizeRows([...rows, ...trained], ["bc", "dream", "bc-real"]).paired).toMatchObject({
      treatment: "dream",
      control: "bc-real",
      difference: -0.25,
    });
    expect(summarizeRows(rows, ["bc", "dream"]).paired).toMatchObject({
      treatment: "dream",
      control: "bc",
      difference: 0.25,
    });
  });

  /** Outcomes that differ within templates and between seeds, so that every interval has a width. */
  const mixed = (arm: string, realSteps: number, period: number): Evaluation[] =>
    outcomes(arm, realSteps, []).map((row, i) => ({
      ...row,
      status: i % period === 0 ? "success" : "failure",
    }));

  it("gives the same result for any order of the lines", () => {
    const rows = [
      ...mixed("bc", 0, 5),
      ...mixed("dream", 0, 4),
      ...mixed("bc-real", 100, 3),
      ...mixed("dream-real", 100, 2),
    ];
    const inOrder = summarizeRows(rows);
    const random = createRandom("order");
    for (let i = 0; i < 5; i++) {
      const shuffled = summarizeRows(random.shuffle(rows));
      expect(JSON.stringify(shuffled)).toBe(JSON.stringify(inOrder));
      expect(renderReport(shuffled, null)).toBe(renderReport(inOrder, null));
    }
    expect(inOrder.paired.ci95?.[0]).toBeLessThan(inOrder.paired.ci95?.[1] ?? 0);
  });

  it("gives the same outcomes the same intervals under any arm's name", () => {
    const names = ["bc-real", "dream-real", "placebo-real"];
    const { summary, comparisons, stepsToMatch } = summarizeRows(
      names.flatMap((arm) => mixed(arm, 100, arm === "dream-real" ? 2 : 3)),
    );
    const rate = (name: string) => summary.find(({ arm }) => arm === name)?.estimate;
    const over = (name: string) => comparisons.find(({ control }) => control === name)?.estimate;
    const until = (name: string) => stepsToMatch.find(({ arm }) => arm === name)?.ci95;
    expect(rate("bc-real")).toEqual(rate("placebo-real"));
    expect(over("bc-real")).toEqual(over("placebo-real"));
    expect(until("bc-real")).toEqual(until("placebo-real"));
    expect(rate("bc-real")?.ci95).not.toBeNull();
    expect(over("bc-real")?.ci95).not.toBeNull();
  });

  it("starts the curve of an arm where the arm that it continues ended", () => {
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

  it("leaves out unscored points: it never gives them a rate or a difference of 0", () => {
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
    const arms = { treatment: "dream-real", control: "bc-real", split: "heldout-world" };
    expect(result.paired).toEqual({ ...arms, difference: null, ci95: null, n: 0 });
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

describe("the arms of a comparison", () => {
  const own = (arms: string[], more: object = {}) =>
    CompareConfigSchema.parse({ ...PRESETS.quick, sites: ["shop"], arms, ...more });

  it("include what they start from and what they have to equal", () => {
    const names = armsOf(own(["placebo-real"])).map(({ name }) => name);
    expect(names).toEqual(["bc", "dream", "placebo", "placebo-real"]);
  });

  it("may take different numbers of steps, each evaluated at the points within its own", () => {
    const real = { steps: 400, stepsOf: { "bc-real": 8000 } };
    const config = own(["bc-real", "dream-real"], { real, points: [100, 400, 1600] });
    expect(evaluationSteps(config, "bc-real")).toEqual([0, 100, 400, 1600, 8000]);
    expect(evaluationSteps(config, "dream-real")).toEqual([0, 100, 400]);
  });

  it("keep the oracle out of every comparison and every match", () => {
    const config = own([...ARM_NAMES], { real: { steps: 100 }, seeds: [1, 2] });
    const evaluations = ARM_NAMES.flatMap((arm) => [
      ...outcomes(arm, 0, [1, 2]),
      ...outcomes(arm, 100, [1, 2]),
    ]).map((row) => ({ ...row, split: config.evaluate[0]?.split ?? "" }));
    const result = summarize({
      config,
      records: { evaluations, expenses: [], trainings: [], rounds: [] },
      bcCheckpoint: {},
      fidelities: {},
      seconds: {},
    });
    expect(result.arms.map(({ arm }) => arm)).toContain("oracle");
    const claims = JSON.stringify([result.comparisons, result.stepsToMatch, result.paired]);
    expect(claims).toContain("search-real");
    expect(claims).not.toContain("oracle");
  });
});

describe("the ratio of real steps", () => {
  it("counts training alone, and with what the collection cost", () => {
    const offline = { arm: 2000, target: 2000 };
    expect(stepRatios({ realSteps: 30_000, measured: 80_000, targetSteps: 0, offline })).toEqual({
      training: null,
      all: 16,
      isLowerBound: false,
    });
    expect(stepRatios({ realSteps: null, measured: 80_000, targetSteps: 4000, offline })).toEqual({
      training: 20,
      all: 82_000 / 6000,
      isLowerBound: true,
    });
  });
});

describe("evaluationSteps", () => {
  it("names each point once, even with few steps", () => {
    const { points, ...rest } = { ...PRESETS.standard, sites: ["shop"] };
    const few = CompareConfigSchema.parse({ ...rest, points, real: { steps: 1 } });
    expect(evaluationSteps(few, "bc-real")).toEqual([0, 1]);
  });

  it("goes from none to all real steps", () => {
    expect(
      evaluationSteps(
        CompareConfigSchema.parse({ ...PRESETS.standard, sites: ["shop"] }),
        "bc-real",
      ),
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
