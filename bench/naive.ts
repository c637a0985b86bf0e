/**
 * The obvious Playwright loop, as a measure of this machine: a new context for an episode, locators clicked, the
 * accessibility tree read after each step, without a fence or a log of requests. It takes the same ten actions on the
 * same pages as the walk of `real.ts`.
 */

import { chromium, type Browser, type CDPSession, type Page } from "playwright";
import { hostResolverRules } from "../src/real/sites/site-origins.ts";
import type { SiteProcess } from "../src/real/sites/site-process.ts";

export interface NaiveBenchOptions {
  executablePath: string;
  sites: SiteProcess;
  startUrl: string;
  /** Episodes of each context in turn; the first of each is warm-up and not counted. */
  episodes: number;
  /** Number of simultaneous contexts. */
  contexts: number;
  now: () => number;
}

const ACTIONS: ((page: Page) => Promise<unknown>)[] = [
  (page) => page.locator('a[href*="/category/"]').first().click(),
  (page) => page.locator('a[href*="/product/"]').first().click(),
  (page) => page.mouse.wheel(0, 600),
  (page) => page.getByRole("searchbox").first().fill("lamp"),
  (page) => page.getByRole("button", { name: "Search", exact: true }).first().click(),
  (page) => page.goBack(),
  (page) => page.getByRole("link", { name: "Account", exact: true }).first().click(),
  (page) => page.getByRole("link", { name: "Orders", exact: true }).first().hover(),
  (page) => page.getByRole("link", { name: "Orders", exact: true }).first().click(),
  (page) => page.locator('a[href="/"]').first().click(),
];

/** @returns steps per second, all contexts together */
export async function benchNaive(options: NaiveBenchOptions): Promise<number> {
  const { executablePath, sites, episodes, contexts, now } = options;
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [`--host-resolver-rules=${hostResolverRules(Object.values(sites.origins))}`],
  });
  const all = (count: number): Promise<unknown> =>
    Promise.all(
      Array.from({ length: contexts }, async () => {
        for (let i = 0; i < count; i++) await episode(browser, options);
      }),
    );
  try {
    await all(1);
    const began = now();
    await all(episodes);
    return (1_000 * contexts * episodes * ACTIONS.length) / (now() - began);
  } finally {
    await browser.close();
  }
}

async function episode(browser: Browser, { sites, startUrl }: NaiveBenchOptions): Promise<void> {
  const { token, headers, cookies } = await sites.control.startEpisode("A");
  const context = await browser.newContext({ extraHTTPHeaders: headers });
  try {
    await context.addCookies(
      cookies.flatMap(({ site, name, value }) => {
        const url = sites.origins[site]?.origin;
        return url === undefined ? [] : [{ name, value, url }];
      }),
    );
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    await page.goto(startUrl);
    await observe(page, session);
    for (const act of ACTIONS) {
      await act(page);
      await observe(page, session);
    }
  } finally {
    await context.close();
    await sites.control.endEpisode(token);
  }
}

async function observe(page: Page, session: CDPSession): Promise<void> {
  await page.waitForLoadState();
  await session.send("Accessibility.getFullAXTree");
}
