/** The socket `/ws`: one connection is one session. */

import type { WebSocket } from "ws";
import { answerRpc } from "./rpc.ts";
import type { Session } from "./session.ts";
import type { SessionRegistry } from "./session-registry.ts";
import { readWire, SocketMessageSchema, WireError } from "./wire.ts";

/** A client waits for each answer, so more messages than this come from a broken one. */
const MAX_WAITING = 32;
/** Codes of RFC 6455. */
const NORMAL = 1000;
const POLICY_VIOLATION = 1008;
const TRY_AGAIN_LATER = 1013;

export function serveSocket(socket: WebSocket, registry: SessionRegistry): void {
  const send = (type: string, data: unknown): void => {
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type, data }));
  };
  const refuse = (error: WireError, code: number): void => {
    send("error", { message: error.message, code: error.code, ...error.details });
    socket.close(code);
  };
  let session: Session;
  try {
    session = registry.open(() =>
      refuse(
        new WireError("SESSION_ERROR", "This session was silent too long. Connect again."),
        POLICY_VIOLATION,
      ),
    );
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    refuse(error, TRY_AGAIN_LATER);
    return;
  }
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();
  socket.on("message", (raw: Buffer) => {
    if (++waiting > MAX_WAITING) {
      socket.close(POLICY_VIOLATION);
      return;
    }
    // Looking it up marks the session as active.
    registry.find(session.id);
    last = last
      .then(() => answer(raw.toString("utf8"), session, registry))
      .then((reply) => {
        waiting -= 1;
        registry.find(session.id);
        if (reply === null) socket.close(NORMAL);
        else send(reply.type, reply.data);
      });
  });
  socket.on("error", () => socket.terminate());
  socket.on("close", () => void registry.close(session.id));
}

/** Null: the client asked for the end. */
async function answer(
  raw: string,
  session: Session,
  registry: SessionRegistry,
): Promise<{ type: string; data: unknown } | null> {
  try {
    const { type, data } = readWire(SocketMessageSchema, parseJson(raw));
    switch (type) {
      case "reset":
        return { type: "observation", data: await session.reset(data) };
      case "step":
        return { type: "observation", data: await session.step(data) };
      case "state":
        return { type: "state", data: session.state };
      case "mcp":
        return { type: "mcp", data: await answerRpc(data, registry, session) };
      case "close":
        return null;
      default:
        throw new WireError("UNKNOWN_TYPE", `Unknown message type: ${type}`);
    }
  } catch (error) {
    const wire =
      error instanceof WireError ? error : new WireError("EXECUTION_ERROR", String(error));
    return { type: "error", data: { message: wire.message, code: wire.code, ...wire.details } };
  }
}

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown;
  } catch (error) {
    throw new WireError("INVALID_JSON", `Invalid JSON: ${(error as Error).message}`);
  }
}
