/** The bundled sites with Chromium on them. */

import { createProvider } from "../../fixtures/site-providers.ts";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { openRealSites, type RealSites } from "../../src/real/browser/open-real-sites.ts";
import { ensureBrowser } from "../../src/real/browser/install/install-browser.ts";

/** @param names of sites that one provider serves */
export async function openSitesInChromium(
  names: readonly string[],
  count: number,
): Promise<RealSites> {
  const { path } = await ensureBrowser({
    configuredPath: process.env["DREAMGYM_BROWSER"],
    searchPath: process.env["PATH"],
    log: console.error,
  });
  return await openRealSites({
    provider: createProvider(names, { searchPath: process.env["PATH"] }),
    worlds: WORLD_SEEDS,
    count,
    executablePath: path,
  });
}
