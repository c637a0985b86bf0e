/** A picture of a page that is only HTML, as a dream's pages are: with the styles of the site it belongs to. */

import type { Browser } from "playwright";
import type { PageSnapshot } from "../../core/site-request.ts";

/** How long styles may take, in milliseconds; then the page is pictured as it is. */
const STYLES_TIMEOUT_MS = 3_000;

/** A PNG of the window. Sends the site requests for styles and images, never for the page itself. */
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
