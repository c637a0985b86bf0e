/** Runs the sites in their own process. It never outlives this one, because it ends when its standard input closes. */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { SiteError } from "../../core/errors.ts";
import { connectSites, type SiteControl } from "./site-control.ts";

export interface SiteProcessOptions {
  /** Path of the module that serves the sites. */
  entry: string;
  /** Seed of each world by its label: `{ A: 1, B: 2 }`. */
  worlds: Readonly<Record<string, number>>;
  /** Origin of each site by its name, without the port: `{ shop: "http://shop.test" }`. */
  sites: Readonly<Record<string, string>>;
  /** 0 or absent: any free port. */
  port?: number;
}

export interface SiteProcess extends AsyncDisposable {
  origins: Record<string, { origin: string; address: string }>;
  control: SiteControl;
  /** Path of the control socket, for other processes of the same run. */
  socketPath: string;
}

const ReadySchema = z.object({ ready: z.literal(true), port: z.int() });
/** Building the worlds takes most of this time. */
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 2_000;

/** @throws SiteError if it does not start: the port is taken, or a world is broken */
export async function startSiteProcess(options: SiteProcessOptions): Promise<SiteProcess> {
  const loader = options.entry.endsWith(".ts") ? ["--import", resolveTsx(options.entry)] : [];
  // A socket's path is limited to about 100 bytes, so it lies in the system's own short directory.
  const folder = await mkdtemp(join(tmpdir(), "dreamgym-"));
  const socketPath = join(folder, "control.sock");
  const worlds = Object.entries(options.worlds).map(([label, seed]) => `${label}=${seed}`);
  const child = spawn(
    process.execPath,
    [
      ...loader,
      options.entry,
      `--port=${options.port ?? 0}`,
      `--control=${socketPath}`,
      `--worlds=${worlds.join(",")}`,
    ],
    // Its own process group, so that Ctrl-C reaches it through us, after the browsers close.
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  const stop = async (): Promise<void> => {
    await stopChild(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await readPort(child);
    const control = connectSites({ socketPath });
    return {
      origins: Object.fromEntries(
        Object.entries(options.sites).map(([site, origin]) => [
          site,
          { origin, address: `127.0.0.1:${port}` },
        ]),
      ),
      control,
      socketPath,
      async [Symbol.asyncDispose]() {
        control[Symbol.dispose]();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @throws SiteError if tsx is not installed: it is not a dependency of this package */
function resolveTsx(entry: string): string {
  try {
    return import.meta.resolve("tsx");
  } catch (error) {
    throw new SiteError(
      `Expected the package tsx, to run ${entry}, got none. Run \`npm install tsx\`, or give a .js file.`,
      { cause: error },
    );
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null)
    throw new SiteError("Expected pipes to the site process.");
  let complaint = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    // The last line is enough.
    complaint = (complaint + text).slice(-2_000);
  });
  return await new Promise<number>((resolve, reject) => {
    const fail = (came: string): void => {
      const [line = came] = complaint.trim().split("\n").slice(-1);
      reject(new SiteError(line === "" ? `Expected the sites to start, got ${came}.` : line));
    };
    const timer = setTimeout(
      () => fail(`nothing within ${START_TIMEOUT_MS / 1000} s`),
      START_TIMEOUT_MS,
    );
    const lines = createInterface({ input: stdout });
    lines.once("line", (line) => {
      clearTimeout(timer);
      const parsed = ReadySchema.safeParse(tryJson(line));
      if (parsed.success) resolve(parsed.data.port);
      else fail(`"${line}"`);
    });
    child.once("error", (error) => fail(error.message));
    child.once("close", (code) => {
      clearTimeout(timer);
      fail(`exit code ${code}`);
    });
  });
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(timer);
}
