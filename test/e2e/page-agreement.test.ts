/**
 * Generated pages: Chromium, its recording and the text browser show the same nodes, and walks send the same requests.
 * `npm run fuzz` searches further, and shrinks what it finds.
 */

import { expect, it } from "vitest";
import { searchPages } from "../agreement/search-pages.ts";
import { BothWorlds } from "../support/both-worlds.ts";

const PAGES = 40;
/** Of the nodes. Higher for the text browser: a recording also depends on what Chromium drew. */
const TEXT_SHARE = 0.97;
const RECORDED_SHARE = 0.85;

it("agree on pages of a grammar", async () => {
  await using worlds = await BothWorlds.open();
  const { text, recorded, sent, found } = await searchPages(worlds, {
    pages: PAGES,
    seed: 7,
    shrinks: 0,
  });
  const says = found.map(({ differences }) => differences.join("\n")).join("\n\n");
  expect(text.total).toBeGreaterThan(10 * PAGES);
  expect(text.same / text.total, says).toBeGreaterThanOrEqual(TEXT_SHARE);
  expect(recorded.same / recorded.total, says).toBeGreaterThanOrEqual(RECORDED_SHARE);
  expect(sent.same, says).toBe(sent.total);
});
