/** A chat model behind any server that speaks OpenAI's protocol: OpenAI, vLLM, SGLang, llama.cpp, Ollama, and others. */

import OpenAI, { APIError } from "openai";
import type { ChatCompletionCreateParamsNonStreaming } from "openai/resources/chat/completions";
import { ConfigError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { maskUrl } from "../page/secrets.ts";
import { type Endpoint, toCallError } from "./call-error.ts";
import type { ChatModel, ChatReply, ChatRequest } from "./chat-model.ts";
import { readContextLength } from "./read-models.ts";
import { readReply } from "./read-reply.ts";
import { createDialect } from "./request-body.ts";
import { retry, type Sleep } from "./retry.ts";

export interface OpenAiOptions {
  /** Up to and including `/v1`: `http://localhost:8000/v1`. */
  baseUrl: string;
  model: string;
  /** Absent: no key is sent. It reaches no error, log or file. */
  apiKey?: string;
  /** Of one try. Default two minutes. */
  timeoutMs?: number;
  /** Tries of a call, the first included. Default 5. */
  attempts?: number;
  sleep: Sleep;
  /** Milliseconds since 1970. */
  now: () => number;
  random: Random;
}

export interface OpenAiModel extends ChatModel {
  /** Parameters that the server rejected, and that it therefore does not get. */
  readonly rejected: ReadonlySet<string>;
  /** Tokens of prompt and reply together. Null where the server does not say. */
  contextLength(signal?: AbortSignal): Promise<number | null>;
}

const TIMEOUT_MS = 120_000;
const ATTEMPTS = 5;

/** @throws ConfigError if the address is not one */
export function createOpenAiModel(options: OpenAiOptions): OpenAiModel {
  const { model, now, apiKey = "", timeoutMs = TIMEOUT_MS, attempts = ATTEMPTS } = options;
  const endpoint = { address: addressOf(options.baseUrl), model, apiKey };
  const client = openClient(options.baseUrl, apiKey, timeoutMs);
  const dialect = createDialect();
  return {
    name: `openai:${model}`,
    rejected: dialect.rejected,
    complete: (request, signal) =>
      retry(() => callOnce(request, signal), { ...options, attempts }, signal),
    async contextLength(signal) {
      try {
        const { data } = await client.models.list(signal && { signal });
        return readContextLength(data, model);
      } catch {
        signal?.throwIfAborted();
        return null;
      }
    },
  };

  async function callOnce(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    for (;;) {
      const body = dialect.write(model, request);
      // The client leaves a listener behind on the signal that it gets, and a run's signal lives long.
      using call = openCall(signal);
      try {
        const answer = await client.chat.completions.create(
          body as unknown as ChatCompletionCreateParamsNonStreaming,
          { signal: call.signal },
        );
        return readReply(answer, request, endpoint.address);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof APIError && dialect.learnFrom(error, body)) continue;
        throw toCallErrorOrSame(error, endpoint, now);
      }
    }
  }
}

/** A signal of one call, which ends with the one of the run. */
function openCall(signal: AbortSignal | undefined): Disposable & { signal: AbortSignal } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => signal?.removeEventListener("abort", abort),
  };
}

function toCallErrorOrSame(error: unknown, endpoint: Endpoint, now: () => number): Error {
  return error instanceof Error && "retryable" in error ? error : toCallError(error, endpoint, now);
}

/** The client reads variables of the environment unless each is set: no key may reach another server. */
function openClient(baseURL: string, apiKey: string, timeout: number): OpenAI {
  return new OpenAI({
    baseURL,
    timeout,
    maxRetries: 0,
    apiKey: apiKey === "" ? "none" : apiKey,
    adminAPIKey: null,
    organization: null,
    project: null,
    logLevel: "off",
    ...(apiKey === "" && { defaultHeaders: { Authorization: null } }),
  });
}

/** @throws ConfigError */
function addressOf(baseUrl: string): string {
  if (!/^https?:\/\//iu.test(baseUrl) || !URL.canParse(baseUrl))
    throw new ConfigError(
      `Expected the address of a server, such as http://localhost:8000/v1, got ${JSON.stringify(maskUrl(baseUrl))}.`,
    );
  return maskUrl(baseUrl).split(/[?#]/u)[0] ?? "";
}
