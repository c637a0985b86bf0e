import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyAction, anyHandAction } from "../../test/support/any-action.ts";
import { parseWebRlAction, printWebRlAction } from "./webrl-text.ts";

describe("parseWebRlAction", () => {
  it("reads back every printed action", () => {
    let printed = 0;
    fc.assert(
      fc.property(fc.oneof(anyAction, anyHandAction), (action) => {
        const text = printWebRlAction(action);
        if (text === null) return;
        printed += 1;
        expect(parseWebRlAction(text)).toEqual({ action });
      }),
    );
    expect(printed).toBeGreaterThan(10);
  });

  it.each([
    ['do(action="Click", element="7")', { kind: "click", ref: "7" }],
    [
      'do(action="Type", argument="tea", element="7")',
      { kind: "type", text: "tea", submit: false },
    ],
    ['do(action="Search", argument="tea", element="7")', { kind: "type", submit: true }],
    ['do(action="Hover", element="7")', { kind: "hover", ref: "7" }],
    ['do(action="Press Enter")', { kind: "press", keys: "Enter" }],
    ['# Note: go on\ndo(action="Scroll Down")', { kind: "scroll", direction: "down" }],
    [
      'do(action="Select Dropdown Option", argument="Red", element="7")',
      { kind: "select", ref: "7", option: "Red" },
    ],
    ['do(action="Go Backward")', { kind: "goBack" }],
    ['do(action="Go Forward")', { kind: "goForward" }],
    ['exit(message="N/A")', { kind: "stop", answer: "N/A" }],
    ["exit()", { kind: "stop", answer: "" }],
  ])("reads %s", (text, action) => {
    const parsed = parseWebRlAction(text);
    expect("action" in parsed && parsed.action).toMatchObject(action);
  });

  it.each([
    "",
    "do()",
    'do(action="Click")',
    'do(action="Fly", element="7")',
    'do(action="toString")',
  ])("says what it expected of %j", (text) => {
    expect(parseWebRlAction(text)).toEqual({
      problem: expect.stringMatching(/^Expected do\(action="…"/u) as string,
    });
  });
});
