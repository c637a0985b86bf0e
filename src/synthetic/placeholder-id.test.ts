import { expect, it } from "vitest";
import { isPlaceholderId, placeholderId } from "./placeholder-id.ts";

it("gives one thing one stand-in, which cannot be mistaken for a name of the site", () => {
  expect(placeholderId("0 amber")).toBe(placeholderId("0 amber"));
  expect(placeholderId("0 amber")).not.toBe(placeholderId("1 amber"));
  expect(isPlaceholderId(placeholderId("0 amber"))).toBe(true);
  expect(isPlaceholderId("amber-parsnip")).toBe(false);
});
