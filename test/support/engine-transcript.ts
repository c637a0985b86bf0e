/** Traffic with a training engine as JSON Lines: kept by a proxy, and served again without the engine. */

import { appendFileSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

interface Exchange {
  path: string;
  /** JSON as text, or base64 after `base64:`. */
  request: string;
  status: number;
  type: string;
  response: string;
}

export interface Local extends AsyncDisposable {
  url: string;
}

/** Passes everything on to `target`, and keeps it in `file`. */
export async function recordTraffic(target: string, file: string): Promise<Local> {
  return await listen(async (request, response) => {
    const path = request.url ?? "/";
    const body = await bodyOf(request);
    const type = request.headers["content-type"];
    const reply = await fetch(`${target}${path}`, {
      method: request.method ?? "GET",
      ...(type && { headers: { "content-type": type } }),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const bytes = Buffer.from(await reply.arrayBuffer());
    const exchange: Exchange = {
      path,
      request: toText(body),
      status: reply.status,
      type: reply.headers.get("content-type") ?? "",
      response: toText(bytes),
    };
    appendFileSync(file, `${JSON.stringify(exchange)}\n`);
    response.writeHead(reply.status, { "content-type": exchange.type }).end(bytes);
  });
}

/** Answers each request as the engine did. One that is not in the recording gets status 404. */
export async function replayTraffic(file: string): Promise<Local & { unused: () => string[] }> {
  const exchanges = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Exchange);
  const left = [...exchanges];
  const local = await listen(async (request, response) => {
    const text = toText(await bodyOf(request));
    const index = left.findIndex((one) => one.path === request.url && one.request === text);
    const [found] = index < 0 ? [] : left.splice(index, 1);
    if (found === undefined) {
      const detail = `Not recorded: ${request.url} ${text.slice(0, 400)}`;
      response
        .writeHead(404, { "content-type": "application/json" })
        .end(JSON.stringify({ detail }));
      return;
    }
    response.writeHead(found.status, { "content-type": found.type }).end(toBytes(found.response));
  });
  return { ...local, unused: () => left.map(({ path }) => path) };
}

export async function listen(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void> | void,
): Promise<Local> {
  const server: Server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** JSON stays readable in the file. */
function toText(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text === "" || /^[[{]/u.test(text) ? text : `base64:${bytes.toString("base64")}`;
}

function toBytes(text: string): Buffer {
  return text.startsWith("base64:") ? Buffer.from(text.slice(7), "base64") : Buffer.from(text);
}
