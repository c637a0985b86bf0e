/** Runs the Playwright test that a trajectory is exported as. */

import { spawn } from "node:child_process";
import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { exportFormats } from "../../src/real/record/exports/formats.ts";
import { hostResolverRules, type SiteOrigins } from "../../src/real/sites/site-origins.ts";
import type { SiteEpisode } from "../../src/real/sites/site-control.ts";
import { ROOT } from "./read-sources.ts";

const require = createRequire(import.meta.url);

export interface ExportedTestOptions {
  /** Gets the test, and is where Playwright runs. */
  folder: string;
  trajectory: Trajectory;
  executablePath: string;
  origins: SiteOrigins;
  identity?: Pick<SiteEpisode, "headers" | "cookies">;
}

/** @returns what Playwright printed */
export async function runExportedTest(options: ExportedTestOptions): Promise<string> {
  const { folder, trajectory, executablePath, origins, identity } = options;
  exportFormats("1")["playwright"]?.open(folder).add({ trajectory, folder });
  const modules = join(folder, "node_modules");
  if (!existsSync(modules)) symlinkSync(join(ROOT, "node_modules"), modules);
  const rules = hostResolverRules(Object.values(origins));
  const use = {
    launchOptions: { executablePath, args: [`--host-resolver-rules=${rules}`] },
    extraHTTPHeaders: identity?.headers ?? {},
    actionTimeout: 10_000,
    storageState: { cookies: cookiesOf(origins, identity), origins: [] },
  };
  writeFileSync(
    join(folder, "playwright.config.cjs"),
    `module.exports = ${JSON.stringify({ use, reporter: "line" })};`,
  );
  const cli = join(dirname(require.resolve("@playwright/test")), "cli.js");
  // Not `spawnSync`: this process may serve the site.
  const child = spawn(process.execPath, [cli, "test", "--config", folder], { cwd: folder });
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + errors;
}

function cookiesOf(origins: SiteOrigins, identity: ExportedTestOptions["identity"]): object[] {
  return (identity?.cookies ?? []).flatMap(({ site, name, value }) => {
    const origin = origins[site]?.origin;
    if (origin === undefined) return [];
    const { hostname: domain } = new URL(origin);
    const rest = { path: "/", expires: -1, httpOnly: false, secure: false, sameSite: "Lax" };
    return [{ name, value, domain, ...rest }];
  });
}
