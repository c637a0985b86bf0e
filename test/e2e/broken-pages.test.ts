/** Pages broken at random crash and hang neither Chromium's environment, nor a recording, nor the text browser. */

import { expect, it } from "vitest";
import { breakPages } from "../agreement/break-pages.ts";
import { BothWorlds } from "../support/both-worlds.ts";

const PAGES = 150;
/** Of the heap, after the last page. Parsed pages stay in a cache of fixed size. */
const MOST_MB = 600;

it("opens, records and shows broken pages", async () => {
  await using worlds = await BothWorlds.open();
  const failures: string[] = [];
  const seeds = Array.from({ length: PAGES }, (_, i) => i + 1);
  for await (const { seed, failure } of breakPages(worlds, seeds))
    if (failure !== null) failures.push(`seed ${seed}: ${failure}`);
  expect(failures).toEqual([]);
  expect(process.memoryUsage().heapUsed / 2 ** 20).toBeLessThan(MOST_MB);
});
