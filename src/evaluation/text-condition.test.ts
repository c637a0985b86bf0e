import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, exactMatch, mustInclude, tokenize } from "./text-condition.ts";

const includes = (phrases: string[], text: string): boolean | null =>
  mustInclude(phrases, text).passed;

describe("cleanText", () => {
  it("trims, removes one pair of quotes, and lower-cases", () => {
    expect(cleanText(`  "Blue 'Kettle'" `)).toBe("blue 'kettle'");
    expect(cleanText(`''x''`)).toBe("'x'");
    expect(cleanText(`'x"`)).toBe(`'x"`);
    expect(cleanText("'")).toBe("");
  });
});

describe("exactMatch", () => {
  it("holds for any text and itself, in quotes and in capitals of plain letters", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9 .,]*$/), (text) => {
        expect(exactMatch(text, ` "${text.toUpperCase()}" `).passed).toBe(
          cleanText(text) === text.toLowerCase(),
        );
        expect(exactMatch(text, text).passed).toBe(true);
      }),
    );
  });
});

describe("mustInclude", () => {
  it("accepts a single character only as a whole token", () => {
    expect(includes(["5"], "It has 5 reviews.")).toBe(true);
    expect(includes(["5"], "It has 15 reviews.")).toBe(false);
    expect(includes(["5"], "a 5-star one")).toBe(false);
    expect(includes(["5"], "The answer: 5.")).toBe(true);
    expect(includes(["5"], "(5)")).toBe(true);
    expect(includes(["0"], "$0.00")).toBe(false);
    for (const other of ["-5", "It is .5", "(−5)", "+5 %"])
      expect(includes(["5"], other)).toBe(false);
    expect(includes(["5"], "- 5 …5")).toBe(true);
  });

  it("compares longer phrases, and one character among several, as substrings", () => {
    expect(includes(["15"], "it has 150")).toBe(true);
    expect(includes(["5", "6"], "56")).toBe(true);
  });

  it("passes when one alternative of a phrase occurs, and each phrase has one", () => {
    expect(includes(["65 |OR| 3"], "it is 3")).toBe(true);
    expect(includes(["65 |OR| 3", "km"], "it is 3")).toBe(false);
    expect(includes(["65 |OR| 3"], "it is 4")).toBe(false);
  });

  it("finds every slice of a text in it, and nothing in an empty text", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9 ]*[a-z]$/), fc.nat(), fc.nat(), (text, a, b) => {
        const slice = text.slice(a % text.length, (a % text.length) + 2 + (b % text.length)).trim();
        if (slice.length > 1) expect(includes([slice], text)).toBe(true);
        if (slice.length > 0) expect(includes([slice], "")).toBe(false);
      }),
    );
  });
});

describe("tokenize", () => {
  it("splits off marks and keeps marks between letters or digits", () => {
    expect(tokenize("$1,000.50 for a 5-star, 4/5. (ok)")).toEqual(
      "$ 1,000.50 for a 5-star , 4/5 . ( ok )".split(" "),
    );
    expect(tokenize("one,two 3%")).toEqual(["one", ",", "two", "3", "%"]);
  });

  it("loses no character but white space", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(tokenize(text).join("")).toBe(text.replaceAll(/\s/gu, ""));
      }),
    );
  });
});
