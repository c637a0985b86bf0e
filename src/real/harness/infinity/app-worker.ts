/** The applications of one environment: a server for the running one, a gate in front of it, and its state. */

import { SiteError } from "../../../core/errors.ts";
import { type LocalServer, startLocalServer } from "../../sites/local-server.ts";
import type { SiteOrigins } from "../../sites/site-origins.ts";
import { type InfinityApp, originOf } from "./apps.ts";
import { openStateGate, type StateGate } from "./state-gate.ts";

export interface AppWorkerOptions {
  apps: readonly InfinityApp[];
  /** Name or path of Python 3. */
  python: string;
  /** `PATH`, to find Python. */
  searchPath: string | undefined;
  /** JavaScript that runs in every page before the page's own. */
  script: string;
}

export interface AppWorker extends AsyncDisposable {
  readonly origins: SiteOrigins;
  /** Starts the application's server unless it runs, and resets it to its seed. No page of it may be open. */
  reset(app: InfinityApp): Promise<void>;
  /** Waits until the page that was loaded after the reset has stored its seed state. @throws SiteError */
  awaitSeed(): Promise<void>;
  /** The state as JSON text. @throws SiteError */
  readState(): Promise<string>;
}

/** Pages store their state within a second. A busy machine takes much longer. */
const STATE_TIMEOUT_MS = 30_000;
const ANSWER_TIMEOUT_MS = 10_000;

export async function openAppWorker(options: AppWorkerOptions): Promise<AppWorker> {
  let running: { app: InfinityApp; server: LocalServer } | null = null;
  let statesBefore = 0;
  const gate: StateGate = await openStateGate({
    script: options.script,
    addressOf: (host) =>
      running !== null && originOf(running.app) === `http://${host}`
        ? running.server.address
        : null,
  });
  const ask = async (method: "GET" | "POST", path: string): Promise<string> => {
    if (running === null) throw new SiteError("Expected a running application, got none.");
    const url = `http://${running.server.address}${path}`;
    try {
      const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
      const answer = await fetch(url, { method, signal });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      return await answer.text();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SiteError(
        `Expected ${running.app.name} to answer ${method} ${path}, got: ${reason}. See server.py in ${running.app.folder}.`,
        { cause: error, retryable: true },
      );
    }
  };
  const stop = async (): Promise<void> => {
    const last = running;
    running = null;
    await last?.server[Symbol.asyncDispose]();
  };
  return {
    origins: Object.fromEntries(
      options.apps.map((app) => [app.name, { origin: originOf(app), address: gate.address }]),
    ),
    async reset(app) {
      if (running?.app !== app) {
        await stop();
        running = { app, server: await startServer(app, options) };
      }
      await ask("POST", "/api/reset");
      statesBefore = gate.statesStored;
    },
    async awaitSeed() {
      if (await gate.awaitState(statesBefore, STATE_TIMEOUT_MS)) return;
      throw new SiteError(
        `Expected ${running?.app.name} to store its seed state within ${STATE_TIMEOUT_MS} ms of loading, got none. Does its page send PUT /api/state?`,
        { retryable: true },
      );
    },
    async readState() {
      // What the last action changed may be on its way.
      await gate.awaitState(statesBefore, STATE_TIMEOUT_MS);
      return await ask("GET", "/api/state");
    },
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await stop();
    },
  };
}

async function startServer(
  { folder }: InfinityApp,
  { python, searchPath }: AppWorkerOptions,
): Promise<LocalServer> {
  return await startLocalServer({
    command: (port) => [python, "server.py", "--port", String(port)],
    folder,
    // Unbuffered, so that its first line arrives at once.
    environment: { PYTHONUNBUFFERED: "1", ...(searchPath !== undefined && { PATH: searchPath }) },
    ready: /Serving on/,
  });
}
