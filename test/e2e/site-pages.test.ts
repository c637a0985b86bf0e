/** Each self-hosted site for a visitor: live links, headings and titles everywhere, no serious finding of axe. */

import axe from "axe-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SITE_URLS } from "../../fixtures/site-urls.ts";
import { type SiteVisit, visitSites } from "../support/site-visit.ts";

/** Pages of one kind, and of a site. */
const LIMITS = { perKind: 1, most: 40 };
const LEAST_PAGES = 8;

interface Violation {
  id: string;
  impact: string | null;
  nodes: string[];
}

describe("a visitor of the self-hosted sites", () => {
  let visit: SiteVisit;
  beforeAll(async () => {
    visit = await visitSites();
  });
  afterAll(() => visit?.[Symbol.asyncDispose]());

  it.each(Object.keys(OWN_SITE_URLS))(
    "finds every kind of page of %s there, named, and accessible",
    async (site) => {
      let pages = 0;
      const faults: string[] = [];
      for await (const { url, status, page } of visit.walk(site, LIMITS)) {
        pages++;
        if (status !== 200) faults.push(`${url}: status ${status}`);
        if ((await page.title()).trim() === "") faults.push(`${url}: no title`);
        if ((await page.locator("h1").count()) !== 1) faults.push(`${url}: not one h1`);
        // Evaluated, not added as an element: a site may allow no foreign script.
        await page.evaluate(axe.source);
        const violations = (await page.evaluate(
          `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
            violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html) })))`,
        )) as Violation[];
        for (const { id, impact, nodes } of violations)
          if (impact === "serious" || impact === "critical")
            faults.push(`${url}: ${impact} ${id} at ${nodes[0]}`);
      }
      expect(faults).toEqual([]);
      expect(pages).toBeGreaterThanOrEqual(LEAST_PAGES);
    },
    180_000,
  );
});
