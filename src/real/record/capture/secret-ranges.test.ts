import { describe, expect, it } from "vitest";
import { secretRanges } from "./secret-ranges.ts";

describe("secretRanges", () => {
  const shown = (texts: string[], ...values: string[]): string[] =>
    secretRanges(texts, values).map(({ text, start, end }) =>
      (texts[text] as string).slice(start, end),
    );

  it("finds a value inside a text, as often as it stands there", () => {
    expect(shown(["the key k-12, and k-12 again"], "k-12")).toEqual(["k-12", "k-12"]);
    expect(secretRanges(["nothing"], ["k-12"])).toEqual([]);
  });

  it("finds a value that is split over texts, in any case", () => {
    expect(shown(["My SEC", "ret", "ive"], "secretive")).toEqual(["SEC", "ret", "ive"]);
  });

  it("finds a long value with gaps, and no short one", () => {
    expect(shown(["Card 4539 5787\u00AD6362-1486."], "4539578763621486")).toEqual([
      "4539 5787\u00AD6362-1486",
    ]);
    expect(shown(["12 34 56"], "123456")).toEqual([]);
  });

  it("keeps positions where a lower case letter is longer", () => {
    expect(shown(["İİ token-9"], "token-9")).toEqual(["token-9"]);
  });
});
