import { expect, it } from "vitest";
import { isStandIn, standIn } from "./placeholder-id.ts";

it("gives one thing one stand-in, which no name of a site is taken for", () => {
  expect(standIn("0 amber")).toBe(standIn("0 amber"));
  expect(standIn("0 amber")).not.toBe(standIn("1 amber"));
  expect(isStandIn(standIn("0 amber"))).toBe(true);
  expect(isStandIn("amber-parsnip")).toBe(false);
});
