import { describe, expect, it } from "vitest";
import { CompareConfigSchema } from "./compare-config.ts";
import { CompareResultSchema } from "./compare-result.ts";
import type { StudyResult } from "./run-study.ts";
import { ABLATIONS, ablated, onOtherSites, STUDIES } from "./study-parts.ts";
import { drawStudy, renderStudy } from "./study-report.ts";

const sites = { sites: ["shop"], worlds: { A: 1, B: 2 } };
const full = CompareConfigSchema.parse({ ...STUDIES.full.main, ...sites });

describe("the parts of a study", () => {
  it("compare eight seeds with collections of their own, and bc-real for twenty times as long", () => {
    expect(full.seeds).toHaveLength(8);
    expect(full.collections).toBe("per-seed");
    expect(full.real.stepsOf).toEqual({ "bc-real": 20 * full.real.steps });
  });

  it.each(ABLATIONS)("change one thing: $name", (ablation) => {
    const part = ablated(full, ablation, 2);
    const { arms: _arms, gate, seeds, ...rest } = part;
    const { arms: _all, gate: _gate, seeds: allSeeds, ...whole } = full;
    expect(gate.enabled).toBe(false);
    expect(part.arms).toEqual([ablation.arm]);
    expect(seeds).toEqual(allSeeds.slice(0, 2));
    const changed = Object.entries(rest).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(whole[key as keyof typeof whole]),
    );
    expect(changed).toHaveLength(1);
  });

  it("measure the dream, its control and its ceiling on each other site", () => {
    const part = onOtherSites(full, ["wiki"], { A: 1 }, 2);
    expect(part).toMatchObject({ sites: ["wiki"], arms: ["dream", "placebo", "oracle"] });
  });
});

function exampleStudy(): StudyResult {
  const estimate = (mean: number, width = 0.1) => ({
    mean,
    ci95: [mean - width, mean + width] as [number, number],
    n: 480,
  });
  const main = CompareResultSchema.parse({
    preset: "study",
    sites: ["shop"],
    seeds: [1, 2],
    unfinishedSeeds: [],
    tasks: { held: 60 },
    collections: "per-seed",
    offline: { realSteps: 2725, episodes: 300, requests: 3000 },
    bcCheckpoint: {},
    arms: [],
    paired: {
      treatment: "dream-real",
      control: "bc-real",
      split: "held",
      difference: 0.2,
      ci95: [0.1, 0.3],
      n: 480,
    },
    comparisons: [
      {
        treatment: "dream",
        control: "bc-real",
        split: "held",
        realSteps: 0,
        controlSteps: 80_000,
        estimate: estimate(0.17, 0.05),
      },
      {
        treatment: "dream",
        control: "placebo",
        split: "held",
        realSteps: 0,
        controlSteps: 0,
        estimate: estimate(-0.01),
      },
    ],
    searches: [
      { arm: "dream", seed: 1, round: 1, solved: 150, tasks: 264, plans: 400, expansions: 9000 },
      { arm: "dream", seed: 2, round: 1, solved: 160, tasks: 264, plans: 420, expansions: 9400 },
    ],
    stepsToMatch: [
      {
        arm: "bc-real",
        target: { arm: "dream", realSteps: 0 },
        split: "held",
        successRate: 0.7,
        realSteps: null,
        ci95: [61_000, null],
        measured: 80_000,
        ratios: { training: null, all: 30.36, isLowerBound: true },
      },
    ],
    summary: [
      { arm: "bc", split: "held", realSteps: 0, estimate: estimate(0.46) },
      { arm: "dream", split: "held", realSteps: 0, estimate: estimate(0.7) },
      { arm: "oracle", split: "held", realSteps: 0, estimate: estimate(0.81) },
    ],
    fidelity: { model: {}, baselines: {} },
    fidelities: { "1": { model: { nextUrl: 0.987 }, baselines: {} } },
    ledger: {
      lines: { collection: { episodes: 300, steps: 2725, requests: 3000, failedEpisodes: 0 } },
      total: { episodes: 300, steps: 2725, requests: 3000, failedEpisodes: 0 },
      countedBySite: 3000,
      cutOffs: 0,
    },
    seconds: {},
  });
  return {
    main,
    ablations: [
      {
        name: "no-search",
        without: "search",
        arm: "dream",
        split: "held",
        success: estimate(0.5),
        difference: estimate(0.2, 0.05),
      },
    ],
    others: [{ name: "wiki", result: main }],
    skipped: [{ name: "fossil", reason: "fossil is missing" }],
    seconds: { main: 600 },
  };
}

describe("the page of a study", () => {
  const page = renderStudy(exampleStudy(), "dreamgym study", "study.svg");
  it("says of each difference whether it could be shown", () => {
    expect(page).toContain(
      "| dream after 0 | bc-real after 80,000 | +17.0 (+12.0 to +22.0) | ahead | 480 |",
    );
    expect(page).toContain("no difference could be shown");
  });

  it("gives the ratio as a bound where the success was not reached", () => {
    expect(page).toContain("more than 80,000");
    expect(page).toContain("61,000 to more than 80,000");
    expect(page).toContain("| – | more than 30.4 |");
  });

  it("starts with a picture of what success costs, in which the ceiling has no place", () => {
    expect(page.indexOf("](study.svg)")).toBeGreaterThan(0);
    expect(page.indexOf("](study.svg)")).toBeLessThan(page.indexOf("| ahead |"));
    const picture = drawStudy(exampleStudy());
    expect(picture).toContain(">dream</text>");
    expect(picture).not.toContain(">oracle</text>");
  });

  it("keeps the ceiling out of the table of arms", () => {
    expect(page).not.toMatch(/^\| oracle \|/m);
    expect(page).toContain("81.0 %");
  });

  it("names what was left out, and how much a claim needs", () => {
    expect(page).toContain("fossil was left out: fossil is missing");
    expect(page).toContain("A claim needs eight");
  });

  it("has means of searches, ablations, fidelity and costs", () => {
    for (const text of [
      "155 of 264",
      "| search | dream | 50.0 %",
      "| 1 | 0.987 |",
      "| collection |",
    ])
      expect(page).toContain(text);
  });
});
