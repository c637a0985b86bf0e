/** The MCP side of OpenEnv: JSON-RPC 2.0 with two tools, and sessions that are opened and closed by name. */

import { z } from "zod";
import type { Session } from "./session.ts";
import type { SessionRegistry } from "./session-registry.ts";
import { WireActionSchema, WireError, WireResetSchema, type WireResult } from "./wire.ts";

interface RpcReply {
  jsonrpc: "2.0";
  id: string | number | null;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

const RequestSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number()]).nullish(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).nullish(),
});
const CallSchema = z.looseObject({
  name: z.string(),
  arguments: z.record(z.string(), z.unknown()).nullish(),
});

const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const SERVER_ERROR = -32_000;

class RpcError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

type Tool = {
  description: string;
  schema: z.ZodType;
  call(session: Session, input: unknown): Promise<WireResult>;
};

const TOOLS: Readonly<Record<string, Tool>> = {
  browser_reset: {
    description: "Starts an episode and returns its goal and start page.",
    schema: WireResetSchema,
    call: (session, input) => session.reset(input),
  },
  browser_step: {
    description:
      "Performs one BrowserGym action, such as click('12'), and returns the page after it.",
    schema: WireActionSchema,
    call: (session, input) => session.step(input),
  },
};

/** @param own the session of the socket that sent it; null over HTTP, where `params.session_id` names one */
export async function answerRpc(
  message: unknown,
  registry: SessionRegistry,
  own: Session | null,
): Promise<RpcReply> {
  const parsed = RequestSchema.safeParse(message);
  if (!parsed.success)
    return fail(
      null,
      INVALID_REQUEST,
      "Expected a JSON-RPC 2.0 request: jsonrpc, id, method, params.",
    );
  const { id = null, method, params } = parsed.data;
  try {
    return { jsonrpc: "2.0", id, result: await run(method, params ?? {}, registry, own) };
  } catch (error) {
    if (error instanceof RpcError) return fail(id, error.code, error.message);
    if (!(error instanceof WireError)) throw error;
    const code = error.code === "VALIDATION_ERROR" ? INVALID_PARAMS : SERVER_ERROR;
    return fail(id, code, error.message, { code: error.code, ...error.details });
  }
}

async function run(
  method: string,
  params: Readonly<Record<string, unknown>>,
  registry: SessionRegistry,
  own: Session | null,
): Promise<unknown> {
  switch (method) {
    case "tools/list":
      return {
        tools: Object.entries(TOOLS).map(([name, { description, schema }]) => ({
          name,
          description,
          inputSchema: z.toJSONSchema(schema),
        })),
      };
    case "tools/call":
      return await callTool(params, own ?? sessionOf(params, registry));
    case "openenv/session/create":
      return { session_id: (own ?? registry.open()).id };
    case "openenv/session/close": {
      const session = sessionOf(params, registry);
      if (session === own)
        throw new RpcError(
          INVALID_REQUEST,
          "This session ends with its socket. Send close instead.",
        );
      return { session_id: session.id, closed: await registry.close(session.id) };
    }
    default:
      throw new RpcError(METHOD_NOT_FOUND, `Method not found: ${method}`);
  }
}

async function callTool(params: unknown, session: Session): Promise<unknown> {
  const { success, data } = CallSchema.safeParse(params);
  const tool = success && Object.hasOwn(TOOLS, data.name) ? TOOLS[data.name] : undefined;
  if (!success || tool === undefined)
    throw new RpcError(
      INVALID_PARAMS,
      `Expected the name of a tool, one of ${Object.keys(TOOLS).join(", ")}.`,
    );
  const result = await tool.call(session, data.arguments ?? {});
  const { goal, text, error } = result.observation;
  const lines = [`Goal: ${goal}`, ...(error === "" ? [] : [`Error: ${error}`]), text];
  return {
    content: [{ type: "text", text: lines.join("\n") }],
    structuredContent: result,
    isError: false,
  };
}

function sessionOf(
  { session_id: id }: Readonly<Record<string, unknown>>,
  registry: SessionRegistry,
): Session {
  if (typeof id !== "string")
    throw new RpcError(
      INVALID_PARAMS,
      "Expected params.session_id. openenv/session/create gives one.",
    );
  const session = registry.find(id);
  if (session === undefined) throw new RpcError(INVALID_PARAMS, `Unknown session_id: ${id}`);
  return session;
}

function fail(id: RpcReply["id"], code: number, message: string, data?: unknown): RpcReply {
  return { jsonrpc: "2.0", id, error: { code, message, ...(data !== undefined && { data }) } };
}
