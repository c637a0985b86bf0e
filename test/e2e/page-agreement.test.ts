/**
 * Generated pages: Chromium, its recording and the text browser show the same nodes, and walks send the same requests.
 * `npm run fuzz` searches further, and shrinks what it finds.
 */

import { expect, it } from "vitest";
import { searchPages, sumOf, type SearchedPage } from "../agreement/search-pages.ts";
import { BothWorlds } from "../support/both-worlds.ts";

const PAGES = 40;
const FIRST_SEED = 7;
/** Of the nodes. One page of forty may be of a kind that `docs/agreement.md` lists. */
const TEXT_SHARE = 0.985;
const RECORDED_SHARE = 0.985;

it("agree on pages of a grammar", async () => {
  await using worlds = await BothWorlds.open();
  const seeds = Array.from({ length: PAGES }, (_, i) => FIRST_SEED + i);
  const pages: SearchedPage[] = [];
  for await (const page of searchPages(worlds, { seeds, shrinks: 0 })) pages.push(page);
  const says = pages.flatMap(({ found }) => found?.differences ?? []).join("\n");
  const [text, recorded, sent] = (["text", "recorded", "sent"] as const).map((part) =>
    sumOf(pages, part),
  );
  expect(text?.total).toBeGreaterThan(10 * PAGES);
  expect(text?.share, says).toBeGreaterThanOrEqual(TEXT_SHARE);
  expect(recorded?.share, says).toBeGreaterThanOrEqual(RECORDED_SHARE);
  expect(sent?.same, says).toBe(sent?.total);
});
