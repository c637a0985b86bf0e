import { describe, expect, it } from "vitest";
import { bodyOf, listen } from "../../../test/support/engine-transcript.ts";
import { createRandom } from "../../core/random.ts";
import { Transport } from "./transport.ts";

interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** The server closes the connection instead. */
  dropped?: true;
}

/** A server that gives these answers in order, and the client's view of it. */
async function serve(...answers: Answer[]) {
  const requests: string[] = [];
  const pauses: number[] = [];
  const server = await listen(async (request, response) => {
    requests.push(`${request.url} ${(await bodyOf(request)).toString()}`);
    const { status = 200, body = {}, headers = {}, dropped } = answers.shift() ?? { status: 418 };
    if (dropped) request.socket.destroy();
    else
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(body));
  });
  const transport = new Transport({
    baseUrl: server.url,
    apiKey: "tml-secret",
    sleep: async (ms) => void pauses.push(ms),
    random: createRandom(1),
    fetch,
  });
  return { server, transport, requests, pauses };
}

const call = { path: "optim_step", body: { seq_id: 4 }, isSafe: true };

describe("a call", () => {
  it("sends the same body again after a lost reply", async () => {
    const { server, transport, requests } = await serve(
      { dropped: true },
      { body: { request_id: "1" } },
    );
    await using _ = server;
    expect((await transport.call(call)).json).toEqual({ request_id: "1" });
    expect(requests).toEqual(Array(2).fill('/api/v1/optim_step {"seq_id":4}'));
  });

  it("stops after a lost reply where a second request would have a second effect", async () => {
    const { server, transport, requests } = await serve({ dropped: true });
    await using _ = server;
    await expect(transport.call({ ...call, isSafe: false })).rejects.toThrow(
      "took effect is not known",
    );
    expect(requests).toHaveLength(1);
  });

  it("waits as long as a busy server asks, also where only a refusal may be repeated", async () => {
    const { server, transport, pauses } = await serve(
      { status: 429, headers: { "retry-after": "3" } },
      { status: 503 },
      { body: { ok: true } },
    );
    await using _ = server;
    expect((await transport.call({ ...call, isSafe: false })).json).toEqual({ ok: true });
    expect(pauses[0]).toBe(3000);
    expect(pauses).toHaveLength(2);
  });

  it.each([
    [400, "Maximum number of LoRA adapters (4) reached", "Maximum number"],
    [401, "no", "Check the API key"],
    [402, "no credit", "Add credit"],
    [409, "Training request sequence number was reused", "sequence number"],
    [415, "forward_backward requires a application/x-protobuf body", "--engine-profile"],
    [422, [{ loc: ["body"], msg: "Field required" }], "Field required"],
  ])("fails at once with status %i and says why", async (status, detail, said) => {
    const { server, transport, requests } = await serve({ status, body: { detail } });
    await using _ = server;
    const error = await transport.call(call).catch((reason: unknown) => reason as Error);
    expect((error as Error).message).toContain(said);
    expect((error as Error).message).not.toContain("tml-secret");
    expect(requests).toHaveLength(1);
  });

  it("names the address of a server that is not there", async () => {
    const { server, transport } = await serve();
    await server[Symbol.asyncDispose]();
    await expect(transport.call(call)).rejects.toThrow(server.url);
  });
});

describe("a result", () => {
  it("is polled for until it is there, in every way in which servers say wait", async () => {
    const { server, transport, requests, pauses } = await serve(
      { status: 408, body: { detail: "Timeout waiting for result" } },
      { body: { type: "try_again", request_id: "7", queue_state: "active" } },
      { body: { type: "try_again", request_id: "7", queue_state: "paused_capacity" } },
      { dropped: true },
      { status: 502 },
      { body: { metrics: {} } },
    );
    await using _ = server;
    expect((await transport.wait("7")).json).toEqual({ metrics: {} });
    expect(new Set(requests)).toEqual(new Set(['/api/v1/retrieve_future {"request_id":"7"}']));
    expect(requests).toHaveLength(6);
    expect(pauses).toHaveLength(3);
  });

  it.each([
    ["SkyRL", { status: 400, body: { detail: "Model m not loaded" } }, "not loaded"],
    [
      "Open-RL",
      { status: 400, body: { type: "RequestFailedResponse", error_message: "no gradient" } },
      "no gradient",
    ],
    ["Thinking Machines", { body: { error: "bad tokens", category: "user" } }, "bad tokens"],
    ["a server that forgot it", { status: 404, body: { detail: "Future not found" } }, "not found"],
  ])("that failed throws the reason of %s", async (_name, answer, said) => {
    const { server, transport, requests } = await serve(answer);
    await using _ = server;
    await expect(transport.wait("7")).rejects.toThrow(said);
    expect(requests).toHaveLength(1);
  });

  it("is given up when the server is gone", async () => {
    const { server, transport, requests } = await serve(
      ...Array.from({ length: 20 }, () => ({ dropped: true }) as const),
    );
    await using _ = server;
    await expect(transport.wait("7")).rejects.toThrow("Check that it runs");
    expect(requests.length).toBeLessThan(12);
  });

  it("is not waited for after an abort", async () => {
    const controller = new AbortController();
    const server = await listen(() => controller.abort(new Error("stopped")));
    await using _ = server;
    const transport = new Transport({
      baseUrl: server.url,
      apiKey: "",
      sleep: async () => {},
      random: createRandom(1),
      fetch,
      signal: controller.signal,
    });
    await expect(transport.wait("7")).rejects.toThrow("stopped");
  });
});
