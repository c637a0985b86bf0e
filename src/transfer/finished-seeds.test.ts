import { describe, expect, it } from "vitest";
import type { LedgerEntry } from "../store/ledger.ts";
import { armsOf, CompareConfigSchema, PRESETS } from "./compare-config.ts";
import type { Evaluation } from "../real/harness/evaluate-policy.ts";
import { finishedPart } from "./finished-seeds.ts";
import { evaluatedAs, pointsOf } from "./arm-points.ts";

const config = CompareConfigSchema.parse({
  ...PRESETS.quick,
  sites: ["shop"],
  seeds: [1, 2, 3],
  evaluate: [{ split: "heldout-world", tasks: null, points: "all" }],
});

/** Every arm of a seed at every point, on two tasks. */
function wholeSeed(seed: number): Evaluation[] {
  const names = armsOf(config).flatMap((arm) =>
    pointsOf(config, arm).map((realSteps) => `${evaluatedAs(arm, realSteps)} ${realSteps}`),
  );
  return [...new Set(names)].flatMap((name) => {
    const [arm = "", realSteps] = name.split(" ");
    return ["1", "2"].map((taskId) => ({
      arm,
      seed,
      split: "heldout-world",
      realSteps: Number(realSteps),
      taskId,
      templateId: 1,
      status: "success" as const,
      steps: 3,
      answer: "",
      reason: "",
    }));
  });
}

const expense = (seed: number | null): LedgerEntry => ({
  line: seed === null ? "collection" : "training",
  arm: null,
  seed,
  episodes: 1,
  steps: 5,
  requests: 4,
  failedEpisodes: 0,
  countedBySite: 4,
});

describe("finishedPart", () => {
  it("takes whole seeds and their cost, and names the others", () => {
    const evaluations = [...wholeSeed(1), ...wholeSeed(2).slice(0, -1)];
    const expenses = [expense(null), expense(1), expense(2)];
    const part = finishedPart({
      config,
      records: { evaluations, expenses, trainings: [], rounds: [] },
    });
    expect(part.config.seeds).toEqual([1]);
    expect(part.unfinishedSeeds).toEqual([2, 3]);
    expect(part.records.evaluations).toEqual(wholeSeed(1));
    expect(part.records.expenses.map(({ seed }) => seed)).toEqual([null, 1]);
  });

  it("does not count a first seed as whole in the middle of its last evaluation", () => {
    const evaluations = wholeSeed(1).slice(0, -1);
    const part = finishedPart({
      config,
      records: { evaluations, expenses: [], trainings: [], rounds: [] },
    });
    expect(part.unfinishedSeeds).toEqual([1, 2, 3]);
  });

  it("takes all of a whole run", () => {
    const evaluations = [1, 2, 3].flatMap(wholeSeed);
    const part = finishedPart({
      config,
      records: { evaluations, expenses: [], trainings: [], rounds: [] },
    });
    expect(part.unfinishedSeeds).toEqual([]);
    expect(part.records.evaluations).toEqual(evaluations);
  });
});
