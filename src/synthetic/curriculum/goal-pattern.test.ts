import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillGoal, type GoalPattern, induceGoalPattern, matchGoal } from "./goal-pattern.ts";

const induce = (...goals: string[]) => induceGoalPattern(goals)?.literals ?? null;

describe("induceGoalPattern", () => {
  it("keeps what all goals share and makes slots of the rest", () => {
    expect(
      induce(
        'Add 3 of the "Slim Desk Lamp" in Orange to the cart.',
        'Add 12 of the "Quilted Blanket" in Pink to the cart.',
      ),
    ).toEqual(["Add ", ' of the "', '" in ', " to the cart."]);
  });

  it("takes a quotation that varies as one value, whatever its parts share", () => {
    expect(induce('Say "I saw it in Rome." now', 'Say "You lost it in Oslo." now')).toEqual([
      'Say "',
      '" now',
    ]);
  });

  it("takes a word that varies as one value", () => {
    expect(induce("Call 555-1234", "Call 555-9876")).toEqual(["Call ", ""]);
  });

  it("is not misled by a word that two values share by chance", () => {
    const goals = ['Open "Red Lamp"', 'Open "Blue Lamp"', 'Open "Lamp"'];
    expect(induce(...goals)).toEqual(['Open "', '"']);
  });

  it("needs two different goals that have something in common", () => {
    expect(induce("Open it", "Open it")).toBeNull();
    expect(induce("Open it")).toBeNull();
  });

  it("describes every goal that it was made from", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const value = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    const pairs = fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(pairs, (slots) => {
        const goals = slots.map(([a, b]) => `SEND "${a}" TO "${b}" NOW.`);
        const pattern = induceGoalPattern(goals);
        expect(pattern === null).toBe(new Set(goals).size < 2);
        for (const goal of pattern === null ? [] : goals)
          expect(
            fillGoal(pattern as GoalPattern, matchGoal(pattern as GoalPattern, goal) ?? []),
          ).toBe(goal);
      }),
    );
  });
});

describe("matchGoal", () => {
  const pattern = { literals: ['Open "', '" (', ")."] };

  it("reads the values of the slots, and writes them back", () => {
    expect(matchGoal(pattern, 'Open "A+B" (now).')).toEqual(["A+B", "now"]);
    expect(fillGoal(pattern, ["A+B", "now"])).toBe('Open "A+B" (now).');
  });

  it("refuses goals of another pattern", () => {
    expect(matchGoal(pattern, 'Close "A" (now).')).toBeNull();
    expect(matchGoal(pattern, 'Open "" (now).')).toBeNull();
  });
});
