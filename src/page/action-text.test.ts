import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyAction, anyHandAction } from "../../test/support/any-action.ts";
import { extractActionText, parseAction, printAction } from "./action-text.ts";

const read = (text: string): unknown => {
  const parsed = parseAction(text);
  return "action" in parsed ? parsed.action : "problem";
};

describe("parseAction", () => {
  it("reads back every printed action", () => {
    fc.assert(
      fc.property(fc.oneof(anyAction, anyHandAction), (action) => {
        expect(parseAction(printAction(action))).toEqual({ action });
      }),
    );
  });

  it("presses Enter after typing unless asked not to", () => {
    expect(read("type [5] [lamp]")).toEqual({ kind: "type", ref: "5", text: "lamp", submit: true });
    expect(read("type [5] [lamp] [0]")).toMatchObject({ text: "lamp", submit: false });
    expect(read("type [5] [lamp] [7]")).toMatchObject({ text: "lamp] [7", submit: true });
    expect(read("type [5] [1]")).toMatchObject({ text: "1", submit: true });
  });

  it("lets the last bracket close a text", () => {
    expect(read("stop [a [b] c]")).toEqual({ kind: "stop", answer: "a [b] c" });
    expect(read("type [1] [x] [1] [0]")).toMatchObject({ text: "x] [1", submit: false });
  });

  it("keeps line breaks in an answer", () => {
    expect(read("stop [one\ntwo]")).toEqual({ kind: "stop", answer: "one\ntwo" });
  });

  it("reads a stop without brackets as an empty answer", () => {
    expect(read("stop")).toEqual({ kind: "stop", answer: "" });
  });

  it("reads every way in which WebArena's prompts write scrolling", () => {
    for (const text of ["scroll [down]", "scroll down", "scroll [direction=down]"])
      expect(read(text)).toEqual({ kind: "scroll", direction: "down" });
  });

  it("says what it expected if it reads no action", () => {
    expect(parseAction("")).toEqual({ problem: expect.stringContaining('got ""') as string });
    expect(parseAction("click the button")).toEqual({
      problem: 'Expected `click [id]`, got "click the button".',
    });
    expect(read("I will click [5]")).toBe("problem");
    expect(read("constructor [5]")).toBe("problem");
  });

  it("finds the action between backticks", () => {
    expect(extractActionText("So:\n```click [5]```, then ```stop```")).toBe("click [5]");
    expect(extractActionText("click [5]")).toBeNull();
  });
});
