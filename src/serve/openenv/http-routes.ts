/** The HTTP side of OpenEnv. Episodes are played over the socket; HTTP describes the environment and serves MCP. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { answerRpc } from "./rpc.ts";
import { describeApi, describeSchemas } from "./json-schemas.ts";
import { type ServedWorld, tasksOfWorld } from "./served-world.ts";
import type { SessionRegistry } from "./session-registry.ts";
import { answerTaskRoute, listSplits } from "./task-routes.ts";
import { WireError, type WireState } from "./wire.ts";

interface Reply {
  status: number;
  body: unknown;
}

/** Far more than any action needs. */
export const MAX_MESSAGE_BYTES = 2 ** 20;

export interface HttpRoutes {
  world: ServedWorld;
  registry: SessionRegistry;
  /** Of this package. */
  version: string;
}

export async function answerHttp(
  routes: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await replyTo(routes, request);
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

async function replyTo(routes: HttpRoutes, request: IncomingMessage): Promise<Reply> {
  const { pathname } = new URL(request.url ?? "/", "http://server.test");
  try {
    if (request.method === "GET" || request.method === "HEAD")
      return ok(describe(routes, pathname)) ?? NOT_FOUND;
    if (request.method !== "POST") return { status: 405, body: { detail: "Method Not Allowed" } };
    const body = await readBody(request);
    return ok(await act(routes, pathname, body)) ?? NOT_FOUND;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { status: statusOf(error), body: { detail: error.message, ...error.details } };
  }
}

const NOT_FOUND: Reply = { status: 404, body: { detail: "Not Found" } };
const ok = (body: unknown): Reply | null => (body === null ? null : { status: 200, body });

/** Null: the page does not exist. */
function describe({ world, version }: HttpRoutes, path: string): unknown {
  switch (path) {
    case "/health":
      return { status: "healthy" };
    case "/metadata":
      return {
        name: world.name,
        description: world.description,
        version,
        readme_content: null,
        author: null,
        documentation_url: null,
      };
    case "/schema":
      return describeSchemas();
    case "/openapi.json":
      return describeApi(world);
    case "/state":
      return noEpisode(world);
    case "/list_environments":
      return [world.name];
    case `/${world.name}/splits`:
      return listSplits(world);
    default:
      return null;
  }
}

/** Null: the route does not exist. @throws WireError */
async function act({ world, registry }: HttpRoutes, path: string, body: unknown): Promise<unknown> {
  switch (path) {
    case "/reset": {
      const session = registry.open();
      try {
        return await session.reset(body);
      } finally {
        await registry.close(session.id);
      }
    }
    case "/step":
      throw new WireError(
        "SESSION_ERROR",
        "A step needs a session, and HTTP has none. Connect to /ws, or call openenv/session/create on /mcp.",
      );
    case "/mcp":
      return await answerRpc(body, registry, null);
    default: {
      const [, name, route] = /^\/([^/]+)\/([^/]+)$/u.exec(path) ?? [];
      return name === world.name && route !== undefined
        ? answerTaskRoute(world, route, body)
        : null;
    }
  }
}

function noEpisode(world: ServedWorld): WireState {
  return {
    episode_id: null,
    step_count: 0,
    benchmark: world.name,
    task_name: "",
    task_id: null,
    goal: `one of ${tasksOfWorld(world).length} tasks`,
    current_url: "",
    max_steps: null,
    cum_reward: 0,
  };
}

function statusOf({ code }: WireError): number {
  if (code === "VALIDATION_ERROR" || code === "INVALID_JSON") return 422;
  if (code === "CAPACITY_REACHED") return 503;
  return code === "SESSION_ERROR" ? 409 : 500;
}

/** @throws WireError for what is not JSON, or too long */
async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_MESSAGE_BYTES)
      throw new WireError(
        "VALIDATION_ERROR",
        `Expected at most ${MAX_MESSAGE_BYTES} bytes, got more.`,
      );
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch (error) {
    throw new WireError("INVALID_JSON", `Invalid JSON: ${(error as Error).message}`);
  }
}
