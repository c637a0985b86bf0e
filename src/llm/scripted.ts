/** A chat model that answers with given replies, for tests and for runs without a server. */

import { ModelError } from "../core/errors.ts";
import type { ChatModel, ChatReply, ChatRequest } from "./chat-model.ts";

export interface ScriptedModel extends ChatModel {
  /** What was asked so far. */
  readonly requests: readonly ChatRequest[];
}

/** A text stands for a whole reply. An error is thrown. */
export type ScriptedReply = string | ChatReply | Error;

/** The replies in order. @param replies a function may choose by the request; null: no reply is left */
export function createScriptedModel(
  replies:
    | readonly ScriptedReply[]
    | ((request: ChatRequest, index: number) => ScriptedReply | null),
  name = "scripted",
): ScriptedModel {
  const requests: ChatRequest[] = [];
  return {
    name,
    requests,
    async complete(request, signal) {
      signal?.throwIfAborted();
      const index = requests.length;
      requests.push(request);
      const reply = typeof replies === "function" ? replies(request, index) : replies[index];
      if (reply === undefined || reply === null)
        throw new ModelError(
          `Expected at most ${index} requests, as many as there are replies, got another one. Add a reply.`,
        );
      if (reply instanceof Error) throw reply;
      return typeof reply === "string" ? wholeReply(reply, request) : reply;
    },
  };
}

/** Counts words, so that a test can reckon with the figures. */
function wholeReply(text: string, { messages }: ChatRequest): ChatReply {
  const wordsOf = (part: string): number => part.split(/\s+/u).filter(Boolean).length;
  return {
    text,
    finish: "stop",
    usage: {
      promptTokens: messages.reduce((sum, { content }) => sum + wordsOf(content), 0),
      completionTokens: wordsOf(text),
      cached: false,
    },
  };
}
