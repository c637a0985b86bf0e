/** Serves the files of a folder on loopback, for pages that need no application behind them. */

import { readFile } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize, sep } from "node:path";
import { SiteError } from "../../core/errors.ts";

export interface FolderServer extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  address: string;
}

export interface FolderServerOptions {
  folder: string;
  /** JavaScript that runs in every page before the page's own. Empty: pages are served as they are. */
  script: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".gif": "image/gif",
  ".jpg": "image/jpeg",
  ".woff": "font/woff",
  ".woff2": "font/woff2",
};

/** @throws SiteError if it cannot listen */
export async function serveFolder({ folder, script }: FolderServerOptions): Promise<FolderServer> {
  const server = createServer((request, reply) => {
    const { pathname } = new URL(request.url ?? "/", "http://folder.invalid");
    void answer(folder, decode(pathname), script, reply);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new SiteError(`Expected to serve ${folder}, got: ${error.message}.`));
    });
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  folder: string,
  path: string,
  script: string,
  reply: ServerResponse,
): Promise<void> {
  // Normalised under a root, so that no `..` leads out of the folder.
  const file = join(folder, normalize(join(sep, path)));
  try {
    const content = await readFile(file);
    const type = TYPES[extname(file).toLowerCase()] ?? "application/octet-stream";
    reply.writeHead(200, { "content-type": type, "cache-control": "no-store" });
    reply.end(
      script !== "" && type.startsWith("text/html")
        ? withScript(content.toString("utf8"), script)
        : content,
    );
  } catch {
    reply.writeHead(404, { "content-type": "text/plain", "cache-control": "no-store" });
    reply.end("Not found");
  }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A page with a script in front of all others. The doctype stays first: without it, the layout is another one. */
export function withScript(html: string, script: string): string {
  const start =
    /^(?:\s|<!--[\s\S]*?-->)*(?:<!doctype[^>]*>)?\s*(?:<html[^>]*>)?\s*(?:<head[^>]*>)?/i;
  const [head = ""] = start.exec(html) ?? [];
  return `${head}<script>${script}</script>${html.slice(head.length)}`;
}
