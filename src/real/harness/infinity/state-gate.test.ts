import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openStateGate, type StateGate } from "./state-gate.ts";

/** What a browser says about its requests. */
const BY_AGENT = { "sec-fetch-site": "none", "sec-fetch-dest": "document" };
const BY_LINK = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "document" };
const BY_FRAME = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "iframe" };
const BY_SCRIPT = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "empty" };
const AS_PART = { "sec-fetch-site": "same-origin", "sec-fetch-dest": "script" };

describe("the gate in front of an application", () => {
  const received: string[] = [];
  let status = 200;
  const server = createServer((incoming, reply) => {
    received.push(`${incoming.method} ${incoming.url}`);
    incoming.resume();
    reply.writeHead(status, { "content-type": "text/html" });
    reply.end("<!doctype html><html><head><title>App</title></head></html>");
  });
  let gate: StateGate;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    gate = await openStateGate({
      script: "start()",
      addressOf: (host) => (host === "app.localhost" ? address : null),
    });
  });
  afterAll(async () => {
    await gate[Symbol.asyncDispose]();
    await new Promise((resolve) => server.close(resolve));
  });

  /** A request as a browser sends it: the path goes out as it is. */
  async function ask(path: string, headers: object, method = "GET", host = "app.localhost") {
    const [address = "", port] = gate.address.split(":");
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: address, port, path, method, headers: { ...headers, host } }, resolve)
        .once("error", reject)
        .end();
    });
    return { status: answer.statusCode, body: await text(answer) };
  }

  it.each([
    ["/api/state", BY_AGENT],
    ["/api/state", BY_LINK],
    ["/api/state", BY_FRAME],
    ["/api/state", {}],
    ["/api/state?fresh=1", BY_LINK],
    ["/%61pi/state", BY_LINK],
    ["//api/state", BY_AGENT],
    ["//results/index.html", BY_AGENT],
    ["/real-tasks.json", BY_SCRIPT],
    ["/real-tasks/task_e1.py", BY_SCRIPT],
    ["/js/data.js", BY_AGENT],
    ["/js/data.js", BY_FRAME],
  ])("refuses %s as asked for by %j", async (path, headers) => {
    received.length = 0;
    expect(await ask(path, headers)).toMatchObject({
      status: 403,
      body: expect.stringContaining("not part of the application"),
    });
    expect(received).toEqual([]);
  });

  it.each([
    ["/", BY_AGENT],
    ["/index.html?view=inbox", BY_LINK],
    ["/js/data.js", AS_PART],
    ["/css/style.css", AS_PART],
    ["/api/state", BY_SCRIPT],
  ])("lets %s through as asked for by %j", async (path, headers) => {
    received.length = 0;
    expect((await ask(path, headers)).status).toBe(200);
    expect(received).toEqual([`GET ${path}`]);
  });

  it("runs the script before those of the page, and finds no server for other hosts", async () => {
    const { body } = await ask("/", BY_AGENT);
    expect(body).toContain("<head><script>start()</script><title>App</title>");
    expect((await ask("/", BY_AGENT, "GET", "other.localhost")).status).toBe(502);
  });

  it("counts the states that the server accepted", async () => {
    const before = gate.statesStored;
    expect(await gate.awaitState(before, 20)).toBe(false);
    expect((await ask("/api/state", BY_SCRIPT, "PUT")).status).toBe(204);
    expect(await gate.awaitState(before, 1_000)).toBe(true);
    expect((await ask("/api/state", BY_LINK, "PUT")).status).toBe(403);
    status = 400;
    expect((await ask("/api/state", BY_SCRIPT, "PUT")).status).toBe(400);
    expect(gate.statesStored).toBe(before + 1);
  });
});
