import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import { computeCandidates, findCandidate } from "./candidates.ts";

/** Builds a page from lines of `depth role name`, with more of a node behind. */
function page(
  lines: [number, string, string, Partial<PageNode>?][],
  url = "http://a.test/x",
): Observation {
  const nodes = lines.map(([depth, role, name, more], index) => ({
    ref: String(index + 1),
    role,
    name,
    states: {},
    depth,
    ...more,
  }));
  return {
    url,
    title: "Page",
    nodes,
    tabs: [{ title: "Page", url, active: true }],
    lastActionError: null,
  };
}

const actions = (
  goal: string,
  observation: Observation,
  history: { observation: Observation; action: Action }[] = [],
): Action[] => computeCandidates({ goal, history, observation }).map(({ action }) => action);

const answersOf = (observation: Observation): string[] =>
  actions("", observation).flatMap((action) => (action.kind === "stop" ? [action.answer] : []));

describe("computeCandidates", () => {
  it("always offers going back and the fixed answers", () => {
    expect(actions("", page([]))).toEqual([
      { kind: "goBack" },
      { kind: "stop", answer: "" },
      { kind: "stop", answer: "N/A" },
    ]);
  });

  it("clicks clickable elements, and never disabled ones", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "link", "Home", { url: "http://a.test/" }],
      [1, "button", "Buy"],
      [1, "button", "Sold out", { states: { disabled: true } }],
      [1, "heading", "Things"],
      [1, "DisclosureTriangle", "More"],
    ]);
    const clicked = actions("", observation).flatMap((action) =>
      action.kind === "click" ? [action.ref] : [],
    );
    expect(clicked).toEqual(["2", "3", "6"]);
  });

  it("offers options by selecting them in their list, never by clicking them", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "combobox", "Size", { value: "S" }],
      [2, "option", "S", { states: { selected: true } }],
      [2, "option", "M"],
      [2, "option", "L", { states: { disabled: true } }],
    ]);
    const offered = actions("", observation);
    expect(offered.filter(({ kind }) => kind === "select")).toEqual([
      { kind: "select", ref: "2", option: "M" },
    ]);
    expect(offered.some(({ kind }) => kind === "click")).toBe(false);
  });

  it("types pieces of the goal, with and without Enter, and numbers alone into number fields", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "searchbox", "Search"],
      [1, "spinbutton", "Quantity"],
    ]);
    const typed = actions('Search for "red lamp" and buy 3', observation).flatMap((action) =>
      action.kind === "type" ? [`${action.ref} ${action.text} ${action.submit}`] : [],
    );
    expect(typed).toContain("2 red lamp true");
    expect(typed).toContain("2 red lamp false");
    expect(typed.filter((line) => line.startsWith("3"))).toEqual(["3 3 false", "3 3 true"]);
  });

  it("types the goal's dates and times into their fields, in the form that each takes", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "Date", "Arrival"],
      [1, "InputTime", "At"],
      [1, "DateTime", "Pick-up"],
      [1, "Date", "Fixed", { states: { disabled: true } }],
    ]);
    const typed = actions("Arrive on March 5, 2027 at 3:30 pm", observation).flatMap((action) =>
      action.kind === "type" ? [`${action.ref} ${action.text}`] : [],
    );
    expect(typed).toEqual(["2 2027-03-05", "3 15:30", "4 2027-03-05T15:30"]);
    const month = actions("Show the report of May 2026", observation);
    expect(month).toContainEqual({ kind: "type", ref: "4", text: "2026-05", submit: false });
  });

  it("clicks a combo box that only opens a list, and types into others", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "combobox", "Colour", { states: { readonly: true, expanded: false } }],
      [1, "combobox", "City"],
    ]);
    const offered = actions('Choose "Bern"', observation);
    const refs = (kind: string): Set<string> =>
      new Set(
        offered.flatMap((action) => (action.kind === kind && "ref" in action ? [action.ref] : [])),
      );
    expect(refs("type")).toEqual(new Set(["3"]));
    expect(refs("click")).toContain("2");
  });

  it("closes what lies over a page by Escape, and offers it nowhere else", () => {
    const escape = { kind: "press", keys: "Escape" };
    const open: [string, Partial<PageNode>][] = [
      ["dialog", {}],
      ["alertdialog", {}],
      ["menu", {}],
      ["combobox", { states: { expanded: true } }],
    ];
    for (const [role, more] of open)
      expect(
        actions(
          "",
          page([
            [0, "RootWebArea", "Page"],
            [1, role, "", more],
          ]),
        ),
        role,
      ).toContainEqual(escape);
    const closed = page([
      [0, "RootWebArea", "Page"],
      [1, "combobox", "", { states: { expanded: false } }],
      [1, "button", "Section", { states: { expanded: true } }],
    ]);
    expect(actions("", closed)).not.toContainEqual(escape);
  });

  it("answers with texts, and with the parts of texts that questions ask for", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "StaticText", "Price: $12.50"],
      [1, "StaticText", "Posted by Ann Lee on March 3, 2024"],
      [1, "StaticText", "128 comments (15% new)"],
      [1, "textbox", "City", { value: "Springfield" }],
      [1, "button", "Buy"],
    ]);
    const offered = answersOf(observation);
    for (const answer of [
      "Price: $12.50",
      "$12.50",
      "Ann Lee",
      "March 3, 2024",
      "128",
      "15%",
      "Springfield",
    ])
      expect(offered).toContain(answer);
    expect(offered).not.toContain("Buy");
    expect(new Set(offered).size).toBe(offered.length);
  });

  it("visits only pages seen before that no link leads to", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "link", "A", { url: "http://a.test/linked" }],
    ]);
    const history = ["http://a.test/linked", "http://a.test/seen", observation.url].map((url) => ({
      observation: page([], url),
      action: { kind: "goBack" } as const,
    }));
    expect(
      actions("go to http://evil.test/ now", observation, history).filter(
        ({ kind }) => kind === "goto",
      ),
    ).toEqual([{ kind: "goto", url: "http://a.test/seen" }]);
  });

  it("stays bounded on a page of any size, and keeps the overlap with the goal", () => {
    const rows = Array.from(
      { length: 3000 },
      (_, index): [number, string, string, Partial<PageNode>][] =>
        [
          [1, "listitem", ""],
          [2, "link", `Thing ${index}`, { url: `http://a.test/${index}` }],
          [2, "textbox", `Field ${index}`, {}],
        ] as [number, string, string, Partial<PageNode>][],
    ).flat();
    const observation = page([[0, "RootWebArea", "Page"], ...rows]);
    const offered = actions('Open "Thing 2718" of 5', observation);
    expect(offered.length).toBeLessThan(360);
    const wanted = observation.nodes.find(({ name }) => name === "Thing 2718") as PageNode;
    expect(offered).toContainEqual({ kind: "click", ref: wanted.ref });
  });

  it("depends only on goal, history and observation", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "StaticText", "$5"],
    ]);
    const input = { goal: "How much?", history: [], observation };
    const withMore = { ...input, task: { id: 1, eval: "$5" }, instantiation_dict: { price: "$9" } };
    expect(computeCandidates(withMore)).toEqual(computeCandidates(structuredClone(input)));
  });
});

describe("findCandidate", () => {
  it("treats a click on another link to the same place as the same choice", () => {
    const observation = page([
      [0, "RootWebArea", "Page"],
      [1, "link", "Lamp", { url: "http://a.test/lamp" }],
      [1, "link", "Lamp", { url: "http://a.test/lamp" }],
    ]);
    const candidates = computeCandidates({ goal: "", history: [], observation });
    expect(findCandidate(candidates, { kind: "click", ref: "3" }, observation.nodes)).toBe(0);
    expect(findCandidate(candidates, { kind: "click", ref: "9" }, observation.nodes)).toBe(-1);
    expect(findCandidate(candidates, { kind: "stop", answer: "none" }, observation.nodes)).toBe(-1);
  });
});
