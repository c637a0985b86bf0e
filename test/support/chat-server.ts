/** A real HTTP server that speaks OpenAI's protocol for chats, and misbehaves as a test asks. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface ChatCall {
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown> & {
    messages: { role: string; content: string }[];
  };
}

/** How the server answers one call. */
export type Answer = (call: ChatCall, response: ServerResponse) => void | Promise<void>;

export interface ChatServer extends AsyncDisposable {
  /** Up to and including `/v1`. */
  readonly url: string;
  readonly calls: readonly ChatCall[];
  /** The most calls that were open at the same time. */
  readonly mostOpen: number;
}

/** A completion with this text. */
export function says(text: string, more: Record<string, unknown> = {}): Answer {
  return (_, response) => sendJson(response, 200, completionOf(text, more));
}

/** An error in OpenAI's form. */
export function fails(
  status: number,
  error: Record<string, unknown> = { message: "no" },
  headers: Record<string, string> = {},
): Answer {
  return (_, response) => sendJson(response, status, { error }, headers);
}

/** Status 200 and half of an answer; then the connection ends. */
export const dies: Answer = (_, response) => {
  const whole = JSON.stringify(completionOf("never arrives"));
  response.writeHead(200, { "content-type": "application/json", "content-length": whole.length });
  response.write(whole.slice(0, whole.length / 2), () => response.destroy());
};

/** The connection ends without an answer. */
export const hangsUp: Answer = (_, response) => void response.destroy();

/** Answers after `ms`. */
export function late(ms: number, answer: Answer): Answer {
  return async (call, response) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await answer(call, response);
  };
}

function completionOf(text: string, more: Record<string, unknown> = {}): object {
  const { finish_reason: finishReason = "stop", message, logprobs, ...rest } = more;
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "test",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text, ...(message as object) },
        finish_reason: finishReason,
        ...(logprobs !== undefined && { logprobs }),
      },
    ],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    ...rest,
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** @param answers one for each call; the last one stays. A function answers every call */
export async function startChatServer(answers: Answer | readonly Answer[]): Promise<ChatServer> {
  const list = typeof answers === "function" ? [answers] : answers;
  const calls: ChatCall[] = [];
  let [open, mostOpen] = [0, 0];
  const server = createServer((request, response) => {
    open++;
    mostOpen = Math.max(mostOpen, open);
    response.on("close", () => open--);
    void answerOne(request, response);
  });
  const answerOne = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method !== "POST" || !request.url?.endsWith("/chat/completions"))
      return sendJson(response, 404, { error: { message: `no route ${request.url}` } });
    const body = JSON.parse(Buffer.concat(chunks).toString()) as ChatCall["body"];
    const call = { headers: request.headers, body };
    const answer = list[Math.min(calls.length, list.length - 1)] as Answer;
    calls.push(call);
    await answer(call, response);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    calls,
    get mostOpen() {
      return mostOpen;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
