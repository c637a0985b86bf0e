import { describe, expect, it } from "vitest";
import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import { compareEvaluations } from "./compare-evaluations.ts";
import { summarizeEvaluation } from "./evaluation-summary.ts";

function result(taskId: string, more: Partial<EpisodeResult> = {}): EpisodeResult {
  return {
    taskId,
    trial: 1,
    templateId: Number(taskId) % 10,
    sites: ["shop"],
    checks: ["string_match"],
    seed: 0,
    status: "success",
    error: null,
    reason: "",
    answer: "",
    steps: 3,
    earlyStop: null,
    attempt: 1,
    startedAt: 0,
    seconds: 1,
    usage: { inputTokens: 10, outputTokens: 1, usd: 0.1 },
    episode: `episodes/${taskId}.jsonl`,
    ...more,
  };
}

function summarize(results: EpisodeResult[], openErrors: EpisodeResult[] = [], trials = 1) {
  const planned = results.length + openErrors.length;
  return summarizeEvaluation({ planned, tasks: planned / trials, trials, results, openErrors });
}

describe("the summary of an evaluation", () => {
  it("never counts an error or an unscored episode as a failure", () => {
    const summary = summarize(
      [
        result("1"),
        result("2", { status: "failure" }),
        result("3", { status: "unscored" }),
        result("4", { status: "error", error: { kind: "limit", code: "limit" } }),
      ],
      [result("5", { status: "error", error: { kind: "infrastructure", code: "site" } })],
    );
    expect(summary.success).toMatchObject({ mean: 0.5, n: 2 });
    expect(summary.successOfPlanned).toBe(0.2);
    expect(summary.counts).toEqual({ success: 1, failure: 1, unscored: 1, error: 2, open: 0 });
    expect(summary.errors).toEqual({ infrastructure: 1, agent: 0, evaluator: 0, limit: 1 });
  });

  it("has no rate without a score", () => {
    const summary = summarize([result("1", { status: "unscored" })]);
    expect(summary.success).toBeNull();
    expect(summary.passAtK).toEqual([]);
    expect(summarize([]).successOfPlanned).toBeNull();
  });

  it("resamples templates: tasks of one template give no interval, and alike ones a wide one", () => {
    const ofTemplate = (id: number, templateId: number, solved: boolean): EpisodeResult =>
      result(`${id}`, { templateId, status: solved ? "success" : "failure" });
    const one = summarize([0, 1, 2, 3].map((i) => ofTemplate(i, 1, i % 2 === 0)));
    expect(one.success).toEqual({ mean: 0.5, ci95: null, n: 4 });
    const width = (spread: (i: number) => boolean): number => {
      const tasks = Array.from({ length: 40 }, (_, i) => ofTemplate(i, i % 4, spread(i)));
      const [low, high] = summarize(tasks).success?.ci95 ?? [0, 0];
      return high - low;
    };
    const alike = width((i) => i % 4 < 2);
    const mixed = width((i) => i % 8 < 4);
    expect(alike).toBeGreaterThan(2 * mixed);
  });

  it("estimates pass@k without bias, over tasks with enough scored trials", () => {
    const trialsOf = (taskId: string, solved: boolean[]): EpisodeResult[] =>
      solved.map((isSolved, i) =>
        result(taskId, { trial: i + 1, status: isSolved ? "success" : "failure" }),
      );
    const summary = summarize(
      [
        ...trialsOf("1", [true, false, false, false]),
        ...trialsOf("2", [false, false, false, false]),
      ],
      [],
      4,
    );
    // One of four: C(3,2)/C(4,2) = 1/2 of the pairs miss it.
    expect(summary.passAtK.map(({ k, estimate }) => [k, estimate.mean])).toEqual([
      [1, 0.125],
      [2, 0.25],
      [4, 0.5],
    ]);
  });

  it("counts a task of two sites for both, and its cost once", () => {
    const summary = summarize([
      result("1", { sites: ["shop", "forum"], checks: ["string_match", "url_match"] }),
      result("2", { status: "failure" }),
    ]);
    expect(summary.bySite.map(({ name, estimate }) => [name, estimate?.mean, estimate?.n])).toEqual(
      [
        ["forum", 1, 1],
        ["shop", 0.5, 2],
      ],
    );
    expect(summary.byCheck.map(({ name }) => name)).toEqual(["string_match", "url_match"]);
    expect(summary.cost).toMatchObject({ steps: 6, inputTokens: 20, outputTokens: 2, usd: 0.2 });
  });

  it("counts what each kind of check said itself, and of older files what the score says of it", () => {
    const both = ["string_match", "network_event"];
    const { byCheck } = summarize([
      result("1", { checks: both, verdicts: { string_match: true, network_event: true } }),
      result("2", {
        status: "failure",
        checks: both,
        verdicts: { string_match: true, network_event: false },
      }),
      result("3", {
        status: "failure",
        checks: both,
        verdicts: { string_match: false, network_event: null },
      }),
      result("4", { status: "failure", checks: both }),
      result("5", { status: "failure", checks: ["string_match"] }),
    ]);
    expect(byCheck.map(({ name, estimate, unscored }) => [name, estimate?.mean, unscored])).toEqual(
      [
        ["network_event", 0.5, 2],
        ["string_match", 0.5, 1],
      ],
    );
  });

  it("measures the time with episodes running, without the pause between two calls", () => {
    const at = (startedAt: number, seconds: number) =>
      result(`${startedAt}`, { startedAt, seconds });
    const { cost } = summarize([at(0, 2), at(1000, 2), at(60_000, 1)]);
    expect(cost.episodeSeconds).toBe(5);
    expect(cost.wallSeconds).toBe(4);
  });
});

describe("a comparison of two evaluations", () => {
  it("pairs episodes, names those that differ, and leaves out what one did not score", () => {
    const first = ["1", "2", "3", "4", "5"].map((id) => result(id));
    const second = [
      result("1"),
      result("2", { status: "failure" }),
      result("3", { status: "unscored" }),
      result("4", { status: "failure" }),
      result("6"),
    ];
    const comparison = compareEvaluations(first, second);
    expect(comparison.first).toMatchObject({ mean: 1, n: 3 });
    expect(comparison.second).toMatchObject({ n: 3 });
    expect(comparison.difference?.mean).toBeCloseTo(-2 / 3);
    expect(comparison.onlyFirst).toEqual(["2", "4"]);
    expect(comparison.onlySecond).toEqual([]);
    expect(comparison.leftOut).toBe(3);
    expect(compareEvaluations(second, first).onlySecond).toEqual(["2", "4"]);
  });

  it("has no difference without a common episode", () => {
    expect(compareEvaluations([result("1")], [result("2")])).toMatchObject({
      difference: null,
      leftOut: 2,
    });
  });
});
