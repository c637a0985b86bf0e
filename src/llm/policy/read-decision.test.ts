import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, ActionSchema } from "../../core/action.ts";
import { ACTION_FORMS, type ActionForm, GRAMMARS } from "./action-forms.ts";
import { readDecision } from "./read-decision.ts";

const click: Action = { kind: "click", ref: "12" };

describe("readDecision", () => {
  it.each<[ActionForm, string]>([
    ["webarena", "I need the cart. In summary, the next action is ```click [12]```"],
    ["webarena", "```\nclick [12]\n```"],
    ["webarena", "```text\nclick [12]\n```"],
    ["webarena", "The page shows `[9]`.\nAction: click [12]"],
    ["webarena", "**Action:** `click [12]`."],
    ["webarena", "Not ```click [3]``` but ```click [12]```"],
    ["webarena", "```click [12]"],
    ["webarena", "<think>maybe ```click [3]```</think>```click [12]```"],
    ["browsergym", "The cart.\n```click('12')```"],
    ["browsergym", '```python\nclick("12")\n```'],
    ["browsergym", "I click it.\nclick('12')"],
    ["webrl", 'The cart.\n```do(action="Click", element="12")```'],
    ["webrl", '# Element: the link "Cart"\ndo(action="Click", element="12")'],
    ["json", '{"thought": "The cart.", "name": "click", "arguments": {"id": "12"}}'],
    ["json", '```json\n{"name": "click", "arguments": "{\\"id\\": 12}"}\n```'],
    ["json", '<tool_call>\n{"name": "click", "arguments": {"id": "[12]"}}\n</tool_call>'],
    ["json", '{"thought": "t", "action": {"name": "click", "arguments": {"id": "12"}}}'],
    ["json", '{"action": "click", "element_id": 12}'],
    ["json", '[{"type": "function", "function": {"name": "click", "arguments": {"bid": "12"}}}]'],
    // Another grammar than the asked one.
    ["json", "```click [12]```"],
    ["webarena", '{"name": "click", "arguments": {"id": "12"}}'],
    ["browsergym", "click [12]"],
  ])("%s: finds the action in %j", (form, reply) => {
    expect(readDecision(reply, form)).toMatchObject({ action: click });
  });

  it.each<[string, ActionForm, string]>([
    ["empty", "webarena", ""],
    ["words alone", "webarena", "I would click on the cart."],
    ["a refusal", "json", "I'm sorry, but I can't help with that."],
    ["a cut object", "json", '{"thought": "The cart", "name": "cli'],
    ["an unknown action", "webarena", "```teleport [3]```"],
    ["an action without its argument", "webarena", "```click```"],
    ["two actions", "browsergym", "```click('1')\nclick('2')```"],
    ["an unknown name", "json", '{"name": "teleport", "arguments": {}}'],
    ["a missing argument", "json", '{"name": "type", "arguments": {"id": "3"}}'],
    ["thoughts without an end", "webarena", "<think>```click [3]```"],
    ["the same words again and again", "webarena", "the the ".repeat(2000)],
    ["deep brackets", "json", "[{".repeat(2000)],
  ])("says what is wrong with %s", (_, form, reply) => {
    expect(readDecision(reply, form)).toMatchObject({
      problem: expect.stringMatching(/^(?:Expected|Received)/u) as string,
    });
  });

  it("keeps the reasoning without the action", () => {
    const reply = "<think>long</think>The cart is [12].\n```click [12]```";
    expect(readDecision(reply, "webarena")).toEqual({
      action: click,
      thought: "long\nThe cart is [12].",
    });
    expect(
      readDecision('{"thought": "why", "name": "stop", "arguments": {"answer": "4"}}', "json"),
    ).toEqual({ action: { kind: "stop", answer: "4" }, thought: "why" });
  });

  it.each(ACTION_FORMS)("%s: reads what its grammar prints, whatever the texts hold", (form) => {
    const text = fc
      .string({ unit: "grapheme", maxLength: 20 })
      .filter((value) => !/`{3}|<\/?think|[\p{Cc}\p{Cs}]/u.test(value) && value === value.trim());
    const actions = fc.oneof(
      fc.record({ kind: fc.constant("stop"), answer: text }),
      fc.record({
        kind: fc.constant("type"),
        ref: fc.nat().map(String),
        text,
        submit: fc.boolean(),
      }),
      fc.record({ kind: fc.constant("scroll"), direction: fc.constantFrom("up", "down") }),
      fc.record({ kind: fc.constant("wait"), ms: fc.nat(20_000) }),
      fc.record({ kind: fc.constant("switchTab"), index: fc.nat(9) }),
      // BrowserGym's set for WebArena has neither.
      ...(form === "browsergym"
        ? []
        : [
            fc.record({
              kind: fc.constant("check"),
              ref: fc.nat().map(String),
              checked: fc.boolean(),
            }),
            fc.record({
              kind: fc.constant("drag"),
              ref: fc.nat().map(String),
              to: fc.nat().map(String),
            }),
          ]),
      fc.constantFrom({ kind: "goBack" }, { kind: "newTab" }),
    );
    fc.assert(
      fc.property(actions, (drawn) => {
        const action = ActionSchema.parse(drawn);
        const printed = GRAMMARS[form].print(action);
        const reply = form === "json" ? printed : `Because.\n\`\`\`${printed}\`\`\``;
        expect(readDecision(reply, form)).toMatchObject({ action });
      }),
      { numRuns: 60 },
    );
  });

  it.each(ACTION_FORMS)("%s: reads the prompt's own example", (form) => {
    expect(readDecision(GRAMMARS[form].example, form)).toMatchObject({
      action: { kind: "click", ref: "1164" },
      thought: "The inbox is behind the link with the id 1164.",
    });
  });
});
