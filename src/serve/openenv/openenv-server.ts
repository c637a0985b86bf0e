/**
 * A server of the OpenEnv protocol, for trainers in Python: many sessions over one world. It has no accounts, as the
 * protocol has none, so it belongs on a loopback address or behind a proxy.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { ConfigError } from "../../core/errors.ts";
import { answerHttp, MAX_MESSAGE_BYTES } from "./http-routes.ts";
import type { ServedWorld } from "./served-world.ts";
import { type SessionLimits, SessionRegistry } from "./session-registry.ts";
import { serveSocket } from "./socket.ts";

export interface OpenEnvServerOptions {
  world: ServedWorld;
  limits: SessionLimits;
  host: string;
  /** 0: any free one. */
  port: number;
  /** Of this package. */
  version: string;
  /** Receives each failure of the server itself, as a sentence. */
  warn: (message: string) => void;
}

export interface OpenEnvServer extends AsyncDisposable {
  readonly url: string;
  /** Sessions that are open now. */
  readonly sessions: number;
}

/** Disposing it ends all sessions and closes their environments. @throws ConfigError if the port is taken */
export async function startOpenEnvServer(options: OpenEnvServerOptions): Promise<OpenEnvServer> {
  const { world, limits, host, port, version, warn } = options;
  const registry = new SessionRegistry(world, limits);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES });
  const server = createServer((request, response) => {
    if (isFromOtherSite(request)) {
      response.writeHead(403).end();
      return;
    }
    answerHttp({ world, registry, version }, request, response).catch((error: unknown) => {
      warn(`A request failed: ${String(error)}`);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const { pathname } = new URL(request.url ?? "/", "http://server.test");
    if (pathname !== "/ws" || isFromOtherSite(request)) {
      stream.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => serveSocket(socket, registry));
  });
  await listen(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}`,
    get sessions() {
      return registry.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await registry[Symbol.asyncDispose]();
    },
  };
}

/** A page that the agent visits must not drive the server: browsers name the page's origin, and trainers name none. */
function isFromOtherSite({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host);
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    throw new ConfigError(
      `Expected to listen on ${host}:${port}, got "${(error as Error).message}". Choose another --port, or 0 for any free one.`,
      { cause: error },
    );
  }
}
