/** A tiny HTTP server on loopback for the pages of one test. It remembers every request. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { answerSocket } from "./answer-socket.ts";

interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** HTML, or a function that writes the reply. */
export type PageAnswer =
  | string
  | ((request: ReceivedRequest, reply: ServerResponse) => string | void | Promise<string | void>);

export interface PageServer extends AsyncDisposable {
  port: number;
  /** `127.0.0.1:PORT`. */
  address: string;
  received: ReceivedRequest[];
  /** Pages by path, without query; a test may add to them at any time. Other paths answer 404. */
  pages: Record<string, PageAnswer>;
  /** Answers to texts on WebSockets, by path; a test may add to them at any time. Others are refused. */
  sockets: Record<string, (text: string) => Promise<string | null>>;
}

export async function startPageServer(
  pages: Record<string, PageAnswer> = {},
  host = "127.0.0.1",
): Promise<PageServer> {
  const received: ReceivedRequest[] = [];
  const sockets: PageServer["sockets"] = {};
  const server = createServer((message, reply) => {
    void (async () => {
      const request = {
        method: message.method ?? "",
        path: message.url ?? "",
        headers: message.headers,
        body: await text(message),
      };
      received.push(request);
      const answer = pages[request.path.split("?")[0] ?? ""];
      const body = typeof answer === "function" ? await answer(request, reply) : answer;
      if (reply.writableEnded || reply.headersSent) return;
      if (body === undefined && answer !== undefined) return;
      reply.writeHead(body === undefined ? 404 : 200, {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
      });
      reply.end(body ?? "<title>Not found</title><h1>Not found</h1>");
    })();
  });
  // On a busy machine a request may come when the server is about to close an idle connection.
  server.keepAliveTimeout = 600_000;
  // A WebSocket handshake or a CONNECT is a request like any other.
  server.on("upgrade", (message, socket) => {
    received.push({
      method: "UPGRADE",
      path: message.url ?? "",
      headers: message.headers,
      body: "",
    });
    const answer = sockets[message.url ?? ""];
    if (answer === undefined) socket.destroy();
    else answerSocket(message, socket, answer);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: `${host.includes(":") ? `[${host}]` : host}:${port}`,
    received,
    pages,
    sockets,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
