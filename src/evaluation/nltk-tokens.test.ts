import { describe, expect, it } from "vitest";
import { nltkTokens } from "./nltk-tokens.ts";

describe("nltkTokens", () => {
  /** As NLTK 3.10's own tokenizer gives them, sentence by sentence. */
  it.each([
    ["$0.00", "$ 0.00"],
    ["it has 5.", "it has 5 ."],
    ["there are 0. that is all", "there are 0. that is all"],
    ["there are 0. 5 of them", "there are 0 . 5 of them"],
    ["yes. 5 of them", "yes . 5 of them"],
    ["(5), [0]: {1}", "( 5 ) , [ 0 ] : { 1 }"],
    ["5% #5 *5* 5;", "5 % # 5 * 5 * 5 ;"],
    ["5-star 5/5 1,000 n=5 €5 ~5", "5-star 5/5 1,000 n=5 €5 ~5"],
    ["'5' \"5\" `5`", "' 5 ' `` 5 '' ` 5 `"],
    ["5, or 6: 7", "5 , or 6 : 7"],
    ["0 – 5 … 5...", "0 – 5 … 5 ..."],
    ["is it 5? no! 6", "is it 5 ? no ! 6"],
  ])("splits %s", (text, tokens) => {
    expect(nltkTokens(text).join(" ")).toBe(tokens);
  });
});
