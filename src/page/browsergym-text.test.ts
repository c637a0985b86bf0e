import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyAction } from "../../test/support/any-action.ts";
import {
  parseBrowserGymAction,
  printBrowserGymAction,
  renderBrowserGymText,
} from "./browsergym-text.ts";
import { parsePage } from "./page-document.ts";

const read = (text: string): unknown => {
  const parsed = parseBrowserGymAction(text);
  return "action" in parsed ? parsed.action : parsed.problem;
};

describe("parseBrowserGymAction", () => {
  it("reads back every printed action", () => {
    fc.assert(
      fc.property(anyAction, (action) => {
        expect(parseBrowserGymAction(printBrowserGymAction(action) ?? "")).toEqual({ action });
      }),
    );
  });

  it("prints what a mouse can do beyond WebArena's actions", () => {
    const click = { kind: "click", ref: "1" } as const;
    expect(printBrowserGymAction({ ...click, double: true })).toBe("dblclick('1')");
    expect(printBrowserGymAction({ ...click, button: "right", modifiers: "Alt+Shift" })).toBe(
      "click('1', 'right', ['Alt', 'Shift'])",
    );
    expect(printBrowserGymAction({ kind: "drag", ref: "1", to: "2" })).toBe(
      "drag_and_drop('1', '2')",
    );
    expect(printBrowserGymAction({ kind: "answerDialog", accept: true })).toBeNull();
  });

  it.each([
    ["click('12')", { kind: "click", ref: "12" }],
    ['click("12", button="left", modifiers=[])', { kind: "click", ref: "12" }],
    ["fill('12', 'red lamp', True)", { kind: "type", ref: "12", text: "red lamp", submit: false }],
    ["fill(bid='12', value='x')", { kind: "type", ref: "12", text: "x", submit: false }],
    ["clear('12')", { kind: "type", ref: "12", text: "", submit: false }],
    ["select_option('12', ['Red'])", { kind: "select", ref: "12", option: "Red" }],
    ["scroll(0, -200)", { kind: "scroll", direction: "up" }],
    ["noop()", { kind: "wait", ms: 1000 }],
    ["noop(wait_ms=250)", { kind: "wait", ms: 250 }],
    ["tab_focus(1)", { kind: "switchTab", index: 1 }],
    ["report_infeasible('there is none')", { kind: "stop", answer: "N/A" }],
    ["I will answer now: send_msg_to_user('5')", { kind: "stop", answer: "5" }],
  ])("reads %s", (text, action) => {
    expect(read(text)).toEqual(action);
  });

  it.each([
    ["", "Received an empty action."],
    ["let me think", "Received an empty action."],
    ["click('12')\nclick('13')", "Received 2 actions. Send one at a time."],
    ["click('a12')", `Expected the bid of an element of the page, got "click('a12')".`],
    ["click(12)", `Expected click('bid'), got "click(12)".`],
    [
      "click('12', button='right')",
      `Expected click('bid') with the left button and no modifiers, got "click('12', button='right')".`,
    ],
    ["noop(-1)", `Expected noop(wait_ms) with 0 to 20000 milliseconds, got "noop(-1)".`],
    ["noop(60000)", /^Expected noop\(wait_ms\) with 0 to 20000/u],
    ["hover('1', 2)", `Expected hover(bid), got "hover('1', 2)".`],
    ["select_option('1', ['a', 'b'])", /with one option, got/u],
    ["upload_file('1', 'x')", /^Expected an action \(click, hover, fill, .*\), got/u],
    ["constructor('1')", /^Expected an action/u],
  ])("says what is wrong with %j", (text, problem) => {
    expect(read(text)).toEqual(
      typeof problem === "string" ? problem : expect.stringMatching(problem),
    );
  });

  it("maps bids of frames by the caller's table", () => {
    const refs = new Map([["a12", "407"]]);
    const options = { refOf: (bid: string) => refs.get(bid) ?? null };
    expect(parseBrowserGymAction("click('a12')", options)).toEqual({
      action: { kind: "click", ref: "407" },
    });
  });
});

describe("renderBrowserGymText", () => {
  it("prints bids, values and states, and texts that the parent's name lacks", () => {
    const page = parsePage(
      `<title>Shop</title><h1>Lamps</h1><p>Good ones</p><input aria-label="Find" value="it's" required>
      <input type=checkbox aria-label="Gift" checked><select aria-label="Size"><option>S<option selected>M</select>`,
      "http://site.test/",
    );
    const nodes = page.nodes.map((node, index) => ({ ...node, ref: String(index + 1) }));
    expect(renderBrowserGymText({ nodes })).toMatchInlineSnapshot(`
      "RootWebArea 'Shop'
      	[2] heading 'Lamps'
      	StaticText 'Good ones'
      	[4] textbox 'Find' value="it's", required
      	[5] checkbox 'Gift', checked='true'
      	[6] combobox 'Size' value='M', expanded=False
      		[7] option 'S', selected=False
      		[8] option 'M', selected=True"
    `);
  });
});
