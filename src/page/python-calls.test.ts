import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCalls, writeCall } from "./python-calls.ts";

const anyText = fc.oneof(
  fc.string({ unit: "binary-ascii" }),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom("\u{1347a}", "\u{10ffff}", "a\u00a0b\u2028", "\\x41", "\ud800"),
);

describe("findCalls", () => {
  it("reads literals, names, trailing commas and comments", () => {
    expect(
      findCalls(
        `f("a\\n'b'", -1.5, True, None, ['x', 2,], ("y",), {"k": False}, delay=.5, # end\n)`,
      ),
    ).toEqual([
      {
        name: "f",
        positional: ["a\n'b'", -1.5, true, null, ["x", 2], ["y"], { k: false }],
        named: { delay: 0.5 },
      },
    ]);
  });

  it("finds calls in free text, in order", () => {
    const text = "I think (maybe) that click('12') and then `noop()` help.";
    expect(findCalls(text).map(({ name }) => name)).toEqual(["click", "noop"]);
  });

  it("reads triple quotes and line breaks in strings", () => {
    expect(findCalls(`f("""say "hi"\nnow""", 'two\nlines')`)[0]?.positional).toEqual([
      'say "hi"\nnow',
      "two\nlines",
    ]);
  });

  it.each([
    "f(x)",
    "f(g(1))",
    "f('open)",
    "f(a=1, 2)",
    "f(1 2)",
    "f(",
    "os.system('x')",
    "f({1: 2})",
  ])("takes no call that holds more than literals: %s", (text) => {
    expect(findCalls(text).filter(({ name }) => name === "f" || name === "system")).toEqual([]);
  });

  it("reads back every text and number that is written", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), (text, number) => {
        expect(findCalls(writeCall("f", [text, number], { more: text }))).toEqual([
          { name: "f", positional: [text, number], named: { more: text } },
        ]);
      }),
    );
  });
});
