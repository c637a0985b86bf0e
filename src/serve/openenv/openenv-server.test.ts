import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Env } from "../../core/env.ts";
import type { Score } from "../../core/score.ts";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { type OpenEnvServer, startOpenEnvServer } from "./openenv-server.ts";

const things = createThings(1);
const tasks = createTasks(things);
const price = tasks[0]?.id as string;

interface Message {
  type: string;
  data: Record<string, unknown> & {
    observation?: Record<string, unknown>;
    code?: string;
    message?: string;
  };
}

const servers: OpenEnvServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

/** A server over the tiny world that counts what it opens and closes. */
async function serve(
  limits: Partial<{ maxSessions: number; idleTimeoutMs: number; stepTimeoutMs: number }> = {},
  change: (env: TinyEnv) => Env = (env) => env,
) {
  const counts = { opened: 0, closed: 0 };
  const server = await startOpenEnvServer({
    world: {
      name: "tiny",
      description: "A list of things.",
      splits: { train: tasks.slice(0, 8), dev: tasks.slice(8) },
      openEnv: async () => {
        counts.opened += 1;
        const env = change(new TinyEnv(things));
        return {
          reset: (options) => env.reset(options),
          step: (action) => env.step(action),
          snapshot: () => env.snapshot(),
          [Symbol.asyncDispose]: async () => void (counts.closed += 1),
        };
      },
    },
    limits: { maxSessions: 2, idleTimeoutMs: 60_000, stepTimeoutMs: 5000, ...limits },
    host: "127.0.0.1",
    port: 0,
    version: "1.2.3",
    warn: () => {},
  });
  servers.push(server);
  return { server, counts };
}

async function connect({ url }: OpenEnvServer) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  const inbox: Message[] = [];
  let wake = (): void => {};
  socket.on("message", (raw: Buffer) => {
    inbox.push(JSON.parse(raw.toString()) as Message);
    wake();
  });
  await once(socket, "open");
  const receive = async (): Promise<Message> => {
    while (inbox.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return inbox.shift() as Message;
  };
  const ask = (message: unknown): Promise<Message> => {
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
    return receive();
  };
  return { socket, receive, ask };
}

const step = (action: string) => ({ type: "step", data: { action_str: action } });

describe("an OpenEnv session", () => {
  it("plays an episode in BrowserGym's fields, and the last step has the reward", async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    const start = await ask({
      type: "reset",
      data: { task_name: price, seed: 3, episode_id: "e1" },
    });
    expect(start.type).toBe("observation");
    expect(start.data).toMatchObject({ reward: null, done: false });
    expect(Object.keys(start.data.observation ?? {}).toSorted()).toEqual([
      "axtree_txt",
      "error",
      "goal",
      "last_action_error",
      "pruned_html",
      "screenshot",
      "text",
      "url",
    ]);
    expect(start.data.observation?.["axtree_txt"]).toContain(`[100] link '${things[0]?.name}'`);
    const opened = await ask(step("click('100')"));
    expect(opened.data).toMatchObject({ reward: 0, done: false });
    expect(await ask({ type: "state" })).toMatchObject({
      type: "state",
      data: { episode_id: "e1", step_count: 1, task_name: price, max_steps: 6, cum_reward: 0 },
    });
    const end = await ask(step(`send_msg_to_user('${things[0]?.price}')`));
    expect(end.data).toMatchObject({ reward: 1, done: true });
    expect((await ask(step("click('1')"))).data).toMatchObject({ code: "EXECUTION_ERROR" });
  });

  it("never shows checks or answers", async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    const said = [
      await ask({ type: "reset", data: { task_name: price } }),
      await ask({ type: "state" }),
      await ask({ type: "reset", data: { task_name: "nowhere" } }),
      ...(await Promise.all(
        ["num_tasks", "tasks", "task", "task_range"].map(async (route) => {
          const body = JSON.stringify({ split: "train", index: 0 });
          const reply = await fetch(`${server.url}/tiny/${route}`, { method: "POST", body });
          return await reply.json();
        }),
      )),
    ];
    const text = JSON.stringify(said);
    expect(text).toContain(tasks[0]?.goal);
    for (const secret of ["check", "exactMatch", things[0]?.price as string])
      expect(text).not.toContain(secret);
  });

  it("spends a step on a text that is not an action, and on noop", async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    await ask({ type: "reset", data: {} });
    const wrong = await ask(step("please click the first link"));
    expect(wrong.data.observation).toMatchObject({ last_action_error: true });
    expect(wrong.data.observation?.["error"]).not.toContain(String(Number.MAX_SAFE_INTEGER));
    const idle = await ask(step("noop()"));
    expect(idle.data.observation).toMatchObject({ last_action_error: false, error: "" });
    for (const _ of [3, 4, 5]) expect((await ask(step("noop()"))).data["done"]).toBe(false);
    const last = await ask(step("noop()"));
    expect(last.data).toMatchObject({ done: true, reward: 0, metadata: { truncated: true } });
  });

  it("chooses tasks by split and index, and by seed", async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    const goalOf = async (data: unknown) =>
      (await ask({ type: "reset", data })).data.observation?.["goal"];
    expect(await goalOf({ split: "dev", index: 1 })).toBe(tasks[9]?.goal);
    expect(await goalOf({ seed: 5 })).toBe(tasks[5]?.goal);
    expect(await goalOf({ seed: 5, episode_id: null, split: null, prompt: "ignored" })).toBe(
      tasks[5]?.goal,
    );
    for (const data of [{ split: "none" }, { split: "dev", index: 99 }, { seed: "a" }])
      expect((await ask({ type: "reset", data })).data).toMatchObject({ code: "VALIDATION_ERROR" });
  });

  it("answers malformed messages with OpenEnv's codes and stays open", async () => {
    const { server } = await serve();
    const { ask } = await connect(server);
    const codeOf = async (message: unknown) => (await ask(message)).data.code;
    expect(await codeOf("{")).toBe("INVALID_JSON");
    expect(await codeOf("[]")).toBe("VALIDATION_ERROR");
    expect(await codeOf({ type: "dance" })).toBe("UNKNOWN_TYPE");
    expect(await codeOf({ type: "step", data: { action: "click('1')" } })).toBe("VALIDATION_ERROR");
    expect(await codeOf(step("noop()"))).toBe("EXECUTION_ERROR");
    expect((await ask({ type: "reset" })).type).toBe("observation");
  });

  it("refuses one session too many, and accepts it after another one ended", async () => {
    const { server, counts } = await serve();
    const [first] = [await connect(server), await connect(server)];
    const third = await connect(server);
    expect((await third.receive()).data).toMatchObject({
      code: "CAPACITY_REACHED",
      active_sessions: 2,
      max_sessions: 2,
    });
    await first.ask({ type: "reset", data: {} });
    first.socket.send(JSON.stringify({ type: "close" }));
    await once(first.socket, "close");
    await expect.poll(() => server.sessions).toBe(1);
    const fourth = await connect(server);
    expect((await fourth.ask({ type: "reset", data: {} })).type).toBe("observation");
    expect(counts, "the environment serves the next session").toEqual({ opened: 1, closed: 0 });
  });

  it("ends a silent session", async () => {
    const { server } = await serve({ idleTimeoutMs: 50 });
    const { receive, socket } = await connect(server);
    expect((await receive()).data.code).toBe("SESSION_ERROR");
    await once(socket, "close");
    expect(server.sessions).toBe(0);
  });

  it("replaces an environment that failed or hung", async () => {
    let broken = 2;
    const { server, counts } = await serve({ stepTimeoutMs: 100 }, (env) => {
      const kind = broken--;
      if (kind === 2) env.failing = 1;
      if (kind === 1) env.step = () => new Promise(() => {});
      return env;
    });
    const { ask } = await connect(server);
    for (const message of ["the site is gone", "more than 100 ms"]) {
      await ask({ type: "reset", data: {} });
      const failed = await ask(step("click('100')"));
      expect(failed.data.code).toBe("EXECUTION_ERROR");
      expect(failed.data.message).toContain(message);
    }
    await ask({ type: "reset", data: {} });
    expect((await ask(step("click('100')"))).type).toBe("observation");
    expect(counts).toEqual({ opened: 3, closed: 2 });
  });

  it("gives no reward for an episode that no check could score", async () => {
    const unscored: Score = { status: "unscored", reason: "the answer is 42", checks: [] };
    const { server } = await serve({}, () => new TinyEnv(things, () => unscored));
    const { ask } = await connect(server);
    await ask({ type: "reset", data: {} });
    const end = await ask(step("send_msg_to_user('')"));
    expect(end.data).toMatchObject({ reward: null, done: true, metadata: { unscored: true } });
    expect(JSON.stringify(end)).not.toContain("42");
  });
});

describe("an OpenEnv server", () => {
  it("closes sockets and environments when it is disposed", async () => {
    const { server, counts } = await serve();
    const { ask, socket } = await connect(server);
    await ask({ type: "reset", data: {} });
    const closed = once(socket, "close");
    await server[Symbol.asyncDispose]();
    await closed;
    expect(counts).toEqual({ opened: 1, closed: 1 });
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  it("refuses pages of other sites", async () => {
    const { server } = await serve();
    const origin = "http://evil.test";
    expect((await fetch(`${server.url}/health`, { headers: { origin } })).status).toBe(403);
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/ws`, { origin });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain("404");
  });

  it("answers MCP over HTTP with a session of its own", async () => {
    const { server } = await serve();
    const rpc = async (method: string, params = {}) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params });
      const reply = await fetch(`${server.url}/mcp`, { method: "POST", body });
      return (await reply.json()) as { result?: Record<string, unknown>; error?: { code: number } };
    };
    expect((await rpc("tools/list")).result?.["tools"]).toHaveLength(2);
    const { result } = await rpc("openenv/session/create");
    const own = { session_id: result?.["session_id"] };
    const call = (name: string, input: unknown) =>
      rpc("tools/call", { ...own, name, arguments: input });
    await call("browser_reset", { task_name: price });
    const opened = await call("browser_step", { action_str: "click('100')" });
    expect(JSON.stringify(opened.result)).toContain(things[0]?.price);
    expect((await rpc("openenv/session/close", own)).result).toMatchObject({ closed: true });
    expect((await call("browser_reset", {})).error?.code).toBe(-32_602);
    const empty = await fetch(`${server.url}/mcp`, { method: "POST", body: "{}" });
    expect(await empty.json()).toMatchObject({
      jsonrpc: "2.0",
      error: { code: -32_600 },
      id: null,
    });
  });

  it("resets over HTTP without keeping a session, and refuses a step", async () => {
    const { server } = await serve();
    const post = (path: string, body: string) =>
      fetch(`${server.url}${path}`, { method: "POST", body });
    expect(await (await post("/reset", "{}")).json()).toMatchObject({ done: false, reward: null });
    expect(server.sessions).toBe(0);
    expect((await post("/step", '{"action":{"action_str":"noop()"}}')).status).toBe(409);
    expect((await post("/reset", "{")).status).toBe(422);
    expect((await post("/nothing", "{}")).status).toBe(404);
  });
});
