/** Finds or installs Chromium before the tests that need it, so that they run on a fresh machine. */

import { ensureBrowser } from "../../src/real/browser/install/install-browser.ts";

export default async function setup(): Promise<void> {
  await ensureBrowser({
    configuredPath: process.env["DREAMGYM_BROWSER"],
    searchPath: process.env["PATH"],
    log: (line) => process.stderr.write(`${line}\n`),
  });
}
