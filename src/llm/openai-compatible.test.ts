import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  type ChatServer,
  dies,
  fails,
  hangsUp,
  late,
  says,
  sendJson,
  startChatServer,
} from "../../test/support/chat-server.ts";
import { BudgetError, ConfigError, ModelError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { ChatRequest } from "./chat-model.ts";
import { createOpenAiModel, type OpenAiModel } from "./openai-compatible.ts";

const KEY = "sk-secret-0123456789";
const request: ChatRequest = {
  messages: [{ role: "user", content: "Say hello." }],
  maxTokens: 20,
  temperature: 0,
};

interface Opened {
  server: ChatServer;
  model: OpenAiModel;
  pauses: number[];
}

async function open(
  answers: Answer | readonly Answer[],
  options: { apiKey?: string; timeoutMs?: number; attempts?: number } = { apiKey: KEY },
): Promise<Opened & AsyncDisposable> {
  const server = await startChatServer(answers);
  const pauses: number[] = [];
  const model = createOpenAiModel({
    baseUrl: server.url,
    model: "test",
    sleep: async (ms) => void pauses.push(ms),
    now: () => 0,
    random: createRandom(1),
    ...options,
  });
  return { server, model, pauses, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function failureOf(answers: Answer | readonly Answer[], attempts = 1): Promise<unknown> {
  await using opened = await open(answers, { apiKey: KEY, attempts });
  return await opened.model.complete(request).catch((error: unknown) => error);
}

describe("createOpenAiModel", () => {
  it("sends the request in OpenAI's form and reads the reply", async () => {
    await using opened = await open(says("hello"));
    const reply = await opened.model.complete({ ...request, seed: 7, stop: ["\n"] });
    expect(reply).toEqual({
      text: "hello",
      finish: "stop",
      usage: { promptTokens: 10, completionTokens: 5, cached: false },
    });
    const [call] = opened.server.calls;
    expect(call?.body).toEqual({
      model: "test",
      messages: request.messages,
      max_tokens: 20,
      temperature: 0,
      seed: 7,
      stop: ["\n"],
    });
    expect(call?.headers["authorization"]).toBe(`Bearer ${KEY}`);
  });

  it("sends no key where none is given, whatever the environment holds", async () => {
    process.env["OPENAI_API_KEY"] = "sk-of-another-server";
    try {
      await using opened = await open(says("hello"), {});
      await opened.model.complete(request);
      expect(opened.server.calls[0]?.headers["authorization"]).toBeUndefined();
    } finally {
      delete process.env["OPENAI_API_KEY"];
    }
  });

  it.each([408, 409, 429, 500, 502, 503])("tries again after %i", async (status) => {
    await using opened = await open([fails(status), fails(status), says("late")]);
    expect((await opened.model.complete(request)).text).toBe("late");
    expect(opened.server.calls).toHaveLength(3);
    const [first = 0, second = 0] = opened.pauses;
    expect(first).toBeGreaterThanOrEqual(250);
    expect(second).toBeGreaterThan(first);
  });

  it.each([
    ["seconds", { "retry-after": "7" }, 7000],
    ["milliseconds", { "retry-after-ms": "40" }, 40],
    ["a date", { "retry-after": new Date(9000).toUTCString() }, 9000],
  ])("waits as long as the server asks, in %s", async (_, headers, pause) => {
    await using opened = await open([fails(429, { message: "slow" }, headers), says("ok")]);
    await opened.model.complete(request);
    expect(opened.pauses).toEqual([pause]);
  });

  it("does not wait for an hour", async () => {
    const answer = fails(429, { message: "slow" }, { "retry-after": "3600" });
    expect(await failureOf([answer, says("ok")], 3)).toMatchObject({
      status: 429,
      retryable: true,
    });
  });

  it.each([
    ["dies in the middle", dies],
    ["hangs up", hangsUp],
  ])("tries again when the server %s", async (_, answer) => {
    await using opened = await open([answer, says("again")]);
    expect((await opened.model.complete(request)).text).toBe("again");
  });

  it("gives up on a slow server, and says that a later try may succeed", async () => {
    await using opened = await open(late(2000, says("too late")), { timeoutMs: 40, attempts: 2 });
    await expect(opened.model.complete(request)).rejects.toMatchObject({
      code: "model",
      retryable: true,
      message: expect.stringContaining("timed out") as string,
    });
    expect(opened.pauses).toHaveLength(1);
  });

  it.each([401, 403, 404])("does not repeat %i: the user must act", async (status) => {
    await using opened = await open(fails(status, { message: `bad key ${KEY}` }));
    const error: unknown = await opened.model.complete(request).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect(opened.server.calls).toHaveLength(1);
  });

  it("keeps the key out of every error", async () => {
    for (const status of [400, 401, 404, 429, 500]) {
      const error = await failureOf(fails(status, { message: `Incorrect key: ${KEY}` }));
      const shown = `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)}`;
      expect(shown).toContain("[masked]");
      expect(shown).not.toContain(KEY);
      expect((error as Error).cause).toBeUndefined();
    }
  });

  it("reports an account without credit as a spent budget, without a second try", async () => {
    const answer = fails(429, { message: "no credit", code: "insufficient_quota" });
    expect(await failureOf(answer, 3)).toBeInstanceOf(BudgetError);
  });

  it("does not repeat a request that the server rejects", async () => {
    await using opened = await open(fails(400, { message: "too long for the context" }));
    await expect(opened.model.complete(request)).rejects.toMatchObject({
      code: "model",
      status: 400,
      retryable: false,
    });
    expect(opened.server.calls).toHaveLength(1);
  });

  it("leaves out what a server does not know, and remembers it", async () => {
    const picky: Answer = (call, response) => {
      const unknown = ["response_format", "seed", "max_tokens"].find((name) => name in call.body);
      if (unknown === undefined) return says("{}")(call, response);
      return sendJson(response, 400, { error: { message: `Unsupported: ${unknown}` } });
    };
    await using opened = await open(picky);
    const asked = { ...request, seed: 1, schema: { type: "object" } };
    expect((await opened.model.complete(asked)).text).toBe("{}");
    expect([...opened.model.rejected].sort()).toEqual(["max_tokens", "response_format", "seed"]);
    expect(opened.server.calls.at(-1)?.body).toMatchObject({ max_completion_tokens: 20 });
    const before = opened.server.calls.length;
    await opened.model.complete(asked);
    expect(opened.server.calls).toHaveLength(before + 1);
  });

  it("leaves out what a server fails on and names", async () => {
    const old: Answer = (call, response) =>
      "response_format" in call.body
        ? sendJson(response, 500, {
            error: { message: "validation error: body.response_format.type" },
          })
        : says("{}")(call, response);
    await using opened = await open(old);
    expect((await opened.model.complete({ ...request, schema: {} })).text).toBe("{}");
    expect(opened.server.calls).toHaveLength(2);
  });

  it("leaves nothing behind on a signal that lives long", async () => {
    await using opened = await open(says("hello"));
    const { signal } = new AbortController();
    for (let call = 0; call < 3; call++) await opened.model.complete(request, signal);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it.each([
    ["a page of a proxy", (_: unknown, response) => void response.end("<html>hello</html>")],
    ["no choices", (_: unknown, response) => sendJson(response, 200, { choices: [] })],
    ["an error with status 200", (_: unknown, response) => sendJson(response, 200, { error: "x" })],
  ] satisfies [string, Answer][])("does not take %s for a reply", async (_, answer) => {
    const error = await failureOf(answer);
    expect(error).toBeInstanceOf(ModelError);
    expect(String(error)).toMatch(/Expected a chat completion from http/u);
  });

  it.each([
    ["a cut reply", says("half", { finish_reason: "length" }), "half", "length"],
    ["a filtered reply", says("", { finish_reason: "content_filter" }), "", "filtered"],
    [
      "a refusal",
      says("", { message: { content: null, refusal: "I cannot." } }),
      "I cannot.",
      "filtered",
    ],
    [
      "text in parts",
      says("", { message: { content: [{ type: "text", text: "a" }] } }),
      "a",
      "stop",
    ],
    [
      "a tool call",
      says("", {
        finish_reason: "tool_calls",
        message: {
          content: null,
          tool_calls: [{ function: { name: "click", arguments: '{"id":1}' } }],
        },
      }),
      '{"name": "click", "arguments": {"id":1}}',
      "other",
    ],
  ])("reads %s", async (_, answer, text, finish) => {
    await using opened = await open(answer);
    expect(await opened.model.complete(request)).toMatchObject({ text, finish });
  });

  it("keeps token ids and log-probabilities where the server gives them", async () => {
    const content = [
      { token: "a", logprob: -0.5, id: 11 },
      { token: "b", logprob: -0.25, id: 12 },
    ];
    await using opened = await open(says("ab", { logprobs: { content } }));
    const { tokens } = await opened.model.complete({ ...request, tokens: true });
    expect(tokens).toEqual({ ids: [11, 12], logProbs: [-0.5, -0.25] });
    expect(opened.server.calls[0]?.body).toMatchObject({ logprobs: true });
  });

  it("counts tokens itself where the server does not", async () => {
    await using opened = await open(says("12345678", { usage: null }));
    const { usage } = await opened.model.complete(request);
    expect(usage).toEqual({ promptTokens: 3, completionTokens: 2, cached: false });
  });

  it("ends with the signal's reason", async () => {
    await using opened = await open(late(5000, says("no")));
    const reason = new Error("stopped");
    const controller = new AbortController();
    const call = opened.model.complete(request, controller.signal);
    controller.abort(reason);
    await expect(call).rejects.toBe(reason);
  });

  it("rejects what is not an address", () => {
    const make = (baseUrl: string) => () =>
      createOpenAiModel({
        baseUrl,
        model: "test",
        sleep: async () => {},
        now: () => 0,
        random: createRandom(1),
      });
    expect(make("localhost:8000")).toThrow(/such as http:\/\/localhost:8000\/v1/u);
    expect(make("http://")).toThrow(ConfigError);
  });
});
