/**
 * The way from an environment's browser to the applications' servers. The pages' own scripts pass to the state, and the
 * agent does not: an address typed by it, a link or a frame never shows the state, the tasks or the verifiers.
 */

import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { text } from "node:stream/consumers";
import { SiteError } from "../../../core/errors.ts";
import { withScript } from "../../sites/folder-server.ts";

export interface StateGate extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  address: string;
  /** States that pages have stored since the gate opened. */
  readonly statesStored: number;
  /** Waits until a page has stored a state after this count, and none is on its way. Otherwise false. */
  awaitState(after: number, timeoutMs: number): Promise<boolean>;
}

export interface StateGateOptions {
  /** Address of the server of the application with this host name. Null if none runs. */
  addressOf: (host: string) => string | null;
  /** JavaScript that runs in every page before the page's own. */
  script: string;
}

/** Files that pages consist of. Everything else in an application's folder belongs to its makers. */
const PARTS = new Set(
  ".js .mjs .css .svg .png .jpg .jpeg .gif .webp .ico .woff .woff2 .ttf .otf".split(" "),
);
const PAGES = new Set(["/", "/index.html"]);
const STATE_PATH = "/api/state";
/** How a browser marks requests of scripts. Pages cannot set these headers. */
const BY_SCRIPT = "empty";
const LOOK_MS = 10;

/** @throws SiteError if it cannot listen */
export async function openStateGate(options: StateGateOptions): Promise<StateGate> {
  let stored = 0;
  let inProgress = 0;
  const server = createServer((incoming, reply) => {
    const isState = storesState(incoming);
    if (!isAllowed(incoming)) return refuse(reply);
    if (isState) inProgress++;
    void forward(incoming, reply, options).then((status) => {
      if (!isState) return;
      inProgress--;
      if (status !== null && status < 300) stored++;
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new SiteError(`Expected to listen on loopback, got: ${error.message}.`));
    });
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get statesStored() {
      return stored;
    },
    async awaitState(after, timeoutMs) {
      const isThere = (): boolean => stored > after && inProgress === 0;
      for (let waitedMs = 0; !isThere() && waitedMs < timeoutMs; waitedMs += LOOK_MS)
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      return isThere();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As it was sent: what a URL parser makes of `//x/index.html` is another path than what a server makes of it. */
function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split(/[?#]/, 1)[0] ?? url;
}

/** Whether a request is a page itself, a part of it, or comes from its own scripts. */
function isAllowed(incoming: IncomingMessage): boolean {
  const { "sec-fetch-dest": use, "sec-fetch-site": from } = incoming.headers;
  const path = pathOf(incoming);
  if (PAGES.has(path)) return true;
  if (from !== "same-origin") return false;
  if (path.startsWith("/api/")) return use === BY_SCRIPT;
  const isFrame = use === "document" || use === "iframe" || use === "frame" || use === "object";
  return !isFrame && PARTS.has(extname(path).toLowerCase());
}

function storesState(incoming: IncomingMessage): boolean {
  return incoming.method === "PUT" && pathOf(incoming) === STATE_PATH;
}

function refuse(reply: ServerResponse): void {
  reply.writeHead(403, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  reply.end("<title>Forbidden</title><p>This address is not part of the application.</p>");
}

/** @returns the status of the answer, once it has been sent. Null if there was none. */
function forward(
  incoming: IncomingMessage,
  reply: ServerResponse,
  { addressOf, script }: StateGateOptions,
): Promise<number | null> {
  return new Promise((resolve) => {
    const fail = (): void => {
      if (!reply.headersSent) reply.writeHead(502, { "content-type": "text/plain" });
      reply.end("No server");
      resolve(null);
    };
    const address = addressOf((incoming.headers.host ?? "").replace(/:\d+$/, ""));
    if (address === null) return fail();
    const [host = "", port = ""] = address.split(":");
    // Its servers do not compress, and an answer from a cache would be another episode's.
    const { "if-modified-since": _, "accept-encoding": __, ...headers } = incoming.headers;
    const onward = request(
      { host, port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        const status = answer.statusCode ?? 502;
        const isPage = (answer.headers["content-type"] ?? "").startsWith("text/html");
        const { "content-length": length, "last-modified": ___, ...kept } = answer.headers;
        const sent = { ...kept, "cache-control": "no-store" };
        answer.once("error", fail);
        if (storesState(incoming) && status < 300) {
          // Pages ignore this answer. A browser calls an answer finished once its script has read it, or if it is empty.
          answer.resume().once("end", () => {
            resolve(status);
            reply.writeHead(204);
            reply.end();
          });
        } else if (isPage)
          void text(answer).then((html) => {
            reply.writeHead(status, sent);
            reply.end(withScript(html, script));
            resolve(status);
          }, fail);
        else {
          reply.writeHead(status, {
            ...sent,
            ...(length !== undefined && { "content-length": length }),
          });
          answer.pipe(reply);
          answer.once("end", () => resolve(status));
        }
      },
    );
    onward.once("error", fail);
    // A stream of events never ends by itself.
    reply.once("close", () => {
      onward.destroy();
      resolve(null);
    });
    incoming.pipe(onward);
  });
}
