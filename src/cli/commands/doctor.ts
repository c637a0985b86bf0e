/** `dreamgym doctor`: tries out what the other commands need, says what is wrong and what to do; `--fix` does it. */

import { OWN_SITE_URLS, siteEntry, WORLD_SEEDS } from "../../../fixtures/index.ts";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pc from "picocolors";
import { type FoundBrowser, findBrowser } from "../../real/browser/install/find-browser.ts";
import { launchBrowser } from "../../real/browser/launch-browser.ts";
import { startSiteProcess } from "../../real/sites/site-process.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { checkEndpoint } from "../check-endpoint.ts";
import { browserOption, jsonOption } from "../flags.ts";
import { addModelOptions, type ModelFlags } from "../llm-flags.ts";
import { browserFor } from "../browsers.ts";

interface Flags extends ModelFlags {
  fix?: true;
  browser?: string;
  json?: true;
}

interface Finding {
  name: "node" | "browser" | "launch" | "sites" | "runs";
  ok: boolean;
  /** What was found, or what is wrong and what to do. */
  detail: string;
}

/** package.json's `engines`. */
const NEEDED_NODE = [20, 19] as const;

export const addDoctor: AddCommand = (program, context) => {
  const command = program
    .command("doctor")
    .description(
      "Check the browser, the sites and the folders, and say what to do. --fix downloads a browser. With --endpoint: check a model's server instead.",
    );
  addModelOptions(command)
    .option("--fix", "download a browser if none is found")
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nExamples:\n  dreamgym doctor\n  dreamgym doctor --fix\n  dreamgym doctor --endpoint http://localhost:8000/v1 --model qwen",
    )
    .action(async (flags: Flags) => {
      if (flags.endpoint !== undefined || flags.model !== undefined)
        return await checkEndpoint(context, flags);
      const findings: Finding[] = [];
      const report = (finding: Finding): void => {
        findings.push(finding);
        if (flags.json) return;
        const mark = finding.ok ? pc.green("ok  ") : pc.red("FAIL");
        context.print(`${mark} ${finding.name.padEnd(8)} ${finding.detail}`);
      };
      report(checkNode());
      let browser: FoundBrowser | null = null;
      report(
        await check("browser", async () => {
          browser = await lookOrFix(context, flags);
          return describeBrowser(browser);
        }),
      );
      if (browser !== null) report(await checkLaunch(context, browser));
      report(await checkSites(context));
      report(await check("runs", async () => checkRunsFolder()));
      if (flags.json) context.print(JSON.stringify({ findings, browser }));
      if (findings.some(({ ok }) => !ok)) throw new CommandFailed();
    });
};

async function check(name: Finding["name"], body: () => Promise<string>): Promise<Finding> {
  try {
    return { name, ok: true, detail: await body() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [needMajor, needMinor] = NEEDED_NODE;
  const ok = major > needMajor || (major === needMajor && minor >= needMinor);
  const need = `${needMajor}.${needMinor}`;
  const detail = ok
    ? `Node ${process.versions.node}`
    : `Expected Node ${need} or newer, got ${process.versions.node}. Install a newer one.`;
  return { name: "node", ok, detail };
}

async function lookOrFix(context: CliContext, { fix, browser }: Flags): Promise<FoundBrowser> {
  if (fix) return browserFor(context, browser);
  return findBrowser({
    configuredPath: browser ?? context.environment.browser,
    searchPath: context.environment.path,
  });
}

function describeBrowser({ path, source, version, isHeadlessShell }: FoundBrowser): string {
  const advice = isHeadlessShell
    ? ""
    : "; a full browser: a headless shell (Debian's chromium-headless-shell) needs half the time a step";
  return `Chromium ${version} (${source}) at ${path}${advice}`;
}

function checkLaunch({ now }: CliContext, { path }: FoundBrowser): Promise<Finding> {
  return check("launch", async () => {
    const start = now();
    const browser = await launchBrowser({ executablePath: path, origins: [] });
    try {
      const page = await browser.newPage();
      await page.setContent("<button>ready</button>");
      await page.getByRole("button").click();
    } finally {
      await browser.close();
    }
    return `starts, shows a page and takes a click in ${Math.round(now() - start)} ms`;
  });
}

function checkSites({ now }: CliContext): Promise<Finding> {
  return check("sites", async () => {
    const start = now();
    await using sites = await startSiteProcess({
      entry: siteEntry(),
      worlds: WORLD_SEEDS,
      sites: OWN_SITE_URLS,
    });
    const { worlds } = await sites.control.health();
    const names = Object.keys(sites.origins).join(", ");
    return `${names} with worlds ${worlds.join(", ")} start in ${Math.round(now() - start)} ms`;
  });
}

function checkRunsFolder(): string {
  const probe = join("runs", `.doctor-${process.pid}`);
  try {
    mkdirSync("runs", { recursive: true });
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (error) {
    throw new Error(
      `Expected to write into ${join(process.cwd(), "runs")}, got ${(error as NodeJS.ErrnoException).code}. Run from another folder, or give --out.`,
      { cause: error },
    );
  }
  return `${join(process.cwd(), "runs")} can be written`;
}
