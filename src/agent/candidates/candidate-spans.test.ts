import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findGoalSpans } from "./candidate-spans.ts";

const textsOf = (goal: string): string[] => findGoalSpans(goal).map(({ text }) => text);

describe("findGoalSpans", () => {
  it.each([
    [
      "quoted texts, straight or curly",
      'Post "It is late" under ‘Old news’',
      ["It is late", "Old news"],
    ],
    ["apostrophes inside quoted texts", "Reply 'I don't know' to it", ["I don't know"]],
    ["names of several words", "What does the House of the Sun cost?", ["House of the Sun"]],
    ["names after the first verb", "Follow Ann Lee", ["Ann Lee"]],
    ["numbers, prices and dates", "3 under $20.50 since 2024-03-01", ["3", "$20.50", "2024-03-01"]],
    [
      "what follows a colon",
      "Write to zob: See you at 5. Bring tea.",
      ["See you at 5. Bring tea.", "See you at 5"],
    ],
    ["what follows a function word", "Search for kitchen lamps and stop", ["kitchen lamps"]],
    ["the thing after its kind", "Send it to user zorblat", ["zorblat"]],
  ])("finds %s", (_, goal, expected) => {
    expect(textsOf(goal)).toEqual(expect.arrayContaining(expected));
  });

  it("puts the surest first and gives the word before", () => {
    expect(findGoalSpans('Rename the list "To do"')[0]).toMatchObject({
      text: "To do",
      kind: "quoted",
      cue: "list",
    });
  });

  it("gives each piece of the goal once, as the goal writes it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (goal) => {
        const spans = findGoalSpans(goal);
        for (const { text, start, end } of spans) expect(goal.slice(start, end)).toBe(text);
        expect(new Set(spans.map(({ text }) => text)).size).toBe(spans.length);
      }),
    );
  });
});
