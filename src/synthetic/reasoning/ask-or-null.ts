/** A question to a language model whose reply nobody may be able to read. */

import type { z } from "zod";
import { isRejected, isTooLong } from "../../llm/call-error.ts";
import type { ChatMessage, ChatModel, ChatRequest } from "../../llm/chat-model.ts";
import { completeStructured, ReplyFormatError } from "../../llm/structured-reply.ts";

export interface Question<T> {
  /** @param share of the usual room for pages and examples, 0–1: less where the model's context is too small */
  write: (share: number) => readonly ChatMessage[];
  request: Omit<ChatRequest, "schema" | "messages">;
  schema: z.ZodType<T>;
  /** Receives why it has no answer. */
  onUnread?: ((problem: string) => void) | undefined;
}

/** A question that is too long for the model's context is written half as long, up to three times. */
const MOST_HALVINGS = 3;

/**
 * @returns null for a reply that does not follow the schema, even after a repair, and for a question that the server
 * rejects. Other errors are thrown.
 */
export async function askOrNull<T>(
  chat: ChatModel,
  { write, request, schema, onUnread }: Question<T>,
): Promise<T | null> {
  for (let halvings = 0; ; halvings++) {
    try {
      const messages = write(0.5 ** halvings);
      return (await completeStructured(chat, { ...request, messages }, schema)).value;
    } catch (error) {
      if (isTooLong(error) && halvings < MOST_HALVINGS) continue;
      if (!(error instanceof ReplyFormatError) && !isRejected(error)) throw error;
      onUnread?.(error.message);
      return null;
    }
  }
}
