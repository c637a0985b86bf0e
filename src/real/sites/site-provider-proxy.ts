/**
 * A reverse proxy in front of an application that knows nothing of episodes: it leads each request to the instance of
 * its episode and counts it. What it counts is what it was asked and led on; the application itself keeps no count.
 */

import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { EPISODE_HEADER, type SiteCounts } from "./site-control.ts";

/** Where a request is led. */
export interface ProxyTarget {
  /** `127.0.0.1:PORT` of the instance. */
  address: string;
  counts: SiteCounts;
  /** Requests under way: a state is replaced only when there are none. */
  underWay: Set<Promise<void>>;
}

export interface EpisodeProxyOptions {
  /** The instance of an episode, of the visitor without a token (null); null when there is no such episode. */
  targetOf(token: string | null): Promise<ProxyTarget | null>;
  /** Told of requests that the application did not answer. */
  log: (line: string) => void;
}

/** Of one connection only: not to be led on. */
const HOP_HEADERS = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade", "te"]);
/** Answers of these types are parts of a page; all others are pages, or data that a script asked for. */
const ASSET_TYPE =
  /^\s*(text\/css|(text|application)\/javascript|image\/|font\/|audio\/|video\/)/iu;

/** The caller lets it listen. */
export function createEpisodeProxy(options: EpisodeProxyOptions): Server {
  const agent = new Agent({ keepAlive: false });
  return createServer({ keepAliveTimeout: 0 }, (request, reply) => {
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
        await led.finally(() => target.underWay.delete(settled));
      })
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        options.log(`${request.method} ${request.url}: ${reason}`);
        refuse(502, `Expected an answer of the application, got: ${reason}.`);
      });
  });
}

function lead(
  request: IncomingMessage,
  reply: ServerResponse,
  target: ProxyTarget,
  agent: Agent,
): Promise<void> {
  const { hostname, port } = new URL(`http://${target.address}`);
  return new Promise((resolve, reject) => {
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
        const isAsset = ASSET_TYPE.test(answer.headers["content-type"] ?? "");
        if (isAsset) target.counts.assets++;
        else target.counts.pages++;
        reply.writeHead(answer.statusCode ?? 502, {
          ...withoutHopHeaders(answer.headers),
          // A page that a browser keeps would be looked at again without being counted.
          ...(!isAsset && { "cache-control": "no-store" }),
        });
        answer.pipe(reply);
        answer.once("end", () => resolve());
        answer.once("error", reject);
      },
    );
    led.once("error", reject);
    // A browser that left the page takes no answer, but what it asked for may have changed the state.
    reply.once("close", () => {
      if (!reply.writableFinished) led.destroy(new Error("the asker left"));
    });
    request.pipe(led);
  });
}

function withoutHopHeaders(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_HEADERS.has(name) && name !== EPISODE_HEADER),
  );
}
