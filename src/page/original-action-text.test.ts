import { describe, expect, it } from "vitest";
import { parseAction } from "./action-text.ts";
import { parseOriginalAction } from "./original-action-text.ts";

const read = (text: string): unknown => {
  const parsed = parseOriginalAction(text);
  return "action" in parsed ? parsed.action : "problem";
};

describe("parseOriginalAction", () => {
  it.each([
    ["click [5]", { kind: "click", ref: "5" }],
    ["click[5]", { kind: "click", ref: "5" }],
    ["hover [5]", { kind: "hover", ref: "5" }],
    ["type [5] [lamp]", { kind: "type", ref: "5", text: "lamp", submit: true }],
    ["type [5] [lamp] [0]", { kind: "type", ref: "5", text: "lamp", submit: false }],
    ["type [5] [a [b] c] [1]", { kind: "type", ref: "5", text: "a [b] c", submit: true }],
    ["type [5] [café] [0]", { kind: "type", ref: "5", text: "café", submit: false }],
    ["press [Control+v]", { kind: "press", keys: "Control+v" }],
    ["scroll [down]", { kind: "scroll", direction: "down" }],
    ["scroll up", { kind: "scroll", direction: "up" }],
    ["goto [http://a.test/x]", { kind: "goto", url: "http://a.test/x" }],
    ["tab_focus [1]", { kind: "switchTab", index: 1 }],
    ["new_tab", { kind: "newTab" }],
    ["close_tab", { kind: "closeTab" }],
    ["go_back", { kind: "goBack" }],
    ["go_forward", { kind: "goForward" }],
    ["stop [it is 5]", { kind: "stop", answer: "it is 5" }],
    ["stop", { kind: "stop", answer: "" }],
    ["stop []", { kind: "stop", answer: "" }],
  ])("reads %s", (text, action) => {
    expect(read(text)).toEqual(action);
  });

  /** What the mended parser makes of the same text. */
  it.each([
    ["stop [one\ntwo]", { kind: "stop", answer: "" }, { kind: "stop", answer: "one\ntwo" }],
    ["type [5] [one\ntwo] [0]", "problem", { text: "one\ntwo" }],
    ["type [5] [1]", "problem", { text: "1" }],
    ["type [5] [it’s] [0]", "problem", { text: "it’s" }],
    ["type [5] [x] [7]", { text: "x] [7", submit: true }, { text: "x] [7", submit: true }],
    ["page_focus [1]", "problem", { kind: "switchTab", index: 1 }],
    ["scroll [direction=down]", "problem", { kind: "scroll", direction: "down" }],
    ["select [5] [Red]", "problem", { kind: "select", ref: "5", option: "Red" }],
    ["click me: click [5]", "problem", "problem"],
    ["click the [5] or click [6]", "problem", "problem"],
    ["", "problem", "problem"],
  ])("differs from the mended parser at %j", (text, original, mended) => {
    const parsed = parseAction(text);
    const also = "action" in parsed ? parsed.action : "problem";
    for (const [got, wanted] of [
      [read(text), original],
      [also, mended],
    ])
      if (typeof wanted === "string") expect(got).toBe(wanted);
      else expect(got).toMatchObject(wanted as object);
  });
});
