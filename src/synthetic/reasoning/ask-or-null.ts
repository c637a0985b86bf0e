/** A question to a language model whose reply nobody may be able to read. */

import type { z } from "zod";
import type { ChatModel, ChatRequest } from "../../llm/chat-model.ts";
import { completeStructured, ReplyFormatError } from "../../llm/structured-reply.ts";

/** @returns null for a reply that does not follow the schema, even after a repair. Other errors are thrown. */
export async function askOrNull<T>(
  chat: ChatModel,
  request: Omit<ChatRequest, "schema">,
  schema: z.ZodType<T>,
): Promise<T | null> {
  try {
    return (await completeStructured(chat, request, schema)).value;
  } catch (error) {
    if (error instanceof ReplyFormatError) return null;
    throw error;
  }
}
