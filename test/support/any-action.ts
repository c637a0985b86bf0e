/** Actions for tests of text forms. */

import fc from "fast-check";
import type { Action } from "../../src/core/action.ts";

const ref = fc.nat().map(String);
const line = fc.string({ unit: "grapheme" });

/** Those of WebArena, and `select`. */
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

/** Those that a person's hand adds. */
export const anyHandAction: fc.Arbitrary<Action> = fc.oneof(
  fc.record(
    {
      kind: fc.constant("click" as const),
      ref,
      button: fc.constantFrom("middle", "right"),
      modifiers: fc.constantFrom("Alt", "Control+Shift"),
      double: fc.constant(true as const),
    },
    { requiredKeys: ["kind", "ref"] },
  ),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20_000) }),
  fc.record({ kind: fc.constant("check" as const), ref, checked: fc.boolean() }),
  fc.record(
    {
      kind: fc.constant("scroll" as const),
      direction: fc.constantFrom("up", "down"),
      pixels: fc.integer({ min: 1, max: 99_999 }),
      over: ref,
    },
    { requiredKeys: ["kind", "direction"] },
  ),
  fc.record(
    {
      kind: fc.constant("drag" as const),
      ref,
      to: ref,
      at: fc.record({ x: fc.integer(), y: fc.integer() }),
    },
    { requiredKeys: ["kind", "ref", "to"] },
  ),
  fc.record({
    kind: fc.constant("upload" as const),
    ref,
    files: fc.array(
      fc.record({ name: line, type: fc.constant("text/plain"), base64: fc.base64String() }),
    ),
  }),
  fc.record(
    { kind: fc.constant("answerDialog" as const), accept: fc.boolean(), text: line },
    { requiredKeys: ["kind", "accept"] },
  ),
);
