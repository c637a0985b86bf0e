import { describe, expect, it } from "vitest";
import { createScriptPolicy, readScriptSteps } from "./script-policy.ts";

const node = (ref: string, role: string, name: string) => ({
  ref,
  role,
  name,
  depth: 1,
  states: {},
});
const observation = {
  url: "http://desk.test/",
  title: "",
  tabs: [],
  lastActionError: null,
  nodes: [
    node("1", "textbox", ""),
    node("2", "StaticText", "Login"),
    node("3", "textbox", ""),
    node("4", "textbox", "Note"),
    node("5", "button", "Send"),
  ],
};
const act = (line: object) =>
  createScriptPolicy(readScriptSteps(JSON.stringify(line), "steps.jsonl", {})).act({
    goal: "",
    history: [],
    observation,
  });

describe("createScriptPolicy", () => {
  it("takes one of several elements alike by its number", () => {
    const line = { kind: "click", on: { role: "textbox", name: "", number: 1 } };
    expect(act(line)).toEqual({ action: { kind: "click", ref: "3" } });
  });

  it("names the elements of a role as a script names them, also those without a name", () => {
    expect(() => act({ kind: "click", on: { role: "textbox", name: "Search" } })).toThrow(
      'steps.jsonl:1: expected textbox "Search" on http://desk.test/, got 0 of them. The page has: textbox "" ("number": 0), textbox "" ("number": 1, after "Login"), textbox "Note".',
    );
    expect(() => act({ kind: "click", on: { role: "link", name: "Help" } })).toThrow(
      'The page has: textbox "Note", button "Send".',
    );
  });

  it("names first what contains the name, and says how many elements it leaves out", () => {
    const links = Array.from({ length: 30 }, (_, at) => node(String(at), "link", `Row ${at}`));
    const page = { ...observation, nodes: [...links, node("40", "link", "All authors")] };
    const line = JSON.stringify({ kind: "click", on: { role: "link", name: "Authors" } });
    const policy = createScriptPolicy(readScriptSteps(line, "steps.jsonl", {}));
    expect(() => policy.act({ goal: "", history: [], observation: page })).toThrow(
      /The page has: link "All authors", link "Row 0", .*link "Row 18", and 11 more\.$/,
    );
  });

  it("names all that is wrong with an action", () => {
    const line = { kind: "select", on: { role: "button", name: "Send" }, value: "Idea" };
    expect(() => act(line)).toThrow(
      'steps.jsonl:1: `option`: expected string, got nothing; Unrecognized key: "value".',
    );
  });
});
