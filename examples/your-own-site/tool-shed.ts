/** A user's application: a shed that lends tools. Its state is one JSON file; it knows nothing of dreamgym. */

import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Shed {
  /** `borrower` is null while the tool is in the shed. */
  tools: { name: string; borrower: string | null }[];
  /** Who may lend: password and running session of each. */
  keepers: { username: string; password: string; session: string }[];
}

export const slugOf = (name: string): string => name.toLowerCase().replaceAll(" ", "-");

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const layout = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title} - Tool shed</title></head><body>
<nav><a href="/">All tools</a></nav><main><h1>${title}</h1>${body}</main></body></html>`;

function render(shed: Shed, path: string, isKeeper: boolean): string | null {
  if (path === "/") {
    const rows = shed.tools.map(
      ({ name, borrower }) =>
        `<tr><td><a href="/tool/${slugOf(name)}">${name}</a></td><td>${borrower === null ? "in the shed" : "lent"}</td></tr>`,
    );
    return layout("Tools", `<table><tr><th>Tool</th><th>Where</th></tr>${rows.join("")}</table>`);
  }
  const tool = shed.tools.find(({ name }) => path === `/tool/${slugOf(name)}`);
  if (tool === undefined) return null;
  if (tool.borrower !== null)
    return layout(tool.name, `<p>Borrowed by <b>${escapeHtml(tool.borrower)}</b></p>`);
  const form = `<form method="post" action="${path}"><label>Lend to <input name="borrower" required></label> <button>Lend</button></form>`;
  return layout(tool.name, `<p>In the shed</p>${isKeeper ? form : ""}`);
}

/** Serves the shed in a file on a free port of this machine. The file is read again for each request. */
export async function serveShed(file: string): Promise<{ address: string } & AsyncDisposable> {
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const shed = JSON.parse(readFileSync(file, "utf8")) as Shed;
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const session = /\bshed=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    const isKeeper = shed.keepers.some((keeper) => keeper.session === session);
    const tool = shed.tools.find(({ name }) => path === `/tool/${slugOf(name)}`);
    if (request.method === "POST" && tool !== undefined && isKeeper) {
      let body = "";
      for await (const part of request) body += String(part);
      tool.borrower = new URLSearchParams(body).get("borrower") ?? "";
      writeFileSync(file, JSON.stringify(shed));
      response.writeHead(303, { location: path }).end();
      return;
    }
    const html = render(shed, path, isKeeper);
    response.writeHead(html === null ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(html ?? layout("Not found", "<p>There is no such tool.</p>"));
  };
  const server = createServer((request, response) => {
    // One request that fails must not end the process that every episode is served by.
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
