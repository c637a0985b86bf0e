/** Takes a picture of a page given as HTML, such as a dream's page, with the styles of its site. */

import type { Browser } from "playwright";
import type { PageSnapshot } from "../../core/site-request.ts";

/** How long styles may take, in milliseconds. Then the picture is taken without them. */
const STYLES_TIMEOUT_MS = 3_000;

/** A PNG of the window. Requests styles and images from the site, but never the page itself. */
export async function picturePage(browser: Browser, { url, html }: PageSnapshot): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  try {
    const based = html.replace(
      /<head[^>]*>/i,
      (head) => `${head}<base href="${new URL(url).href}">`,
    );
    await page
      .setContent(based, { waitUntil: "load", timeout: STYLES_TIMEOUT_MS })
      .catch(() => null);
    return await page.screenshot();
  } finally {
    await page.close();
  }
}
