import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import { CandidatePolicy } from "./candidate-policy.ts";

let ref = 0;
const node = (
  role: string,
  name: string,
  depth: number,
  more: Partial<PageNode> = {},
): PageNode => ({
  ref: String(ref++),
  role,
  name,
  states: {},
  depth,
  ...more,
});
const page = (nodes: PageNode[]): Observation => ({
  url: "http://a.test/entries/new",
  title: "New entry",
  nodes,
  tabs: [],
  lastActionError: null,
});
const form = page([
  node("RootWebArea", "New entry", 0),
  node("banner", "", 1),
  node("searchbox", "Search", 2, { value: "" }),
  node("main", "", 1),
  node("textbox", "Title", 2, { value: "" }),
  node("textbox", "Body", 2, { value: "" }),
  node("combobox", "Section", 2, { value: "Choose" }),
  node("option", "Choose", 3, { states: { selected: true } }),
  node("option", "Garden", 3),
  node("option", "Kitchen", 3),
  node("radiogroup", "", 2),
  node("radio", "Public", 3, { states: { checked: true } }),
  node("radio", "Private", 3, { states: { checked: false } }),
  node("button", "Save entry", 2),
]);
const goal =
  'Add a private entry titled "Blue Lamps" with the body "They glow" to the section Garden.';

const describeAction = (action: Action): string => {
  const name = form.nodes.find((one) => "ref" in action && one.ref === action.ref)?.name;
  return `${name} ← ${action.kind === "type" ? action.text : action.kind === "select" ? action.option : "✓"}`;
};

describe("proposals of a policy", () => {
  const policy = new CandidatePolicy({ tableBits: 12 }).proposing();
  const propose = async (input: Partial<Parameters<typeof policy.propose>[0]> = {}) => [
    ...(await policy.propose({ goal, history: [], observation: form, ...input })),
  ];

  it("have probabilities that sum to at most 1, and nearly to 1", async () => {
    const total = (await propose()).reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
    expect(total).toBeLessThanOrEqual(1 + 1e-9);
    expect(total).toBeGreaterThan(0.7);
  });

  it("include the form filled in as the goal's words suggest, before any training", async () => {
    const fillings = (await propose()).filter(({ rest }) => rest !== undefined);
    const [best] = fillings.toSorted((a, b) => b.logprob - a.logprob);
    expect(
      [best?.action, ...(best?.rest ?? [])].map((action) => describeAction(action as Action)),
    ).toEqual(
      expect.arrayContaining(["Title ← Blue Lamps", "Body ← They glow", "Section ← Garden"]),
    );
  });

  it("also send the form with the button after its fields", async () => {
    const sent = (await propose()).filter(
      ({ rest }) => describeAction(rest?.at(-1) ?? { kind: "goBack" }) === "Save entry ← ✓",
    );
    const unsent = (await propose()).filter(({ rest }) => rest !== undefined).length - sent.length;
    expect(sent).toHaveLength(unsent);
  });

  it("never type one piece of the goal twice, and leave the page's margins alone", async () => {
    for (const { action, rest } of await propose()) {
      if (rest === undefined) continue;
      const steps = [action, ...rest].map(describeAction);
      const texts = [action, ...rest].flatMap((one) => (one.kind === "type" ? one.text : []));
      expect(new Set(texts).size).toBe(texts.length);
      expect(steps.some((step) => step.startsWith("Search"))).toBe(false);
    }
  });

  it("fill in no form that was touched already", async () => {
    const typed: Action = {
      kind: "type",
      ref: form.nodes[4]?.ref as string,
      text: "x",
      submit: false,
    };
    const later = await propose({ history: [{ observation: form, action: typed }] });
    expect(later.filter(({ rest }) => rest !== undefined)).toEqual([]);
  });

  it("prefer the link that the goal names to one that it does not", async () => {
    const links = page([
      node("RootWebArea", "Start", 0),
      node("link", "About us", 1, { url: "http://a.test/about" }),
      node("link", "Add an entry", 1, { url: "http://a.test/entries/new" }),
    ]);
    const [about, add] = [...(await propose({ observation: links }))]
      .filter(({ action }) => action.kind === "click")
      .map(({ logprob }) => logprob) as [number, number];
    expect(add).toBeGreaterThan(about + 0.9);
  });
});
