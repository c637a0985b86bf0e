/** A user's application: a notebook served by Node's own http. It knows nothing of dreamgym. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const START = [
  ["Plumber", "The plumber comes on Thursday at nine."],
  ["Garden", "Water the tomatoes, then cut the hedge."],
  ["Birthday", "Ida turns seven. She wishes for a kite."],
  ["Library", "Two books are due on the 14th."],
] as const;

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>
<nav><a href="/">All notes</a> <a href="/new">New note</a></nav><main><h1>${title}</h1>${body}</main></body></html>`;

/** Listens on a free port of this machine. `reset` brings the notes back that it starts with. */
export async function startNotes(): Promise<{ address: string; reset(): void } & AsyncDisposable> {
  let notes = new Map<string, string>(START);

  const answer = (path: string): string | null => {
    if (path === "/") {
      const items = [...notes.keys()].map(
        (title) => `<li><a href="/note/${encodeURIComponent(title)}">${escapeHtml(title)}</a></li>`,
      );
      return page("Notes", `<p>${notes.size} notes</p><ul>${items.join("")}</ul>`);
    }
    if (path === "/new") {
      const fields = `<label>Title <input name="title" required></label> <label>Text <input name="text"></label>`;
      return page(
        "New note",
        `<form method="post" action="/new">${fields} <button>Save</button></form>`,
      );
    }
    const title = path.startsWith("/note/") ? decodeURIComponent(path.slice("/note/".length)) : "";
    const text = notes.get(title);
    return text === undefined ? null : page(escapeHtml(title), `<p>${escapeHtml(text)}</p>`);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "POST" && path === "/new") {
      let body = "";
      for await (const part of request) body += String(part);
      const fields = new URLSearchParams(body);
      const title = fields.get("title") ?? "";
      notes.set(title, fields.get("text") ?? "");
      response.writeHead(303, { location: `/note/${encodeURIComponent(title)}` }).end();
      return;
    }
    const html = answer(path);
    response.writeHead(html === null ? 404 : 200, { "content-type": "text/html; charset=utf-8" });
    response.end(html ?? page("Not found", "<p>There is no such note.</p>"));
  };
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    reset: () => (notes = new Map(START)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
