/** Actions of every kind, for tests of text forms. */

import fc from "fast-check";
import type { Action } from "../../src/core/action.ts";

const ref = fc.nat().map(String);
const line = fc.string({ unit: "grapheme" });

export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom("click", "hover"), ref }),
  fc.record({ kind: fc.constant("type" as const), ref, text: line, submit: fc.boolean() }),
  fc.record({ kind: fc.constant("select" as const), ref, option: line }),
  fc.record({
    kind: fc.constant("press" as const),
    keys: fc.constantFrom("Enter", "Control+a", "]"),
  }),
  fc.record({ kind: fc.constant("scroll" as const), direction: fc.constantFrom("up", "down") }),
  fc.record({ kind: fc.constant("goto" as const), url: fc.webUrl() }),
  fc.record({ kind: fc.constant("switchTab" as const), index: fc.nat() }),
  fc.record({ kind: fc.constantFrom("newTab", "closeTab", "goBack", "goForward") }),
  fc.record({ kind: fc.constant("stop" as const), answer: line }),
);
