import { describe, expect, it } from "vitest";
import type { PageNode } from "../../core/observation.ts";
import { computeCandidates } from "../candidates/candidates.ts";
import { goalAffinities } from "./goal-affinity.ts";
import { analyzeGoal } from "./goal-words.ts";
import { pageWords } from "./words.ts";

const goal = 'Write a letter to Ann Lee with the subject "Blue Lamps".';
const node = (ref: number, role: string, name: string, more: Partial<PageNode> = {}): PageNode => ({
  ref: String(ref),
  role,
  name,
  states: {},
  depth: role === "RootWebArea" ? 0 : 1,
  ...more,
});
const nodes = [
  node(0, "RootWebArea", "Letters"),
  node(1, "link", "Write a letter", { url: "http://a.test/new" }),
  node(2, "link", "Old letters", { url: "http://a.test/old" }),
  node(3, "link", "Settings", { url: "http://a.test/settings" }),
  node(4, "textbox", "Subject", { value: "" }),
  node(5, "textbox", "Street", { value: "" }),
];
const observation = {
  url: "http://a.test/",
  title: "Letters",
  nodes,
  tabs: [],
  lastActionError: null,
};
const candidates = computeCandidates({ goal, history: [], observation });
const logs = goalAffinities(candidates, analyzeGoal(goal), pageWords(nodes));
const of = (matches: (candidate: (typeof candidates)[0]) => boolean): number =>
  logs[candidates.findIndex(matches)] as number;
const click = (ref: string): number =>
  of(({ action }) => action.kind === "click" && action.ref === ref);
const type = (ref: string, text: string): number =>
  of(({ action }) => action.kind === "type" && action.ref === ref && action.text === text);

describe("goalAffinities", () => {
  it("count a text's words that stand in the goal, by the share of them", () => {
    expect(click("1")).toBe(3 * 2); // write, letter: all of its words
    expect(click("2")).toBe(3 * 0.5); // letter: half of them
    expect(click("3")).toBe(0);
  });

  it("prefer the field whose label stands next to the text, and quoted texts", () => {
    expect(type("4", "Blue Lamps")).toBe(3 * (1 + 2.5));
    expect(type("5", "Blue Lamps")).toBe(3 * 1);
    expect(type("5", "Ann Lee")).toBe(3 * 0.5);
  });

  it("leave answers and going back to the policy", () => {
    for (const [i, { action }] of candidates.entries())
      if (action.kind === "stop" || action.kind === "goBack") expect(logs[i]).toBe(-Infinity);
  });
});
