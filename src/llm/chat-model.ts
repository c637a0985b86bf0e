/**
 * The port to chat models: messages in, one reply out. Policy, judge and experience model see nothing else of a
 * language model. `openai-compatible.ts`, `local.ts` and `scripted.ts` implement it, and wrappers add to any of them:
 * a cache, a budget, a journal.
 */

import type { ReplyTokens } from "../core/reply-tokens.ts";

export interface ChatModel {
  /** What the journal calls it: `openai:gpt-…`, `scripted`, `llama-cpp:file.gguf`. */
  readonly name: string;
  /**
   * @throws ModelError if no reply came; `retryable` if a later try may succeed. LimitError if a budget is spent. When
   * aborted, the signal's reason.
   */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
}

export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Of the reply, at most. */
  readonly maxTokens: number;
  /** 0: always the likeliest token. */
  readonly temperature: number;
  readonly seed?: number;
  /** The reply ends before the first of these texts. */
  readonly stop?: readonly string[];
  /** JSON Schema that the reply must follow, where the server can enforce it. */
  readonly schema?: object;
  /** Asks for token ids and log-probabilities. A server may give none. */
  readonly tokens?: boolean;
}

export interface ChatUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Whether the reply came from the cache on disk, so that nobody paid for it now. */
  readonly cached: boolean;
  /** Of a kept reply: how long it took when it was paid for. */
  readonly keptSeconds?: number;
}

export interface ChatReply {
  readonly text: string;
  /** `length`: cut at `maxTokens`. `filtered`: the server withheld the reply. */
  readonly finish: "stop" | "length" | "filtered" | "other";
  readonly usage: ChatUsage;
  readonly tokens?: ReplyTokens;
}
