/**
 * A reverse proxy in front of an application that knows nothing of episodes. It forwards each request to the instance
 * of its episode and counts it. It counts the requests that it received and forwarded. The application does not count.
 */

import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { isAssetAnswer } from "./asset-answer.ts";
import { EPISODE_HEADER, type SiteCounts } from "./site-control.ts";

/** Where a request goes. */
export interface ProxyTarget {
  /** `127.0.0.1:PORT` of the instance. */
  address: string;
  counts: SiteCounts;
  /** Requests in progress. A state is replaced only when there are none. */
  underWay: Set<Promise<void>>;
}

export interface EpisodeProxyOptions {
  /** The instance of an episode, or of the visitor without a token (null). Null if the episode does not exist. */
  targetOf(token: string | null): Promise<ProxyTarget | null>;
  /** Called for requests that the application did not answer. */
  log: (line: string) => void;
}

/** Headers of a single connection, which are not forwarded. */
const HOP_HEADERS = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te"]);
/** How long an answer may take if its receiver has left, in milliseconds. */
const LATEST_ANSWER_MS = 10_000;

export interface EpisodeProxy {
  /** The caller makes it listen. */
  server: Server;
  /** Requests in progress whose receiver has left. No count includes them yet. */
  abandoned: ReadonlySet<Promise<void>>;
}

export function createEpisodeProxy(options: EpisodeProxyOptions): EpisodeProxy {
  const agent = new Agent({ keepAlive: false });
  const abandoned = new Set<Promise<void>>();
  const server = createServer({ keepAliveTimeout: 0 }, (request, reply) => {
    const refuse = (status: number, line: string): void => {
      if (reply.headersSent) return void reply.destroy();
      reply.writeHead(status, { "content-type": "text/plain; charset=utf-8" }).end(`${line}\n`);
    };
    const token = request.headers[EPISODE_HEADER];
    const named = typeof token === "string" ? token : null;
    options
      .targetOf(named)
      .then(async (target) => {
        if (target === null)
          return refuse(
            410,
            `Expected the token of a running episode in ${EPISODE_HEADER}, got ${named ?? "none"}.`,
          );
        const led = lead(request, reply, target, agent);
        const settled = led.catch(() => {});
        target.underWay.add(settled);
        reply.once("close", () => {
          if (reply.writableFinished) return;
          abandoned.add(settled);
          void settled.then(() => abandoned.delete(settled));
        });
        await led.finally(() => target.underWay.delete(settled));
      })
      .catch((error: unknown) => {
        if (reply.destroyed) return;
        const reason = error instanceof Error ? error.message : String(error);
        options.log(`${request.method} ${request.url}: ${reason}`);
        refuse(502, `Expected an answer of the application, got: ${reason}.`);
      });
  });
  return { server, abandoned };
}

function lead(
  request: IncomingMessage,
  reply: ServerResponse,
  target: ProxyTarget,
  agent: Agent,
): Promise<void> {
  const { hostname, port } = new URL(`http://${target.address}`);
  return new Promise((resolve, reject) => {
    let isAnswered = false;
    const led = httpRequest(
      {
        agent,
        host: hostname,
        port,
        method: request.method,
        path: request.url,
        headers: withoutHopHeaders(request.headers),
      },
      (answer) => {
        isAnswered = true;
        const status = answer.statusCode ?? 502;
        const isAsset = isAssetAnswer(status, answer.headers["content-type"]);
        if (isAsset) target.counts.assets++;
        else target.counts.pages++;
        answer.once("end", () => resolve());
        answer.once("error", reject);
        if (reply.destroyed) return void answer.resume();
        reply.writeHead(status, {
          ...withoutHopHeaders(answer.headers),
          // A visit to a cached page would not be counted.
          ...(!isAsset && { "cache-control": "no-store" }),
        });
        answer.pipe(reply);
        reply.once("close", () => answer.resume());
      },
    );
    led.once("error", (error) => {
      if (!isAnswered) target.counts.pages++;
      reject(error);
    });
    // A browser that left the page takes no answer, but its request is still completed and counted.
    reply.once("close", () => {
      if (reply.writableFinished) return;
      if (!request.complete) led.destroy(new Error("the asker left before it had asked"));
      const patience = setTimeout(() => led.destroy(new Error("the asker left")), LATEST_ANSWER_MS);
      led.once("close", () => clearTimeout(patience));
    });
    request.pipe(led);
  });
}

function withoutHopHeaders(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name) && name !== EPISODE_HEADER),
  );
}
