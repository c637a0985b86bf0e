/** A person on the self-hosted sites: a browser of an episode of world A, logged in, that follows links. */

import type { Page } from "playwright";
import { OWN_SITE_URLS } from "../../fixtures/site-urls.ts";
import { siteEntry } from "../../fixtures/site-providers.ts";
import { startSiteProcess } from "../../src/real/sites/site-process.ts";
import { Crawl, type CrawlOptions } from "./crawl.ts";
import { launchForTest } from "./real-env.ts";

export interface SiteVisit extends AsyncDisposable {
  /** Goes through a site and shows each page, as big as a window is: 1280 × 720. */
  walk(
    site: string,
    limits: Pick<CrawlOptions, "perKind" | "most">,
  ): AsyncGenerator<{ url: string; status: number; page: Page }>;
}

export async function visitSites(): Promise<SiteVisit> {
  const sites = await startSiteProcess({
    entry: siteEntry(),
    worlds: { A: 1 },
    sites: OWN_SITE_URLS,
  });
  const browser = await launchForTest(sites.origins);
  const { headers, cookies } = await sites.control.startEpisode("A");
  const context = await browser.newContext({
    extraHTTPHeaders: headers,
    viewport: { width: 1280, height: 720 },
  });
  await context.addCookies(
    cookies.map(({ site, name, value }) => ({ name, value, url: OWN_SITE_URLS[site] ?? "" })),
  );
  const page = await context.newPage();
  return {
    async *walk(site, limits) {
      const crawl = new Crawl({ start: [`${OWN_SITE_URLS[site]}/`], ...limits });
      for (const url of crawl.pages()) {
        const response = await page.goto(url, { waitUntil: "load" });
        yield { url, status: response?.status() ?? 0, page };
        crawl.found(
          await page.$$eval("a[href]", (links) =>
            links.map((link) => (link as unknown as { href: string }).href),
          ),
        );
      }
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await sites[Symbol.asyncDispose]();
    },
  };
}
