/** What runs here, for journals. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import { packageVersion } from "./package-version.ts";

/** Versions of dreamgym, Node and Playwright, and the system. */
export function versionsOf(): Record<string, string> {
  const path = createRequire(import.meta.url).resolve("playwright/package.json");
  const playwright = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path, "utf8")));
  return {
    dreamgym: packageVersion(),
    node: process.versions.node,
    playwright: playwright.version,
    system: `${process.platform} ${process.arch}`,
  };
}
