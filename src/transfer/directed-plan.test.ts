import { describe, expect, it } from "vitest";
import type { Action } from "../core/action.ts";
import type { Observation } from "../core/observation.ts";
import type { CoverageGap, CoverageReport, Want } from "../synthetic/measure/coverage.ts";
import { DirectedVisitSchema, planDirectedVisits } from "./directed-plan.ts";
import { createDirectedPolicy } from "./directed-policy.ts";

const LINK = { role: "link", name: "Go", url: undefined, number: 0, place: 0, nodes: 2 };

function gap(kind: string, weight: number, lengths: readonly number[]): CoverageGap {
  const wants = lengths.map((length, i): Want => ({
    kind,
    url: `http://site.test/${kind}/${i}`,
    taskId: String(i),
    goal: "",
    probability: 0.1,
    path: Array.from({ length }, () => ({
      action: { kind: "click", ref: "1" },
      element: LINK,
    })),
  }));
  return { kind, weight, searches: 1, wants };
}

const coverage = (...gaps: CoverageGap[]): CoverageReport => ({
  searches: 1,
  visits: 1,
  unknown: 1,
  gaps,
});

describe("planDirectedVisits", () => {
  it("values a further visit to the same kind less, and a longer path less", () => {
    const report = coverage(
      gap("heavy", 3, [1, 1, 1, 1]),
      gap("light", 1.1, [1]),
      gap("long", 3, [4]),
    );
    const kinds = planDirectedVisits(report, 100).map(({ kind }) => kind);
    expect(kinds).toEqual(["heavy", "heavy", "light", "heavy", "heavy", "long"]);
  });

  it("stays within the steps", () => {
    const report = coverage(gap("a", 3, [3, 3, 3]), gap("b", 1, [2, 2]));
    const visits = planDirectedVisits(report, 8);
    expect(visits.map(({ kind }) => kind)).toEqual(["a", "a", "b"]);
    expect(planDirectedVisits(report, 1)).toEqual([]);
  });

  it("continues with what earlier rounds did not aim at", () => {
    const report = coverage(gap("a", 3, [1, 1]));
    const first = planDirectedVisits(report, 1);
    const second = planDirectedVisits(report, 100, first);
    expect([...first, ...second].map(({ id, url }) => [id, url])).toEqual([
      ["directed-00000-0", "http://site.test/a/0"],
      ["directed-00001-1", "http://site.test/a/1"],
    ]);
    expect(planDirectedVisits(report, 100, [...first, ...second])).toEqual([]);
  });

  it("survives its file", () => {
    const [visit] = planDirectedVisits(coverage(gap("a", 3, [1])), 1);
    expect(DirectedVisitSchema.parse(JSON.parse(JSON.stringify(visit)))).toEqual(visit);
  });
});

describe("createDirectedPolicy", () => {
  const page = (...names: string[]): Observation => ({
    url: "http://site.test/",
    title: "",
    nodes: names.map((name, i) => ({ ref: String(i), role: "link", name, states: {}, depth: 0 })),
    tabs: [],
    lastActionError: null,
  });
  const path = [
    { action: { kind: "click", ref: "1" } as const, element: LINK },
    { action: { kind: "goBack" } as const, element: null },
  ];
  const actionOn = async (
    step: number,
    observation: Observation,
    forbidden = false,
  ): Promise<Action> => {
    const policy = createDirectedPolicy(path, () => forbidden);
    const history = path.slice(0, step).map(({ action }) => ({ observation, action }));
    return (await policy.act({ goal: "", history, observation })).action;
  };

  it("finds the path's elements on the real page", async () => {
    expect(await actionOn(0, page("Other", "Go"))).toEqual({ kind: "click", ref: "1" });
    expect(await actionOn(1, page("Other"))).toEqual({ kind: "goBack" });
  });

  it("stops where the path ends, is missing, or is forbidden", async () => {
    const stop = { kind: "stop", answer: "" };
    expect(await actionOn(2, page("Go"))).toEqual(stop);
    expect(await actionOn(0, page("Other"))).toEqual(stop);
    expect(await actionOn(0, page("Go"), true)).toEqual(stop);
  });
});
