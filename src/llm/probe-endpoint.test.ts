import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  fails,
  says,
  sendJson,
  startChatServer,
} from "../../test/support/chat-server.ts";
import { createRandom } from "../core/random.ts";
import { createOpenAiModel } from "./openai-compatible.ts";
import { probeEndpoint } from "./probe-endpoint.ts";

async function probe(url: string): Promise<Record<string, boolean | null>> {
  const model = createOpenAiModel({
    baseUrl: url,
    model: "test",
    attempts: 1,
    sleep: async () => {},
    now: () => 0,
    random: createRandom(1),
  });
  const found: Record<string, boolean | null> = {};
  for await (const { feature, supported } of probeEndpoint(model)) found[feature] = supported;
  return found;
}

/** A server that can do everything. */
const able: Answer = (call, response) => {
  const { seed, stop, logprobs, response_format: format } = call.body;
  const text =
    format !== undefined
      ? '{"color": "red", "count": 3}'
      : seed !== undefined
        ? `Ship ${JSON.stringify(seed)}`
        : stop !== undefined
          ? "4, 5, "
          : "hello";
  const more = logprobs === true ? { logprobs: { content: [{ logprob: -1, id: 3 }] } } : {};
  return says(text, more)(call, response);
};

describe("probeEndpoint", () => {
  it("finds what a server can do", async () => {
    await using server = await startChatServer(able);
    expect(await probe(server.url)).toEqual({
      chat: true,
      schema: true,
      seed: true,
      stop: true,
      "log-probs": true,
      "token-ids": true,
      context: null,
    });
  });

  it("finds what a server ignores", async () => {
    let calls = 0;
    const deaf: Answer = (call, response) => says(`4, 5, 6, 7 (${calls++})`)(call, response);
    await using server = await startChatServer(deaf);
    expect(await probe(server.url)).toMatchObject({
      chat: true,
      schema: false,
      seed: false,
      stop: false,
      "log-probs": false,
      "token-ids": false,
    });
  });

  it("finds what a server rejects, with an error that names nothing too", async () => {
    const strict: Answer = (call, response) => {
      const { response_format: format, seed, logprobs } = call.body;
      if (format !== undefined) return sendJson(response, 400, { error: { message: "bad body" } });
      if (logprobs === true) return sendJson(response, 500, { error: { message: "logits_all" } });
      if (seed !== undefined)
        return fails(400, { message: "no seed", param: "seed" })(call, response);
      return says("hello")(call, response);
    };
    await using server = await startChatServer(strict);
    expect(await probe(server.url)).toMatchObject({
      chat: true,
      schema: false,
      seed: false,
      "log-probs": false,
    });
  });

  it("throws where nothing answers", async () => {
    await using server = await startChatServer(fails(401));
    await expect(probe(server.url)).rejects.toThrow("to accept the API key, got 401");
  });

  it.each([
    [{ id: "test", max_model_len: 4096 }, 4096],
    [{ id: "test", meta: { n_ctx_train: 2048 } }, 2048],
    [{ id: "a file", context_length: 1024 }, 1024],
    [{ id: "test" }, null],
  ])("reads the context's length out of %j", async (entry, length) => {
    const server = createServer((_, response) => {
      sendJson(response, 200, { object: "list", data: [entry] });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const model = createOpenAiModel({
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
        model: "test",
        sleep: async () => {},
        now: () => 0,
        random: createRandom(1),
      });
      expect(await model.contextLength()).toBe(length);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
