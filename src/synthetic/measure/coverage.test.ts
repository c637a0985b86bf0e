import { describe, expect, it } from "vitest";
import type { Observation } from "../../core/observation.ts";
import type { PastStep } from "../../core/policy.ts";
import type { DreamedAnswer } from "../dream-transport.ts";
import { createAddressKinds } from "./address-kinds.ts";
import { createCoverage, type CoverageVisit } from "./coverage.ts";

const SITE = "http://site.test";
const HOME: Observation = {
  url: `${SITE}/`,
  title: "",
  nodes: [
    {
      ref: "e1",
      role: "link",
      name: "Reviews",
      url: `${SITE}/books/1/reviews`,
      states: {},
      depth: 0,
    },
    { ref: "e2", role: "button", name: "More", states: {}, depth: 0 },
  ],
  tabs: [],
  lastActionError: null,
};
const click = (ref: string): PastStep => ({ observation: HOME, action: { kind: "click", ref } });

/** The shapes of a site that recorded books, but none of their reviews. */
const kinds = createAddressKinds((method, url) =>
  method === "GET" && /^http:\/\/site\.test\/books\/\w+$/u.test(url)
    ? "GET http://site.test/books/*"
    : null,
);

function loaded(url: string, certainty: number): DreamedAnswer {
  return {
    cause: { kind: "request", request: { method: "GET", url, fields: null } },
    prediction: { reasoning: "", next: { kind: "unchanged" }, certainty, evidence: [] },
    from: null,
  };
}

function visit(logprob: number, path: PastStep[], ...answers: DreamedAnswer[]): CoverageVisit {
  return { path, logprob, env: { answers } };
}

const report = (visits: [taskId: string, visit: CoverageVisit][]) => {
  const coverage = createCoverage({ kinds, minCertainty: 0.5 });
  for (const [id, own] of visits) coverage.note({ id, goal: `goal ${id}` }, own);
  return coverage.report();
};

describe("createAddressKinds", () => {
  it("reads the start of an unknown address like recorded ones", () => {
    expect(kinds.kindOf("GET", `${SITE}/books/ivy`)).toBe(`${SITE}/books/*`);
    expect(kinds.kindOf("GET", `${SITE}/books/ivy/reviews?page=2`)).toBe(
      `${SITE}/books/*/reviews?page`,
    );
    expect(kinds.kindOf("POST", `${SITE}/books/ivy/reviews/7`)).toBe(`${SITE}/books/*/reviews/*`);
    expect(kinds.kindOf("GET", `${SITE}/help/2`)).toBe(`${SITE}/help/*`);
    expect(kinds.kindOf("GET", `${SITE}/`)).toBe(`${SITE}/`);
  });
});

describe("createCoverage", () => {
  it("groups what was unknown by kind, the heaviest kind first", () => {
    const home = loaded(`${SITE}/`, 0.9);
    const { gaps, ...counts } = report([
      ["1", visit(0, [], home)],
      ["1", visit(Math.log(0.2), [click("e1")], home, loaded(`${SITE}/books/1/reviews`, 0))],
      ["2", visit(Math.log(0.5), [click("e1")], home, loaded(`${SITE}/books/2/reviews`, 0.4))],
      ["2", visit(Math.log(0.6), [click("e2")], home, loaded(`${SITE}/help`, 0))],
    ]);
    expect(counts).toEqual({ searches: 2, visits: 4, unknown: 3 });
    expect(gaps.map(({ kind, searches }) => [kind, searches])).toEqual([
      [`GET ${SITE}/books/*/reviews`, 2],
      [`GET ${SITE}/help`, 1],
    ]);
    expect(gaps[0]?.weight).toBeCloseTo(0.7);
    expect(gaps[0]?.wants.map(({ url, taskId, goal }) => [url, taskId, goal])).toEqual([
      [`${SITE}/books/2/reviews`, "2", "goal 2"],
      [`${SITE}/books/1/reviews`, "1", "goal 1"],
    ]);
  });

  it("keeps the most probable path to an address, with its elements", () => {
    const unknown = (): DreamedAnswer => loaded(`${SITE}/help`, 0);
    const { gaps } = report([
      ["1", visit(Math.log(0.1), [click("e2"), click("e1")], unknown())],
      ["2", visit(Math.log(0.3), [click("e1")], unknown())],
      ["3", visit(Math.log(0.2), [click("e2")], unknown())],
    ]);
    const [want] = gaps[0]?.wants ?? [];
    expect(gaps[0]?.wants).toHaveLength(1);
    expect(want?.probability).toBeCloseTo(0.3);
    expect(want?.path).toMatchObject([
      { action: { kind: "click", ref: "e1" }, element: { role: "link", name: "Reviews" } },
    ]);
  });

  it("counts what lies beyond an unknown page as a way to that page, once", () => {
    const unknown = loaded(`${SITE}/help`, 0.3);
    const { gaps, unknown: visits } = report([
      ["1", visit(Math.log(0.4), [click("e1")], unknown)],
      ["1", visit(Math.log(0.1), [click("e1"), click("e2")], unknown, loaded(`${SITE}/x`, 0.2))],
    ]);
    expect(visits).toBe(2);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]?.weight).toBeCloseTo(0.4);
    expect(gaps[0]?.wants[0]?.path).toHaveLength(1);
  });

  it("names an element whose reaction is unknown by its page's kind", () => {
    const answer: DreamedAnswer = {
      cause: { kind: "event", event: { kind: "click", element: 4, text: null } },
      prediction: { reasoning: "", next: { kind: "unchanged" }, certainty: 0.2, evidence: [] },
      from: `${SITE}/books/7`,
    };
    const [gap] = report([["1", visit(0, [click("e2")], answer)]]).gaps;
    expect(gap?.kind).toBe(`click on button "More" of ${SITE}/books/*`);
  });
});
