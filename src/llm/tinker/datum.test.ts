import { describe, expect, it } from "vitest";
import { assertDatum, type Datum, type Lesson, toDatum } from "./datum.ts";
import { PROFILES } from "./engine-profile.ts";
import { mergeTurns } from "./episode-record.ts";
import { toImitationData, toPolicyGradientData } from "./scale-lessons.ts";

const read = (...tokens: number[]) => ({ tokens, isAction: false, logProbs: [] });
const written = (tokens: number[], logProbs: number[] = []) => ({
  tokens,
  isAction: true,
  logProbs,
});

describe("toDatum", () => {
  it("shifts by one token: the last prompt token predicts the first of the reply", () => {
    const segments = [
      read(10, 11),
      written([20, 21], [-0.5, -0.25]),
      read(12),
      written([22], [-1]),
    ];
    const { tokens, inputs } = toDatum({ segments, advantage: 2 });
    expect(tokens).toEqual([10, 11, 20, 21, 12]);
    expect(inputs["target_tokens"]?.data).toEqual([11, 20, 21, 12, 22]);
    expect(inputs["weights"]?.data).toEqual([0, 1, 1, 0, 1]);
    expect(inputs["logprobs"]?.data).toEqual([0, -0.5, -0.25, 0, -1]);
    expect(inputs["advantages"]?.data).toEqual([0, 2, 2, 0, 2]);
  });

  it("rejects a sequence that teaches nothing", () => {
    expect(() => toDatum({ segments: [read(1, 2, 3)] })).toThrow(
      "at least one token to learn from",
    );
  });
});

describe("assertDatum", () => {
  const good = toDatum({ segments: [read(1, 2), written([3], [-1])], advantage: 1 });
  const change = (name: string, data: number[]): Datum => ({
    ...good,
    inputs: { ...good.inputs, [name]: { data, dtype: "float32" } },
  });

  it("accepts what toDatum makes", () => {
    expect(() => assertDatum(good)).not.toThrow();
  });

  it.each([
    ["another length", change("weights", [1])],
    ["a number that JSON does not have", change("advantages", [0, Number.NaN])],
    ["a negative weight", change("weights", [0, -1])],
    ["a probability above 1", change("logprobs", [0, 0.1])],
    ["half a token", { ...good, tokens: [1, 2.5] }],
  ])("rejects %s", (_, datum) => {
    expect(() => assertDatum(datum)).toThrow("in a training sequence");
  });
});

describe("mergeTurns", () => {
  const turn = (prompt: number[], completion: number[]) => ({
    prompt,
    completion,
    logProbs: completion.map(() => -1),
  });

  it("continues a sequence where the prompt starts with exactly what stands already", () => {
    const merged = mergeTurns([
      turn([1, 2], [3]),
      turn([1, 2, 3, 4], [5]),
      turn([1, 2, 9, 4], [6]),
    ]);
    expect(merged.map((segments) => segments.map(({ tokens }) => tokens))).toEqual([
      [[1, 2], [3], [4], [5]],
      [[1, 2, 9, 4], [6]],
    ]);
  });
});

describe("one loss on every server", () => {
  const lessons: Lesson[] = [
    { segments: [read(1), written([2, 3, 4], [-1, -1, -1])], advantage: 1 },
    { segments: [read(1), written([2], [-1])], advantage: -1 },
  ];
  /** Σ over tokens of the advantage, as a server reduces it, at ratio 1. */
  function reduce(data: readonly Datum[], reduction: "sum" | "sequence-mean"): number {
    const sums = data.map(({ inputs }) => {
      const weights = inputs["weights"]?.data ?? [];
      const sum = weights.reduce((of, w, at) => of + w * (inputs["advantages"]?.data[at] ?? 0), 0);
      return reduction === "sum" ? sum : sum / weights.reduce((of, weight) => of + weight, 0);
    });
    const total = sums.reduce((of, value) => of + value, 0);
    return reduction === "sum" ? total : total / data.length;
  }

  it.each(["sum", "sequence-mean"] as const)("is the mean over tokens with %s", (reduction) => {
    const data = toPolicyGradientData(lessons, { lossReduction: reduction });
    expect(reduce(data, reduction)).toBeCloseTo((3 - 1) / 4);
  });

  it("weighs imitation so that a sum is a mean over tokens", () => {
    const [first] = toImitationData(lessons, PROFILES["tinker"]);
    expect(first?.inputs["weights"]?.data).toEqual([0.25, 0.25, 0.25]);
    const [plain] = toImitationData(lessons, PROFILES["skyrl-jax"]);
    expect(plain?.inputs["weights"]?.data).toEqual([1, 1, 1]);
  });
});
