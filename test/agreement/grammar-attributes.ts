/** Attributes and words of generated pages. */

import fc from "fast-check";

export const word = fc.constantFrom(
  "Alpha",
  "Beta two",
  "gamma",
  "café",
  "7",
  "Δ",
  "x-y",
  "  spaced  ",
);
export const shortId = fc.constantFrom("a", "b", "c", "d");
/** An attribute, or nothing. */
export const maybe = (...texts: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 7, arbitrary: fc.constant("") },
    { weight: 2, arbitrary: fc.constantFrom(...texts) },
  );
const attributes = (...kinds: fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...kinds).map((texts) =>
    texts
      .filter((text) => text !== "")
      .map((t) => ` ${t}`)
      .join(""),
  );

const hidden = maybe(
  "hidden",
  `style="display:none"`,
  `style="visibility:hidden"`,
  `aria-hidden=true`,
  `aria-hidden=false`,
  "inert",
);
const aria = maybe(
  `aria-label=Named`,
  `aria-labelledby=a`,
  `aria-labelledby="b c"`,
  `aria-disabled=true`,
  `title=Tip`,
  `aria-expanded=true`,
  `aria-owns=d`,
);
const role = maybe(
  "role=none",
  "role=button",
  "role=list",
  "role=heading",
  "role=group",
  "role=img",
);
const identity = fc.oneof(
  { weight: 2, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: shortId.map((id) => `id=${id}`) },
);
export const name = fc.constantFrom("n1", "n2", "n3").map((text) => `name=${text}`);
export const common = attributes(identity, aria, hidden);
/** For elements with content alone: Chromium does not read a control again whose inside is skipped. */
const skipping = maybe(
  "hidden=until-found",
  `style="content-visibility:hidden"`,
  `onclick="void 0"`,
);
export const wrapping = attributes(identity, aria, hidden, fc.oneof(role, skipping));
/** Of what a style sheet adds to a part that nobody saw, a recording says nothing. */
export const visible = attributes(identity, aria, role);
