/** The pages that the search for differences filed: those that were mended stay mended. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comparePage } from "../agreement/compare-page.ts";
import { readFiledPages } from "../agreement/filed-pages.ts";
import { BothWorlds } from "../support/both-worlds.ts";

describe("a filed page", () => {
  let worlds: BothWorlds;
  beforeAll(async () => {
    worlds = await BothWorlds.open();
  });
  afterAll(() => worlds?.[Symbol.asyncDispose]());

  it.each(readFiledPages("mended"))("$id agrees", async ({ bytes, seed }) => {
    const { differences } = await comparePage(worlds, bytes, seed);
    expect(differences).toEqual([]);
  });

  // Mended by chance? Then it belongs one folder up.
  it.each(readFiledPages("open"))("$id still differs", async ({ bytes, seed }) => {
    const { differences } = await comparePage(worlds, bytes, seed);
    expect(differences).not.toEqual([]);
  });
});
