import { describe, expect, it } from "vitest";
import { findGoalSpans } from "../candidates/candidate-spans.ts";
import { analyzeGoal } from "./goal-words.ts";
import { labelFit } from "./match.ts";
import { wordHashes } from "./words.ts";

describe("labelFit", () => {
  const goal =
    'Submit an entry titled "Blue Lamps" with the body text "They glow" and 3 stars in the Garden section.';
  const words = analyzeGoal(goal);
  const spanOf = (text: string) =>
    findGoalSpans(goal).find((span) => span.text === text) as ReturnType<typeof findGoalSpans>[0];

  it.each([
    ["Blue Lamps", "Titled", 3],
    ["Blue Lamps", "Body", 1],
    ["They glow", "Body", 3],
    ["They glow", "Body of the entry", 2],
    ["They glow", "Titled", 0],
    ["3", "Stars", 1],
    ["3", "Body", 0],
    ["Garden", "Section", 1],
    ["Garden", "", 0],
  ])("of %s and a field named %s is %d", (text, label, fit) => {
    expect(labelFit(wordHashes(label), words.wordsNextTo(spanOf(text)))).toBe(fit);
  });
});
