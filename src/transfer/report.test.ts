import { describe, expect, it } from "vitest";
import { type CompareResult, CompareResultSchema } from "./compare-result.ts";
import { renderReport, verdict } from "./report.ts";

const estimate = (mean: number, width: number): CompareResult["summary"][number]["estimate"] => ({
  mean,
  ci95: [mean - width, mean + width],
  n: 600,
});

function exampleResult(): CompareResult {
  const spent = { episodes: 10, steps: 60, requests: 55, failedEpisodes: 1 };
  return CompareResultSchema.parse({
    preset: "example",
    sites: ["shop"],
    seeds: [1, 2],
    unfinishedSeeds: [],
    tasks: { "heldout-world": 120 },
    offline: { realSteps: 1200, episodes: 200, requests: 900 },
    bcCheckpoint: { "1": "abc" },
    arms: [],
    paired: {
      treatment: "dream-real",
      control: "bc-real",
      split: "heldout-world",
      difference: 0.08,
      ci95: [0.02, 0.14],
      n: 240,
    },
    comparisons: [
      {
        treatment: "dream-real",
        control: "bc-real",
        split: "heldout-world",
        realSteps: 4000,
        estimate: { mean: 0.08, ci95: [0.02, 0.14], n: 240 },
      },
    ],
    stepsToMatch: [
      {
        arm: "dream-real",
        target: { arm: "bc-real", realSteps: 4000 },
        split: "heldout-world",
        successRate: 0.5,
        realSteps: 1000,
        ci95: [200, null],
      },
    ],
    summary: [0, 2000, 4000].flatMap((realSteps) => [
      {
        arm: "bc-real",
        split: "heldout-world",
        realSteps,
        estimate: estimate(0.4 + realSteps / 40000, 0.05),
      },
      {
        arm: "dream-real",
        split: "heldout-world",
        realSteps,
        estimate: estimate(0.5 + realSteps / 50000, 0.06),
      },
    ]),
    fidelity: { model: { nextUrl: 0.9 }, baselines: { "nothing changes": { nextUrl: 0.2 } } },
    ledger: { lines: { collection: spent }, total: spent, countedBySite: 55, cutOffs: 0 },
    seconds: { total: 12 },
  });
}

describe("renderReport", () => {
  it("is one page that loads nothing", () => {
    const html = renderReport(exampleResult(), null);
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
    expect(html).toContain("heldout-world");
  });

  it("shows success over all real steps paid first, with its axes named", () => {
    const [first = ""] = /<svg.*?<\/svg>/s.exec(renderReport(exampleResult(), null)) ?? [];
    const axis = ">real steps paid, offline collection included<";
    for (const text of ["success on heldout-world", ">success rate<", axis])
      expect(first).toContain(text);
    expect(first.match(/<polygon/g)).toHaveLength(2);
    // The collection of 1,200 steps is paid for before the first training step, and after the last.
    for (const text of ["1,200 real steps", "5,200 real steps"]) expect(first).toContain(text);
    expect(first).not.toContain(", 4,000 real steps");
  });

  it("leaves the oracle out of the first picture: it pays for nothing", () => {
    const oracle = {
      arm: "oracle",
      split: "heldout-world",
      realSteps: 0,
      estimate: estimate(0.9, 0.02),
    };
    const result = { ...exampleResult(), summary: [...exampleResult().summary, oracle] };
    const [first = "", second = ""] = renderReport(result, null).match(/<svg.*?<\/svg>/gs) ?? [];
    expect(first).not.toContain("oracle");
    expect(second).toContain("oracle");
  });

  it("gives the ratio of real steps both ways, as a bound where the success was not reached", () => {
    const result = exampleResult();
    const [match] = result.stepsToMatch as [CompareResult["stepsToMatch"][number]];
    const reached = { ...match, ratios: { training: 4, all: 2.5, isLowerBound: false } };
    const beyond = { ...match, ratios: { training: null, all: 15.5, isLowerBound: true } };
    const html = renderReport({ ...result, stepsToMatch: [reached, beyond] }, null);
    expect(html).toContain("<td>4.0</td><td>2.5</td>");
    expect(html).toContain("<td>–</td><td>more than 15.5</td>");
  });

  it("says what the intervals cover: one collection, or one for each seed", () => {
    expect(renderReport(exampleResult(), null)).toContain("share one collection");
    const own: CompareResult = { ...exampleResult(), collections: "per-seed" };
    expect(renderReport(own, null)).toContain("its own collection");
  });

  it("has a line for the fidelity of each seed's dream", () => {
    const dream = { model: { nextUrl: 0.913 }, baselines: {} };
    const html = renderReport({ ...exampleResult(), fidelities: { "1": dream, "2": dream } }, null);
    expect(html.match(/<td>0\.913<\/td>/g)).toHaveLength(2);
  });

  it("shows what each round of search found, as means over seeds", () => {
    const row = { arm: "dream", round: 1, tasks: 200, plans: 300, expansions: 50_000 };
    const searches = [
      { ...row, seed: 1, solved: 100 },
      { ...row, seed: 2, solved: 110 },
    ];
    expect(renderReport({ ...exampleResult(), searches }, null)).toContain("105 of 200");
  });

  it("gives each arm without real steps its own bar, left of step 0", () => {
    const alone = ["bc", "dream"].map((arm) => ({
      arm,
      split: "heldout-world",
      realSteps: 0,
      estimate: estimate(0.4, 0.1),
    }));
    const result = exampleResult();
    const html = renderReport({ ...result, summary: [...result.summary, ...alone] }, null);
    const places = [...html.matchAll(/<circle cx="([\d.]+)"[^>]*><title>(.*?), 0 real steps/g)];
    const placeOf = (name: string) => Number(places.find(([, , arm]) => arm === name)?.[1]);
    expect(placeOf("bc")).toBeLessThan(placeOf("bc-real"));
    expect(placeOf("dream")).not.toBe(placeOf("bc"));
  });

  it("shows a share of nothing as missing, not as 0", () => {
    const fidelity = { model: { falseSuccess: null, falseFailure: 0 }, baselines: {} };
    const html = renderReport({ ...exampleResult(), fidelity }, null);
    expect(html).toMatch(/real failures that succeed[^<]*<\/th><td>none to judge<\/td>/);
    expect(html).toMatch(/real successes that fail[^<]*<\/th><td>0<\/td>/);
  });

  it("says that an unreached success needs more steps than were measured", () => {
    expect(renderReport(exampleResult(), null)).toContain("200 to more than 4,000");
  });

  it("names the agent, and says what its language model cost", () => {
    const html = renderReport(
      CompareResultSchema.parse({
        ...exampleResult(),
        agent: "llm:qwen",
        arms: [1, 2].map((seed) => ({
          arm: "agent",
          seed,
          dreamSteps: 0,
          realSteps: 0,
          gradientSteps: 0,
          rehearsedSteps: 0,
          unscoredDreams: 0,
          fracRewardZeroStd: null,
          curve: [{ split: "dev", realSteps: 0, successRate: 0.5, n: 4, unscored: 1, failed: 0 }],
          usage: { inputTokens: 1500, outputTokens: 50, usd: 0.25 },
        })),
      }),
      null,
    );
    expect(html).toContain("trained on nothing here (llm:qwen)");
    expect(html).toMatch(
      /agent<\/th><td>10<\/td><td>3,000<\/td><td>100<\/td><td>\$0\.5000<\/td><td>\$0\.0500<\/td>/u,
    );
    expect(renderReport(exampleResult(), null)).not.toContain("What language models cost");
  });

  it("says when the placebo took fewer gradient steps than the dream", () => {
    const arm = (
      name: string,
      gradientSteps: number,
      rehearsedSteps = 0,
    ): CompareResult["arms"][number] => ({
      arm: name,
      seed: 1,
      dreamSteps: 6000,
      realSteps: 0,
      gradientSteps,
      rehearsedSteps,
      unscoredDreams: 0,
      fracRewardZeroStd: 0.9,
      curve: [],
      usage: null,
    });
    const withSteps = (placebo: number, rehearsed?: number): string =>
      renderReport(
        { ...exampleResult(), arms: [arm("dream", 120), arm("placebo", placebo, rehearsed)] },
        null,
      );
    expect(withSteps(48)).toContain("48 gradient steps to the dream's 120");
    expect(withSteps(121)).not.toContain("to the dream's");
    expect(withSteps(120, 72)).toContain("120, of these 72 on demonstrations alone");
  });

  it("claims that the ledger holds every request only when no work was interrupted", () => {
    const result = exampleResult();
    expect(renderReport(result, null)).toContain(
      "Each request that the sites received belongs to one line.",
    );
    const cut = { ...result, ledger: { ...result.ledger, cutOffs: 2 } };
    expect(renderReport(cut, null)).toContain("interrupted 2 pieces of work");
    expect(renderReport(cut, null)).not.toContain("Each request that the sites received");
  });

  it("escapes text from a task", () => {
    const html = renderReport(exampleResult(), {
      goal: "<script>alert(1)</script>",
      dreamed: { steps: [{ action: "click <script>", picture: null }], outcome: "success" },
      real: { steps: [], outcome: "failure: <script>" },
    });
    expect(html).not.toContain("<script>");
  });

  it("warns about a single seed", () => {
    expect(renderReport({ ...exampleResult(), seeds: [1] }, null)).toContain(
      "a demonstration, not evidence",
    );
    expect(renderReport(exampleResult(), null)).not.toContain("a demonstration, not evidence");
  });
});

describe("verdict", () => {
  it("claims help only when the interval leaves zero out", () => {
    const result = exampleResult();
    expect(verdict(result)).toContain("helped");
    expect(verdict(result)).toContain("+8.0 points (95 % interval +2.0 to +14.0, 240 pairs)");
    expect(verdict({ ...result, paired: { ...result.paired, ci95: [-0.01, 0.14] } })).toContain(
      "no difference could be shown",
    );
    expect(
      verdict({ ...result, paired: { ...result.paired, difference: -0.1, ci95: [-0.2, -0.05] } }),
    ).toContain("did harm");
  });

  it("credits the dream only with gains that the placebo lacks", () => {
    const result = exampleResult();
    const overPlacebo = (low: number): CompareResult => ({
      ...result,
      comparisons: [
        {
          treatment: "dream-real",
          control: "placebo-real",
          split: "heldout-world",
          realSteps: 4000,
          estimate: { mean: 0.05, ci95: [low, 0.1], n: 240 },
        },
      ],
    });
    expect(verdict(overPlacebo(0.01))).toContain("more than the placebo's");
    expect(verdict(overPlacebo(0.01))).not.toContain("not shown");
    expect(verdict(overPlacebo(-0.01))).toContain("not shown to be more than the placebo's");
  });

  it("says nothing about arms without a scored task in common", () => {
    const result = exampleResult();
    const paired = { ...result.paired, difference: null, ci95: null, n: 0 };
    expect(verdict({ ...result, paired })).toContain("nothing can be said");
  });

  it("names the arms of a comparison without real training", () => {
    const result = exampleResult();
    const paired = { ...result.paired, treatment: "dream", control: "bc-real" };
    const estimate = { mean: 0.05, ci95: [0.01, 0.1] as [number, number], n: 240 };
    const arms = { treatment: "dream", control: "placebo", split: "heldout-world" };
    const text = verdict({ ...result, paired, comparisons: [{ ...arms, realSteps: 0, estimate }] });
    expect(text).toContain("dream − bc-real on heldout-world: +8.0 points");
    expect(text).toContain("training in the dream helped, and more than training in the placebo");
  });
});
